"""Times to come in words: the same everywhere, and such that what they say can be typed again."""

from __future__ import annotations

from datetime import datetime

_UNITS = ((24 * 60, "day"), (60, "h"), (1, "min"))


def moment_words(at: datetime, now: datetime) -> str:
    """“today 18:00”, “tomorrow 8:00”, “Mon 16 Mar 8:00”, by the clock on the wall here."""
    there, today = at.astimezone(), now.astimezone()
    clock = f"{there.hour}:{there:%M}"
    match (there.date() - today.date()).days:
        case 0:
            return f"today {clock}"
        case 1:
            return f"tomorrow {clock}"
        case _:
            year = f" {there.year}" if there.year != today.year else ""
            return f"{there:%a} {there.day} {there:%b}{year} {clock}"


def moment_typed(at: datetime) -> str:
    """As a person could type it, whatever day it is read on."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def span_words(minutes: int) -> str:
    """“4 h”, “90 min”, “2 days”: in the largest unit that it is a whole number of."""
    size, unit = next((size, unit) for size, unit in _UNITS if minutes % size == 0)
    count = minutes // size
    return f"{count} {unit}{'s' if unit == 'day' and count != 1 else ''}"
