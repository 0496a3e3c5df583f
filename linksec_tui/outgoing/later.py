"""A time as people type it → a moment: “tomorrow 8:00”, “in 2 h”, “mon 9”, “1 dec 14:30”.

Days and hours are those of the clock on the wall, so that tomorrow at eight stays eight when the clocks change.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible

FURTHEST = timedelta(days=400)
MORNING = time(8)

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_HOURS = {
    "morning": MORNING, "noon": time(12), "afternoon": time(14), "evening": time(18), "tonight": time(20),
    "midnight": time(0),
}  # fmt: skip
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_SPAN = re.compile(r"(\d{1,6}|an?|one)\s*(m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)")
_HALF = re.compile(r"half\s+an\s+hour")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
_NAMED = re.compile(r"(?:(\d{1,2})\.?\s+([a-z]{3,9})|([a-z]{3,9})\s+(\d{1,2}))(?=\s|$)")


def parse_when(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """The moment that is meant, always ahead. `now` is aware; `zone` None: the machine's. Raises BadInput."""
    words = " ".join(text.lower().replace(",", " ").split())
    if words.startswith("in ") and (span := _span(words[3:])) is not None:
        return _bounded(now + span, now, text)
    here = now.astimezone(zone)
    day, rest = _day(words, here.date())
    clock = _clock(rest.removeprefix("at ").strip()) if rest else None
    if (day is None and clock is None) or (rest and clock is None):
        raise _unclear(text)
    return _bounded(_moment(day, clock, here, zone), now, text)


def parse_span(text: str) -> timedelta:
    """“4 h”, “30 min”, “2 days”. Raises BadInput."""
    words = " ".join(text.lower().split()).removeprefix("in ")
    span = _span(words)
    if span is None or not timedelta() < span <= FURTHEST:
        raise BadInput(f"“{visible(text)[:40]}” is not a span of time.", "Write 30 min, 4 h, or 2 days.")
    return span


def _span(words: str) -> timedelta | None:
    if _HALF.fullmatch(words):
        return timedelta(minutes=30)
    found = _SPAN.fullmatch(words)
    if found is None:
        return None
    number = int(found[1]) if found[1].isdecimal() else 1
    return number * _UNITS[found[2][0]]


def _day(words: str, today: date) -> tuple[date | None, str]:
    """The day that is named first, if any, and what stands behind it."""
    first, _, rest = words.partition(" ")
    if first == "next" and rest:
        return _next(rest, today)
    if first in ("today", "tomorrow"):
        return today + timedelta(days=first == "tomorrow"), rest
    if first == "tonight":
        return today, words
    if len(first) >= 3:
        for number, name in enumerate(_DAYS):
            if name.startswith(first) and len(first) in (3, 4, 5, len(name)):
                return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1), rest
    return _written(words, today)


def _next(rest: str, today: date) -> tuple[date | None, str]:
    first, _, behind = rest.partition(" ")
    if first == "week":
        return today + timedelta(days=7 - today.weekday()), behind
    day, behind = _day(rest, today)
    return day, behind


def _written(words: str, today: date) -> tuple[date | None, str]:
    try:
        if found := _ISO.match(words):
            return date(int(found[1]), int(found[2]), int(found[3])), words[found.end() :].strip()
        if found := _DOTTED.match(words):
            return _this_or_next_year(int(found[2]), int(found[1]), found[3], today), words[found.end() :].strip()
        if found := _NAMED.match(words):
            name, number = (found[2], found[1]) if found[1] else (found[3], found[4])
            month = next((at for at, each in enumerate(_MONTHS, 1) if each.startswith(name)), 0)
            if month:
                return _this_or_next_year(month, int(number), None, today), words[found.end() :].strip()
    except ValueError:
        raise _unclear(words) from None
    return None, words


def _this_or_next_year(month: int, day: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year), month, day)
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)


def _clock(words: str) -> time | None:
    if words in _HOURS:
        return _HOURS[words]
    found = _CLOCK.fullmatch(words)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "pm" else 0) if 1 <= hour <= 12 else 99
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _moment(day: date | None, clock: time | None, here: datetime, zone: tzinfo | None) -> datetime:
    """Where no day is named, the next time that the clock shows it; where no time is, the morning."""
    chosen = clock or MORNING
    wanted = _on_the_wall(day or here.date(), chosen, zone)
    if day is None and wanted <= here:
        return _on_the_wall(here.date() + timedelta(days=1), chosen, zone)
    return wanted


def _on_the_wall(day: date, clock: time, zone: tzinfo | None) -> datetime:
    wall = datetime.combine(day, clock)
    return wall.astimezone() if zone is None else wall.replace(tzinfo=zone)


def _bounded(moment: datetime, now: datetime, text: str) -> datetime:
    if moment <= now:
        raise BadInput(f"“{visible(text)[:40]}” is over.", "Name a time in the future.")
    if moment - now > FURTHEST:
        raise BadInput(f"“{visible(text)[:40]}” is too far away.", f"At most {FURTHEST.days} days ahead.")
    return moment


def _unclear(text: str) -> BadInput:
    return BadInput(
        f"“{visible(text)[:40]}” is not a time that is understood here.",
        "Write tomorrow 8:00, in 2 h, mon 9, or 2026-12-01 14:30.",
    )
