"""What somebody tapping a link could read of it: lines of the letter, or noise."""

from __future__ import annotations

import re

from linksec_tui.model.eavesdrop import Direction, TappedLink
from linksec_tui.model.visible import visible

_SAMPLE = 44  # characters of noise: enough to see that it is some
_GREETING = 20  # characters that "Hello," has at most
_LINE = 72  # characters of a readable line
_TLS_HANDSHAKE = re.compile(rb"\x16\x03[\x00-\x04]")  # a TLS record that begins a handshake (RFC 8446 §5.1)


def readable(link: TappedLink, text: str) -> bool:
    """Did `text` cross this link so that anybody could read it?"""
    return text.encode() in link.bytes_seen(Direction.FROM_PROVIDER)


def describe(link: TappedLink, text: str) -> list[str]:
    """What the tap saw of one link, in lines for people. `text` is what should not be seen there."""
    said = link.bytes_seen(Direction.FROM_PROVIDER)
    size = f"{link.exchanger} ({len(said):,} bytes)"
    if readable(link, text):
        return [f"{size}: readable", f"  “{_line_with(said, text)}”"]
    if _TLS_HANDSHAKE.search(said):
        return [f"{size}: noise", f"  {_noise(said)}"]
    if link.in_clear_after_greeting:
        return [f"{size}: readable, but only the notice", f"  “{_first_text_line(said)}”"]
    return [f"{size}: a greeting, and nothing of the letter"]


def _line_with(said: bytes, text: str) -> str:
    lines = said.decode("utf-8", "replace").splitlines()
    return _shortened(next(line for line in lines if text in line))


def _first_text_line(said: bytes) -> str:
    """The first line of the message's text that says something, and is no mere greeting."""
    _, _, message = said.partition(b"\r\nDATA\r\n")
    _, _, text = message.partition(b"\r\n\r\n")
    lines = text.decode("utf-8", "replace").splitlines()
    return _shortened(next((line for line in lines if len(line) > _GREETING), ""))


def _shortened(line: str) -> str:
    shown = visible(line).strip()
    return shown if len(shown) <= _LINE else f"{shown[: _LINE - 1]}…"


def _noise(said: bytes) -> str:
    """The end of what was said, where the letter would be; a handshake that came to nothing ends in padding."""
    sample = said.rstrip(b"\0")[-_SAMPLE:]
    return "".join(chr(octet) if 0x21 <= octet <= 0x7E else "·" for octet in sample)
