"""Times as people type them, held against a wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.errors import BadInput
from linksec_tui.outgoing.later import parse_span, parse_when

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 15, tzinfo=BERLIN)  # a Wednesday

SAID = (
    ("tomorrow 8:00", "2026-11-26 08:00"),
    ("Tomorrow, at 8", "2026-11-26 08:00"),
    ("tomorrow", "2026-11-26 08:00"),
    ("tomorrow evening", "2026-11-26 18:00"),
    ("tonight", "2026-11-25 20:00"),
    ("today 17.30", "2026-11-25 17:30"),
    ("in 2 h", "2026-11-25 12:15"),
    ("in 2h", "2026-11-25 12:15"),
    ("in 90 minutes", "2026-11-25 11:45"),
    ("in half an hour", "2026-11-25 10:45"),
    ("in a week", "2026-12-02 10:15"),
    ("mon 9", "2026-11-30 09:00"),
    ("wed 9", "2026-12-02 09:00"),
    ("next friday 5pm", "2026-11-27 17:00"),
    ("next week", "2026-11-30 08:00"),
    ("9", "2026-11-26 09:00"),
    ("22:00", "2026-11-25 22:00"),
    ("12am", "2026-11-26 00:00"),
    ("noon", "2026-11-25 12:00"),
    ("2026-12-24 18:00", "2026-12-24 18:00"),
    ("24.12. 18:00", "2026-12-24 18:00"),
    ("1.3.", "2027-03-01 08:00"),
    ("1 dec 14:30", "2026-12-01 14:30"),
    ("dec 1", "2026-12-01 08:00"),
)
UNCLEAR = (
    *("", "later", "soon", "tomorrow at teatime", "25:00", "13pm", "in -2 h", "in h", "31.2.", "mo", "next", "8 9"),
    *("2026-13-01", "in 99999 h", "\x1b[31m8:00"),
)
PAST = ("today 9:00", "2026-11-24 08:00", "2025-01-01", "in 0 h")
FAR = ("2031-01-01", "in 900 d")


@pytest.mark.parametrize(("said", "meant"), SAID)
def test_a_time_in_words_is_the_one_that_people_mean(said: str, meant: str) -> None:
    assert parse_when(said, NOW, BERLIN).astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") == meant


@pytest.mark.parametrize("said", [*UNCLEAR, *PAST, *FAR])
def test_what_is_unclear_over_or_far_away_is_said_to_be(said: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_when(said, NOW, BERLIN)
    assert "\x1b" not in str(refused.value)


def test_tomorrow_at_eight_is_at_eight_also_when_the_clocks_change() -> None:
    eve = datetime(2026, 3, 28, 20, 0, tzinfo=BERLIN)
    moment = parse_when("tomorrow 8:00", eve, BERLIN)
    assert moment.astimezone(UTC) == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)  # 07:00 before the change


@given(st.text(max_size=40), st.integers(0, 60 * 365 * 24))
def test_whatever_is_typed_is_a_time_ahead_or_refused(text: str, hours: int) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    try:
        moment = parse_when(text, now, UTC)
    except BadInput:
        return
    assert timedelta() < moment - now <= timedelta(days=400)


@pytest.mark.parametrize(("said", "minutes"), [("4 h", 240), ("30 min", 30), ("in 2 days", 2880), ("1w", 10080)])
def test_a_span_is_read(said: str, minutes: int) -> None:
    assert parse_span(said) == timedelta(minutes=minutes)


@pytest.mark.parametrize("said", ["", "soon", "0 h", "4", "9999 w"])
def test_what_is_no_span_is_refused(said: str) -> None:
    with pytest.raises(BadInput):
        parse_span(said)
