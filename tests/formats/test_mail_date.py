"""Dates of real and broken mail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.mail_date import parse_mail_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sat, 21 Nov 2026 10:00:00 +0000 (UTC)", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("21 Nov 2026 10:00 +0130", datetime(2026, 11, 21, 8, 30, tzinfo=UTC)),
        ("Sat, 21 Nov 26 10:00:60 EST", datetime(2026, 11, 21, 15, 0, 59, tzinfo=UTC)),
        ("Thu, 1 Jan 98 00:00:00 GMT", datetime(1998, 1, 1, tzinfo=UTC)),
        ("Saturday, 21-Nov-26 10:00:00 GMT", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("1 January 2026 00:00:00 -0000", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_in_utc(text: str, moment: datetime) -> None:
    assert parse_mail_date(text) == moment


@pytest.mark.parametrize(
    "text", ["", "yesterday", "31 Feb 2026 10:00:00 +0000", "1 Foo 2026 10:00:00", "1 Jan 2026 25:00"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_mail_date(text) is None


@given(st.text(alphabet="0123456789 :+-JanFebMar,GMT", max_size=200))
def test_nothing_breaks_the_parser(text: str) -> None:
    found = parse_mail_date(text)
    assert found is None or found.tzinfo is UTC
