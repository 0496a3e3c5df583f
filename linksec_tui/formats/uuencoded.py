"""uuencoded files in a text, as mail carried them before MIME (POSIX) → where they stand, and what they hold."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_FILES = 50  # in one text

_BEGIN = re.compile(r"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n(?=[!-`][ -`]{3,})", re.MULTILINE)
_END = re.compile(r"^(?:end|====)[ \t]*\r?$\n?", re.MULTILINE)
_LINE = re.compile(r"[ -`]{1,90}\r?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uuencoded:
    """One file in a text: its own name, and the places of its first and last character."""

    name: str
    start: int
    body: int
    end: int


def find_uuencoded(text: str) -> Iterator[Uuencoded]:
    """The files, in their order. One without its end goes as far as its lines are such."""
    at = 0
    for _ in range(MAX_FILES):
        begin = _BEGIN.search(text, at)
        if begin is None:
            return
        at = _end(text, begin.end())
        yield Uuencoded(name=begin[1].strip(), start=begin.start(), body=begin.end(), end=at)


def decode_uuencoded(body: str) -> bytes:
    """What the lines hold; broken ones are left out."""
    whole: list[bytes] = []
    for line in body.split("\n"):
        if line.startswith("end") or not line.strip():
            continue
        whole.append(_decode(line.rstrip("\r").encode("ascii", "replace")))
    return b"".join(whole)


def _end(text: str, at: int) -> int:
    while at < len(text):
        if end := _END.match(text, at):
            return end.end()
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        if line_end - at > 92 or not _LINE.match(text[at:line_end]):
            return at
        at = line_end + 1
    return len(text)


def _decode(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # the workaround of every decoder: some writers pad the last group
        octets = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[: octets + 1])
        except binascii.Error:
            return b""
