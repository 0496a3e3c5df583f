"""Dates in mail headers → UTC (RFC 5322 §3.3 and the obsolete forms of §4.3), in one bounded match."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

MAX_DATE = 120  # characters; a date with its comment has about forty

_DATE = re.compile(
    r"(?:[A-Za-z]{3,9},?\s{0,4})?(\d{1,2})[\s-]{1,4}([A-Za-z]{3})[a-z]{0,6}[\s-]{1,4}(\d{2,4})"
    r"\s{1,4}(\d{1,2}):(\d{2})(?::(\d{2}))?\s{0,4}([+-]\d{4}|[A-Za-z]{1,5})?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}


def parse_mail_date(text: str) -> datetime | None:
    """The moment that `text` names, or None where it names none. An unknown zone counts as UTC (RFC 5322 §4.3)."""
    found = _DATE.search(text[:MAX_DATE])
    if not found or found[2].lower() not in _MONTHS:
        return None
    day, month, year = int(found[1]), _MONTHS.index(found[2].lower()) + 1, _year(found[3])
    hour, minute, second = int(found[4]), int(found[5]), min(int(found[6] or 0), 59)  # a leap second is the one before
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _offset(found[7] or "")
    except (ValueError, OverflowError):
        return None


def _year(digits: str) -> int:
    """RFC 5322 §4.3: two digits up to 49 are of this century, three digits count from 1900."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if len(digits) == 2 and year < 50 else 1900)


def _offset(zone: str) -> timedelta:
    if zone[:1] in ("+", "-"):
        minutes = int(zone[1:3]) * 60 + int(zone[3:5])
        return timedelta(minutes=minutes if zone[0] == "+" else -minutes)
    return timedelta(hours=_ZONES.get(zone.upper(), 0))
