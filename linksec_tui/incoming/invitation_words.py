"""An invitation in lines for people: what, when by the reader's clock and by theirs, where, who, how often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from linksec_tui.model.reading import Guest, Invitation, Method, When

MAX_GUESTS = 12  # named; the others are counted


def invitation_words(event: Invitation, zone: tzinfo | None) -> str:
    """`zone` is the reader's; None stands for the one that the system is set to."""
    lines = [(name, words) for name, words in _lines(event, zone) if words]
    return "\n".join(f"{name:<9}{words}" for name, words in lines) + (f"\n\n{event.about}" if event.about else "")


def heading(event: Invitation) -> str:
    if event.cancelled:
        return "Cancelled event"
    match event.method:
        case Method.REQUEST:
            return "Invitation"
        case Method.REPLY:
            return "Answer to an invitation"
        case _:
            return "Calendar event"


def _lines(event: Invitation, zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    yield "What", event.summary or "(no title)"
    yield "When", _span(event.start, event.end, zone) if event.start else "not told"
    yield "Theirs", _theirs(event.start, event.end, zone) if event.start else ""
    yield "Repeats", event.repeats
    yield "Where", event.where
    yield "From", _guest(event.organizer) if event.organizer else ""
    yield "With", _guests(event.guests)
    if event.method is Method.REQUEST and not event.cancelled:
        yield "Answer", "none was sent; reply to the message to accept or decline"


def _span(start: When, end: When | None, zone: tzinfo | None) -> str:
    if start.all_day:
        return _days(start.at, end.at if end and end.all_day else None)
    if start.floating:
        where = f"in the zone “{start.zone}”, which is not known here" if start.zone else "wherever you are"
        return f"{_times(start.at, end.at if end and end.floating else None)} ({where})"
    here = _at(start.at, zone)
    until = _at(end.at, zone) if end and not end.floating and not end.all_day else None
    return f"{_times(here, until)} ({_zone_name(here)}, your time)"


def _theirs(start: When, end: When | None, zone: tzinfo | None) -> str:
    """By the inviter's clock, where that shows something else."""
    if start.all_day or start.floating or not start.zone:
        return ""
    if start.at.utcoffset() == _at(start.at, zone).utcoffset():
        return ""
    same_zone = end if end and not end.floating and end.zone == start.zone else None
    return f"{_times(start.at, same_zone.at if same_zone else None)} ({start.zone})"


def _at(moment: datetime, zone: tzinfo | None) -> datetime:
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError, OSError):  # the year 1 or 9999, and a clock that cannot show it
        return moment


def _times(start: datetime, end: datetime | None) -> str:
    words = f"{_date(start)}, {start:%H:%M}"
    if end is None or end <= start:
        return words
    return f"{words}–{end:%H:%M}" if end.date() == start.date() else f"{words} – {_date(end)}, {end:%H:%M}"


def _days(start: datetime, end: datetime | None) -> str:
    """The end of whole days is the day after (RFC 5545 §3.6.1)."""
    last = end - timedelta(days=1) if end else start
    return f"{_date(start)}, all day" if last <= start else f"{_date(start)} – {_date(last)}, all day"


def _date(day: datetime) -> str:
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def _zone_name(moment: datetime) -> str:
    return moment.tzname() or f"{moment:%z}"


def _guests(guests: tuple[Guest, ...]) -> str:
    named = ", ".join(_guest(guest) for guest in guests[:MAX_GUESTS])
    return f"{named} and {len(guests) - MAX_GUESTS} more" if len(guests) > MAX_GUESTS else named


def _guest(guest: Guest) -> str:
    who = guest.name or guest.address
    return f"{who} ({guest.answer})" if guest.answer else who
