"""Calendar parts → the events in them, as far as a reader is shown them (RFC 5545, RFC 5546).

No answer is ever made from this; what a part asks its reader's program to do stays words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from linksec_tui.model.reading import Guest, Invitation, Method, When
from linksec_tui.model.visible import visible, visible_name, visible_text

from .calendar_zone import offset_at
from .content_line import Component, Property, parse_components
from .recurrence import recurrence_words

MAX_EVENTS = 20  # of one part
MAX_GUESTS = 100
MAX_WORDS = 500
MAX_ABOUT = 4000

_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?\Z")
_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?\Z")
_ANSWERS = {
    "ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "perhaps", "DELEGATED": "sends somebody else",
    "NEEDS-ACTION": "not answered",
}  # fmt: skip


def parse_calendar(text: str) -> tuple[Invitation, ...]:
    """The events, in their order; whatever is no event is left out. Never raises."""
    found: list[Invitation] = []
    for calendar in parse_components(text).inside("VCALENDAR"):
        method = _method(calendar.text("METHOD"))
        zones = {zone.text("TZID"): zone for zone in calendar.inside("VTIMEZONE")}
        for event in calendar.inside("VEVENT"):
            if len(found) >= MAX_EVENTS:
                return tuple(found)
            found.append(_invitation(event, method, zones))
    return tuple(found)


def _invitation(event: Component, method: Method, zones: dict[str, Component]) -> Invitation:
    start = _when(event.get("DTSTART"), zones)
    organizer = event.get("ORGANIZER")
    rule = event.text("RRULE")
    return Invitation(
        method=method,
        summary=_words(event.text("SUMMARY")),
        start=start,
        end=_when(event.get("DTEND"), zones) or _after(start, event.text("DURATION")),
        where=_words(event.text("LOCATION")),
        organizer=_guest(organizer) if organizer else None,
        guests=tuple(_guests(event)),
        repeats=recurrence_words(rule) if rule else "",
        about=visible_text(event.text("DESCRIPTION")[:MAX_ABOUT]).strip(),
        cancelled=method is Method.CANCEL or event.text("STATUS").strip().upper() == "CANCELLED",
    )


def _method(text: str) -> Method:
    try:
        return Method(text.strip().lower())
    except ValueError:
        return Method.OTHER


def _when(found: Property | None, zones: dict[str, Component]) -> When | None:
    match = _TIME.match(found.value.strip()) if found else None
    if found is None or match is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(piece or 0) for piece in match.groups()[:6])
        local = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - its zone comes next
    except ValueError:
        return None
    if match[4] is None:
        return When(at=local, all_day=True)
    if match[7]:
        return When(at=local.replace(tzinfo=UTC))
    return _zoned(local, found.params.get("TZID", ""), zones)


def _zoned(local: datetime, name: str, zones: dict[str, Component]) -> When:
    if not name:
        return When(at=local, floating=True)
    shown = _words(name)
    try:
        return When(at=local.replace(tzinfo=ZoneInfo(name.lstrip("/")[:100])), zone=shown)
    except (ValueError, OSError, KeyError):  # no such zone, or no name of one
        pass
    described = zones.get(name)
    offset = offset_at(described, local) if described else None
    if offset is None:
        return When(at=local, zone=shown, floating=True)
    return When(at=local.replace(tzinfo=offset), zone=shown)


def _after(start: When | None, duration: str) -> When | None:
    match = _DURATION.match(duration.strip())
    if start is None or match is None or not any(match.groups()):
        return None
    weeks, days, hours, minutes, seconds = (int(piece or 0) for piece in match.groups())
    try:
        end = start.at + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None
    return When(at=end, all_day=start.all_day, zone=start.zone, floating=start.floating)


def _guests(event: Component) -> Iterator[Guest]:
    for count, found in enumerate(event.all("ATTENDEE")):
        if count >= MAX_GUESTS:
            return
        yield _guest(found)


def _guest(found: Property) -> Guest:
    address = re.sub(r"(?i)\Amailto:", "", found.value.strip())
    answer = _ANSWERS.get(found.params.get("PARTSTAT", "").upper(), "")
    return Guest(
        name=visible_name(found.params.get("CN", ""))[:MAX_WORDS],
        address=visible_name(address)[:MAX_WORDS],
        answer=answer,
    )


def _words(text: str) -> str:
    return visible(text[:MAX_WORDS]).strip()
