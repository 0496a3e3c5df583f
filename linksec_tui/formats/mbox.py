"""Many messages in one file: mbox as `mboxrd` has it (RFC 4155 names the problem, the variant solves it).

A line `From …` behind an empty one begins a message. So a line of a message that begins with any number of `>` and then
`From ` gets one more `>` on the way in and loses one on the way out: what was written comes back to the octet, but for
its line ends, which are LF in the file and CRLF everywhere else. In the older `mboxo`, where only `From ` is marked,
that reads well too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

MAX_MESSAGE = 64 << 20  # octets; the rest of a larger one is passed over
MAX_SENDER = 320

_TO_BE_MARKED = re.compile(rb"^(?=>*From )", re.MULTILINE)
_MARKED = re.compile(rb">+From ")
_LINE_END = re.compile(rb"\r?\n")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WHEN = re.compile(rb"([A-Z][a-z]{2}) +(\d{1,2}) +(\d\d):(\d\d)(?::(\d\d))?(?: +[A-Za-z0-9+-]{1,6})? +(\d{4})\s*\Z")
_NOT_IN_SENDER = re.compile(r"[^!-~]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message, its lines ended by CRLF. `when`: what the separator says; `written`: when the file itself was last
    changed, for a message that says nothing; `cut`: it was larger than we read."""

    raw: bytes
    when: datetime | None = None
    written: datetime | None = None
    cut: bool = False


def render_entry(raw: bytes, sender: str, when: datetime) -> bytes:
    """A message as it stands in the file, with its separator and the empty line behind it."""
    text = raw.replace(b"\r\n", b"\n")
    text += b"" if text.endswith(b"\n") else b"\n"
    return _separator(sender, when) + _TO_BE_MARKED.sub(b">", text) + b"\n"


def _separator(sender: str, when: datetime) -> bytes:
    at = when.astimezone(UTC)  # RFC 4155 appendix A: ctime's form, in UTC
    day = f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:2d} {at:%H:%M:%S} {at.year:04d}"
    address = _NOT_IN_SENDER.sub("", sender)[:MAX_SENDER] or "MAILER-DAEMON"
    return f"From {address} {day}\n".encode("ascii")


def is_mbox(beginning: bytes) -> bool:
    """Does a file that begins so hold messages in a row, and not a single one?"""
    return beginning.startswith(b"From ")


def split_mbox(lines: Iterable[bytes]) -> Iterator[Entry]:
    """The messages of a file, one at a time. A line may come in pieces; a file that is none gives nothing."""
    current: _Message | None = None
    begins, empty = True, True  # the next piece begins a line, and the line before it is empty
    for piece in lines:
        if begins and empty and piece.startswith(b"From "):
            if current is not None:
                yield current.entry()
            current = _Message(_moment(piece))
        elif current is not None:
            current.add(piece, begins=begins)
        empty = begins and piece in (b"\n", b"\r\n")
        begins = piece.endswith(b"\n")
    if current is not None:
        yield current.entry()


class _Message:
    """What was read of one message so far; the line end before the next separator is not its own."""

    def __init__(self, when: datetime | None) -> None:
        self._when = when
        self._pieces: list[bytes] = []
        self._size = 0
        self._cut = False

    def add(self, piece: bytes, *, begins: bool) -> None:
        if begins and _MARKED.match(piece):
            piece = piece[1:]
        self._size += len(piece)
        if self._size <= MAX_MESSAGE:
            self._pieces.append(piece)
        else:
            self._cut = True

    def entry(self) -> Entry:
        if self._pieces and self._pieces[-1] in (b"\n", b"\r\n"):
            self._pieces.pop()
        return Entry(raw=_LINE_END.sub(b"\r\n", b"".join(self._pieces)), when=self._when, cut=self._cut)


def _moment(separator: bytes) -> datetime | None:
    found = _WHEN.search(separator[:1000])
    if found is None or found[1].decode() not in _MONTHS:
        return None
    month, day, hour, minute, second, year = found.groups()
    try:
        return datetime(
            int(year), _MONTHS.index(month.decode()) + 1, int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
        )
    except ValueError:
        return None
