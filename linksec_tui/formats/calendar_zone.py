"""A calendar's own description of a time zone → its offset at a local time (RFC 5545 §3.6.5), as far as mail uses it.

Programs write the yearly rule "the last Sunday of March" and its like, or single dates; anything else is not known
here, and the time is then shown as its writer wrote it. Zones that the system knows by name need none of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from .content_line import Component

MAX_RULES = 50
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?\Z")
_LOCAL = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)\Z")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def offset_at(zone: Component, local: datetime) -> timezone | None:
    """The offset in force at a local time without a zone; None where it can't be told."""
    onsets = [
        onset
        for rule in [*zone.inside("STANDARD"), *zone.inside("DAYLIGHT")][:MAX_RULES]
        for onset in _onsets(rule, local)
    ]
    before = [onset for onset in onsets if onset[0] <= local]
    if before:
        return max(before, key=lambda onset: onset[0])[1]
    first = min(onsets, key=lambda onset: onset[0], default=None)
    return first[2] if first else None


def _onsets(rule: Component, local: datetime) -> Iterator[tuple[datetime, timezone, timezone | None]]:
    """When the rule began last, the offset from then on, and the one before."""
    to = _offset(rule.text("TZOFFSETTO"))
    before = _offset(rule.text("TZOFFSETFROM"))
    start = _local(rule.text("DTSTART"))
    if to is None or start is None:
        return
    yield start, to, before
    recurs = rule.text("RRULE")
    if recurs:
        for year in (local.year - 1, local.year):
            onset = _in_year(recurs, start, year)
            if onset is not None and onset >= start:
                yield onset, to, before


def _in_year(recurs: str, start: datetime, year: int) -> datetime | None:
    terms = dict(term.split("=", 1) for term in recurs.upper().split(";")[:20] if "=" in term)
    if terms.get("FREQ") != "YEARLY" or _ended(terms.get("UNTIL", ""), year):
        return None
    month = int(terms["BYMONTH"]) if re.fullmatch(r"[1-9]|1[0-2]|0[1-9]", terms.get("BYMONTH", "")) else start.month
    day = _DAY.match(terms.get("BYDAY", ""))
    try:
        if day is None:
            return start.replace(year=year, month=month)
        return start.replace(year=year, month=month, day=_weekday(year, month, _DAYS.index(day[2]), int(day[1] or 1)))
    except ValueError:
        return None


def _ended(until: str, year: int) -> bool:
    return bool(re.match(r"\d{4}", until)) and int(until[:4]) < year


def _weekday(year: int, month: int, weekday: int, which: int) -> int:
    """The day of the month that is its first, second … or, below zero, last but so many such weekday."""
    if which > 0:
        return 1 + (weekday - datetime(year, month, 1).weekday()) % 7 + 7 * (which - 1)  # noqa: DTZ001 - a date alone
    following = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001 - as above
    last = following - timedelta(days=1)
    return last.day - (last.weekday() - weekday) % 7 + 7 * (which + 1)


def _offset(text: str) -> timezone | None:
    found = _OFFSET.match(text.strip())
    if found is None:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]))
    try:
        return timezone(size if found[1] == "+" else -size)
    except ValueError:
        return None


def _local(text: str) -> datetime | None:
    found = _LOCAL.match(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - local on purpose
    except ValueError:
        return None
