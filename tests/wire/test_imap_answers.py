"""Names, dates, flags and mailboxes as servers tell them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.visible import visible_name
from linksec_tui.wire.imap_answers import (
    codes,
    parse_fetch,
    parse_internaldate,
    parse_list,
    parse_numbers,
    render_internaldate,
)
from linksec_tui.wire.imap_names import decode_name, encode_name
from linksec_tui.wire.imap_tokens import Response


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("Entwürfe", "Entw&APw-rfe"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("Fish & Chips", "Fish &- Chips"),
        ("😀", "&2D3eAA-"),
        ("", ""),
    ],
)
def test_names_travel_in_modified_utf_7(name: str, wire: str) -> None:
    assert encode_name(name) == wire
    assert decode_name(wire) == name


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_name_comes_back_as_it_was(name: str) -> None:
    wire = encode_name(name)
    assert wire.isascii()
    assert decode_name(wire) == name


@given(st.text(alphabet="&-ABab,+/=ü\x1b"))
def test_a_broken_name_stays_readable(wire: str) -> None:
    decode_name(wire)


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2099, 1, 1)), st.integers(-23 * 60, 23 * 60))  # noqa: DTZ001 - Hypothesis wants them naive
def test_a_received_date_comes_back_in_utc(moment: datetime, offset: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))
    assert parse_internaldate(render_internaldate(aware).strip('"').encode()) == aware


@pytest.mark.parametrize(
    "text", [b"", b"31-Feb-2026 10:00:00 +0000", b"01-Jan-2026", b"01-Xyz-2026 10:00:00 +0000", None]
)
def test_what_is_no_date_is_none(text: bytes | None) -> None:
    assert parse_internaldate(text) is None


def test_a_blank_before_the_day_is_a_day() -> None:
    assert parse_internaldate(b" 1-Jan-2026 10:00:00 -0130") == datetime(2026, 1, 1, 11, 30, tzinfo=UTC)


def test_flags_are_spelled_as_the_standard_does_and_bounded() -> None:
    fetched = parse_fetch([b"* 1 FETCH (UID 5 FLAGS (\\SEEN \\flagged $Forwarded " + b"x" * 65 + b" y" * 100 + b"))"])
    assert fetched is not None
    assert fetched.flags == {"\\Seen", "\\Flagged", "$Forwarded", "y"}


def test_codes_are_read_from_status_lines() -> None:
    lines = [b"* OK [UIDNEXT 12] next", b"* OK [UIDVALIDITY 7]", b"[READ-ONLY] done", b"* OK nothing"]
    assert codes(lines) == {b"UIDNEXT": b"12", b"UIDVALIDITY": b"7", b"READ-ONLY": b""}


def test_numbers_beyond_the_standard_are_left_out() -> None:
    assert parse_numbers([[b"* SEARCH 1 4294967296 x -1 7 99999999999999999999"]]) == [1, 7]


@given(st.lists(st.binary(max_size=80), min_size=1, max_size=3))
def test_any_response_is_a_value_or_none(rest: Response) -> None:
    response = [b"* LIST " + rest[0], *rest[1:]]
    mailbox = parse_list(response)
    assert mailbox is None or mailbox.name == visible_name(mailbox.name)
    parse_fetch([b"* 1 FETCH (" + rest[0], *rest[1:]])
