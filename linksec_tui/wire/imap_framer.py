"""Bytes from an IMAP server → responses: linear, bounded, without recursion (RFC 3501 §§2.2, 4.3, 7).

aioimaplib's own reader counts parentheses inside a sender's subject, deletes text, recurses per line and has no
limits; this one takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Generator

from linksec_tui.wire.imap_tokens import Response

MAX_LINE = 1 << 20  # a SEARCH answer for 90,000 messages fits; a server that sends more is not answering us
MAX_LITERAL = 64 << 20  # the largest message that is read
MAX_PIECES = 4096  # literals in one response; a FETCH of ours has three

_LITERAL = re.compile(rb"\{(\d{1,20})\}\Z")
# Status lines end in free text, which may look like a literal's size and is none (RFC 3501 §7.1).
_FREE_TEXT = re.compile(rb"(?:\*|[A-Za-z0-9]+) (?:OK|NO|BAD|BYE|PREAUTH)\b|\+", re.IGNORECASE)


class Garbage(ValueError):
    """The server's bytes are no IMAP, or too many; the text completes “… sent”."""


class Framer:
    """Collects bytes and gives out whole responses."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0  # no line end stands before this
        self._pieces: Response = []
        self._literal: bytearray | None = None
        self._missing = 0  # bytes of the literal that have not come yet
        self._room = MAX_LITERAL

    def feed(self, chunk: bytes) -> Generator[Response]:
        """The responses that `chunk` completes. Raises Garbage, after which the framer is of no more use."""
        self._buffer += chunk
        at = 0
        try:
            while (at := self._literal_from(at)) >= 0:
                end = self._buffer.find(b"\r\n", max(at, self._searched))
                if (len(self._buffer) if end < 0 else end) - at > MAX_LINE:
                    raise Garbage("an endless line")
                if end < 0:
                    self._searched = max(at, len(self._buffer) - 1)
                    return
                line = bytes(memoryview(self._buffer)[at:end])
                at = self._searched = end + 2
                if self._line_is_whole(line):
                    pieces, self._pieces, self._room = self._pieces, [], MAX_LITERAL
                    yield pieces
        finally:
            at = len(self._buffer) if at < 0 else at
            del self._buffer[:at]
            self._searched = max(0, self._searched - at)

    def rest(self) -> bytes:
        """What belongs to no response yet, taken out: from here on the bytes mean something else."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        self._searched = 0
        return rest

    def _literal_from(self, at: int) -> int:
        """Moves a literal's bytes out of the buffer; where the line goes on, or -1 while bytes are missing."""
        if self._literal is None:
            return at
        there = min(self._missing, len(self._buffer) - at)
        self._literal += memoryview(self._buffer)[at : at + there]
        self._missing -= there
        if self._missing:
            return -1
        self._pieces.append(bytes(self._literal))
        self._literal = None
        return at + there

    def _line_is_whole(self, line: bytes) -> bool:
        """Takes a line; false where a literal follows."""
        first = not self._pieces
        self._pieces.append(line)
        size = _LITERAL.search(line) if line.endswith(b"}") else None
        if size is None or (first and _FREE_TEXT.match(line)):
            return True
        self._missing = int(size[1])
        self._room -= self._missing
        if self._room < 0:
            raise Garbage(f"more than {MAX_LITERAL >> 20} MiB at once")
        if len(self._pieces) > MAX_PIECES:
            raise Garbage("a response in too many pieces")
        self._literal = bytearray()
        return False
