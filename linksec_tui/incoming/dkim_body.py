"""The hash over a message's text that a DKIM signature covers (RFC 6376 §3.4.3, §3.4.4, §3.7), piece by piece.

A text of 50 MB in one go would keep everybody else from running for a second; a piece takes a few milliseconds. Time
goes with the length, however the blanks and empty lines in it lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

PIECE = 256 << 10  # octets

_BLANKS = re.compile(rb"[ \t]{2,}|\t")


def body_hash(body: bytes, *, relaxed: bool, piece: int = PIECE) -> bytes:
    """SHA-256 over the canonical text; `body` has CRLF at its line ends."""
    digest = sha256()
    for part in _without_last_empty_lines(_relaxed(body, piece) if relaxed else _pieces(body, piece), relaxed=relaxed):
        digest.update(part)
    return digest.digest()


def _pieces(body: bytes, piece: int) -> Iterator[bytes]:
    """No line end is cut in two."""
    at = 0
    while at < len(body):
        end = at + piece
        end += body[end - 1 : end + 1] == b"\r\n"
        yield body[at:end]
        at = end


def _relaxed(body: bytes, piece: int) -> Iterator[bytes]:
    """Runs of blanks are one, and none stands before a line end. What a piece ends in may go on in the next."""
    left = b""
    for part in _pieces(body, piece):
        part = left + part
        return_at_end = b"\r" if part.endswith(b"\r") else b""
        open_end = part.removesuffix(return_at_end)
        folded = open_end.rstrip(b" \t")
        left = (b" " if folded != open_end else b"") + return_at_end
        if b"  " in folded or b"\t" in folded:
            folded = _BLANKS.sub(b" ", folded)
        yield folded.replace(b" \r\n", b"\r\n")
    yield left


def _without_last_empty_lines(parts: Iterator[bytes], *, relaxed: bool) -> Iterator[bytes]:
    """Of the line ends that the text ends in, one is left; a text of nothing else is empty, or a line end (§3.4.3)."""
    waiting, begun = 0, False
    for part in parts:
        ends = _line_ends_of(part)
        words = part[: len(part) - 2 * ends]
        if words:
            yield from _line_ends(waiting)
            yield words
            waiting, begun = 0, True
        waiting += ends
    if begun or not relaxed:
        yield b"\r\n"


def _line_ends_of(part: bytes) -> int:
    """How many it ends in. A regular expression would look at each of them from each of them."""
    if not part.endswith(b"\r\n"):
        return 0
    tail = part[len(part.rstrip(b"\r\n")) :]
    return (len(tail) - 1 - max(tail.rfind(b"\r\r"), tail.rfind(b"\n\n"))) // 2


def _line_ends(count: int) -> Iterator[bytes]:
    some = b"\r\n" * min(count, PIECE)
    while count > 0:
        yield some[: 2 * count]
        count -= PIECE
