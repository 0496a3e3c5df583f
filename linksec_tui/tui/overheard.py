"""What a tapped link looks like to the one who taps it: readable lines, or noise as hexadecimal and dots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from linksec_tui.model.eavesdrop import Direction, TappedLink
from linksec_tui.model.letter_words import NOTICE_SUBJECT
from linksec_tui.model.visible import visible

ACROSS = 16  # octets on a line of noise
SHOWN = 4_000  # lines of one link: enough for the demonstration, bounded for everything else
_READABLE = 0.85  # of a chunk's octets must be printable to call it text


class Verdict(Enum):
    """What somebody on the way could do with a link."""

    LETTER = "letter"  # read it
    NOISE = "noise"  # hear that something crossed, and nothing of it
    GREETING = "greeting"  # read a greeting; no letter crossed
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardLine:
    """One line of the picture: what crossed, and on the right what of it can be read."""

    direction: Direction
    readable: bool
    text: str
    octets: str = ""
    letter: bool = False  # a line of the letter itself


def verdict(link: TappedLink) -> Verdict:
    """Could the letter be read, was it noise, or did nothing but the servers' greeting cross?"""
    if link.in_clear_after_greeting:
        return Verdict.LETTER
    if not link.chunks:
        return Verdict.NOTHING
    return Verdict.GREETING if all(is_text(chunk.content) for chunk in link.chunks) else Verdict.NOISE


def is_notice(link: TappedLink) -> bool:
    """Was what could be read only the notice that a letter waits, and nothing of the letter?"""
    return f"\nSubject: {NOTICE_SUBJECT} (".encode() in link.bytes_seen(Direction.FROM_PROVIDER)


def heard_lines(link: TappedLink) -> list[HeardLine]:
    """The newest lines of a link, oldest first."""
    lines = [line for chunk in link.chunks for line in _chunk_lines(chunk.direction, chunk.content)]
    return list(_letter_marked(lines))[-SHOWN:]


def _letter_marked(lines: list[HeardLine]) -> Iterator[HeardLine]:
    """What the provider says after DATA, up to the lone dot, is the letter (RFC 5321 §4.1.1.4)."""
    inside = False
    for line in lines:
        ours = line.readable and line.direction is Direction.FROM_PROVIDER
        inside = inside and not (ours and line.text == ".")
        yield replace(line, letter=True) if inside and ours else line
        inside = inside or (ours and line.text.upper() == "DATA")


def _chunk_lines(direction: Direction, content: bytes) -> Iterator[HeardLine]:
    if is_text(content):
        for line in content.decode("utf-8", "replace").splitlines():
            yield HeardLine(direction=direction, readable=True, text=visible(line))
        return
    for start in range(0, len(content), ACROSS):
        row = content[start : start + ACROSS]
        dots = "".join(chr(octet) if 0x20 <= octet < 0x7F else "·" for octet in row)
        yield HeardLine(direction=direction, readable=False, text=dots, octets=row.hex(" "))


def short_size(octets: int) -> str:
    """In a few cells."""
    return f"{octets} B" if octets < 1000 else f"{octets / 1000:.1f} kB"


def is_text(content: bytes) -> bool:
    """Would a person call this readable?"""
    printable = sum(0x20 <= octet < 0x7F or octet in b"\r\n\t" or octet >= 0xC2 for octet in content)
    return bool(content) and 0 not in content and printable / len(content) >= _READABLE
