"""Sets of UIDs as a server writes them, kept as ranges: `1:4294967295` is short on the wire and must stay so here."""

from __future__ import annotations

import re
from typing import TypeAlias

from linksec_tui.wire.imap_tokens import Response

MAX_RANGES = 20_000  # a megabyte's line holds no more
MAX_UID = (1 << 32) - 1  # RFC 3501 §9: nz-number

UidRange: TypeAlias = tuple[int, int]

_VANISHED = re.compile(rb"\* VANISHED (?:\(EARLIER\) )?([0-9:,]+)\Z", re.IGNORECASE)
_RANGE = re.compile(rb"(\d{1,10})(?::(\d{1,10}))?")


def parse_uid_ranges(response: Response) -> tuple[UidRange, ...]:
    """The UIDs of a VANISHED response (RFC 7162 §3.2.10), first ≤ last each; none where it cannot be read."""
    found = _VANISHED.match(response[0])
    pieces = found[1].split(b",", MAX_RANGES - 1) if found and len(response) == 1 else []
    ranges = tuple(map(_range, pieces))
    return tuple(each for each in ranges if each is not None) if None not in ranges else ()


def _range(piece: bytes) -> UidRange | None:
    found = _RANGE.fullmatch(piece)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (min(first, last), max(first, last)) if min(first, last) > 0 and max(first, last) <= MAX_UID else None
