"""Calendar parts as programs write them: times with their zones, whole days, rules in words; broken ones are no end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.calendar import parse_calendar
from linksec_tui.formats.recurrence import recurrence_words
from linksec_tui.incoming.invitation_words import heading, invitation_words
from linksec_tui.model.reading import Invitation, Method, When
from linksec_tui.model.visible import visible_text

BERLIN = ZoneInfo("Europe/Berlin")


def events(*lines: str, method: str = "REQUEST", zones: str = "") -> tuple[Invitation, ...]:
    body = "\r\n".join(lines)
    calendar = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\n{zones}BEGIN:VEVENT\r\n{body}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    return parse_calendar(calendar)


def event(*lines: str, method: str = "REQUEST", zones: str = "") -> Invitation:
    return events(*lines, method=method, zones=zones)[0]


# RFC 5545 §3.3.5
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("DTSTART:19980119T070000Z", When(at=datetime(1998, 1, 19, 7, tzinfo=UTC))),
        (
            "DTSTART;TZID=America/New_York:19980119T020000",
            When(at=datetime(1998, 1, 19, 2, tzinfo=ZoneInfo("America/New_York")), zone="America/New_York"),
        ),
        ("DTSTART:19980118T230000", When(at=datetime(1998, 1, 18, 23), floating=True)),  # noqa: DTZ001
        ("DTSTART;VALUE=DATE:19970714", When(at=datetime(1997, 7, 14), all_day=True)),  # noqa: DTZ001
        ("DTSTART;TZID=Nowhere:19980118T230000", When(at=datetime(1998, 1, 18, 23), zone="Nowhere", floating=True)),  # noqa: DTZ001
        (
            "DTSTART;TZID=../../etc/passwd:19980118T230000",
            When(at=datetime(1998, 1, 18, 23), zone="../../etc/passwd", floating=True),  # noqa: DTZ001
        ),
        ("DTSTART:19980231T070000Z", None),
        ("DTSTART:tomorrow", None),
    ],
)
def test_a_time_is_read_with_its_zone(line: str, expected: When | None) -> None:
    assert event(line).start == expected


# As Exchange writes it: the name of a zone that no system knows, described beside.
WINDOWS_ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\n"
    "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
)


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("day", [1, 24, 25, 26, 28])
def test_a_zone_that_is_described_has_the_offsets_that_the_system_knows(month: int, day: int) -> None:
    start = event(f"DTSTART;TZID=W. Europe Standard Time:2026{month:02}{day:02}T120000", zones=WINDOWS_ZONE).start
    assert start is not None
    assert start.at.utcoffset() == datetime(2026, month, day, 12, tzinfo=BERLIN).utcoffset()


def test_what_is_folded_and_escaped_is_read_as_it_was_meant() -> None:
    found = event(
        "SUMMARY:A long\r\n  title\\, with commas\\; and", "DESCRIPTION:one\\ntwo",
        'ORGANIZER;CN="Doe, Jane":mailto:jane@a.example',
        "ATTENDEE;CN=Bob;PARTSTAT=TENTATIVE:MAILTO:bob@a.example",
    )  # fmt: skip
    assert found.summary == "A long title, with commas; and"
    assert found.about == "one\ntwo"
    assert found.organizer is not None
    assert (found.organizer.name, found.organizer.address) == ("Doe, Jane", "jane@a.example")
    assert [(guest.address, guest.answer) for guest in found.guests] == [("bob@a.example", "perhaps")]


def test_a_duration_ends_an_event() -> None:
    end = event("DTSTART:20260101T100000Z", "DURATION:PT1H30M").end
    assert end == When(at=datetime(2026, 1, 1, 11, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "every 2 weeks on Monday, Wednesday"),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=10", "every month on the last Friday, 10 times"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "every month on the 15."),
        ("FREQ=YEARLY;UNTIL=20300101T000000Z", "every year, until 2030-01-01"),
        ("FREQ=MINUTELY;BYSETPOS=1", "by the rule FREQ=MINUTELY;BYSETPOS=1"),
    ],
)
def test_a_rule_is_told_in_words(rule: str, words: str) -> None:
    assert recurrence_words(rule) == words


def test_both_clocks_are_told_where_they_differ() -> None:
    found = event(
        "SUMMARY:Walk", "DTSTART;TZID=Europe/Berlin:20260321T093000", "DTEND;TZID=Europe/Berlin:20260321T173000"
    )
    words = invitation_words(found, timezone(timedelta(hours=-5), "EST"))
    assert "When     Sat 21 Mar 2026, 03:30–11:30 (EST, your time)" in words
    assert "Theirs   Sat 21 Mar 2026, 09:30–17:30 (Europe/Berlin)" in words
    assert "Theirs" not in invitation_words(found, BERLIN)
    assert "none was sent" in words


@pytest.mark.parametrize(
    ("method", "status", "title"),
    [
        ("REQUEST", "CONFIRMED", "Invitation"),
        ("REQUEST", "CANCELLED", "Cancelled event"),
        ("CANCEL", "", "Cancelled event"),
        ("REPLY", "", "Answer to an invitation"),
        ("PUBLISH", "", "Calendar event"),
        ("X-ODD", "", "Calendar event"),
    ],
)
def test_what_it_wants_stands_above_it(method: str, status: str, title: str) -> None:
    assert heading(event(f"STATUS:{status}", method=method)) == title


def test_whole_days_end_the_day_before_their_end() -> None:
    words = invitation_words(event("DTSTART;VALUE=DATE:20260401", "DTEND;VALUE=DATE:20260404"), UTC)
    assert "Wed 1 Apr 2026 – Fri 3 Apr 2026, all day" in words


HOSTILE = {
    "deep": "BEGIN:VEVENT\n" * 50_000,
    "events": "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * 100_000,
    "parameters": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART" + ";A=1" * 100_000 + ":1\n",
    "quotes": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;A=" + '"' * 100_000,
    "folds": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:" + "\n x" * 300_000,
    "zones": "BEGIN:VCALENDAR\n"
    + WINDOWS_ZONE * 1000
    + "BEGIN:VEVENT\nDTSTART;TZID=W. Europe Standard Time:20260101T000000\n",
    "years": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:00010101T000000Z\nDTEND:99991231T235959Z\nDURATION:P99999D\n",
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_calendars_end_soon(text: str) -> None:
    for found in parse_calendar(text):
        invitation_words(found, BERLIN)


PIECES = (
    *("DTSTART", "DTEND", "RRULE", "TZID=", "Europe/Berlin", ":", ";", "20260101", "T000000", "Z", "\n", "P1D", '"'),
    *("BEGIN:VTIMEZONE\n", "END:VTIMEZONE\n", "\x1b[2J", "\u202e", "FREQ=YEARLY", "ATTENDEE;CN="),
)


@given(st.lists(st.sampled_from(PIECES)))
def test_anything_is_read_without_a_word_that_cannot_be_seen(pieces: list[str]) -> None:
    for found in events("".join(pieces)):
        words = invitation_words(found, BERLIN)
        assert words == visible_text(words)
        assert found.method is Method.REQUEST
