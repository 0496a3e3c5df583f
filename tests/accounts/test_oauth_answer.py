"""What an authorization server may answer: the standards' own examples, and what none should."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.accounts.oauth_answer import (
    DeviceCode,
    Grant,
    Refusal,
    missing_scopes,
    parse_device_code,
    parse_grant,
    parse_redirect,
    read_grant,
    render_grant,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_standards_grant() -> None:
    # RFC 6749 §5.1
    grant = parse_grant(
        200,
        b"""{
       "access_token":"2YotnFZFEjr1zCsicMWpAA",
       "token_type":"Bearer",
       "expires_in":3600,
       "refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA",
       "example_parameter":"example_value"
     }""",
        NOW,
    )
    assert grant == Grant(
        access_token="2YotnFZFEjr1zCsicMWpAA",
        refresh_token="tGzv3JOkF0XG5Qx2TlKWIA",
        expires_at=NOW + timedelta(hours=1),
        renew_at=NOW + timedelta(minutes=55),
    )


def test_the_standards_refusal() -> None:
    # RFC 6749 §5.2
    assert parse_grant(400, b'{"error":"invalid_request"}', NOW) == Refusal(
        code="invalid_request", said="invalid_request", status=400
    )


def test_the_standards_device_code() -> None:
    # RFC 8628 §3.2
    offer = parse_device_code(
        200,
        b"""{
        "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
        "user_code": "WDJB-MJHT",
        "verification_uri": "https://example.com/device",
        "verification_uri_complete": "https://example.com/device?user_code=WDJB-MJHT",
        "expires_in": 1800,
        "interval": 5
      }""",
    )
    assert offer == DeviceCode(
        device_code="GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
        user_code="WDJB-MJHT",
        address="https://example.com/device",
        direct="https://example.com/device?user_code=WDJB-MJHT",
        expires_in=1800,
        interval=5,
    )


@pytest.mark.parametrize(
    "told",
    [
        {},
        [],
        "token",
        {"access_token": 5},
        {"access_token": ""},
        {"access_token": "x" * 40_000},
        {"access_token": "a\x01auth=Bearer b", "token_type": "Bearer"},
        {"access_token": "a\r\nA1 LOGOUT", "token_type": "Bearer"},
        {"access_token": "a b", "token_type": "Bearer"},
        {"access_token": "good", "refresh_token": "bad\n", "token_type": "Bearer"},
        {"access_token": "good", "token_type": "mac"},
    ],
)
def test_what_no_login_may_carry_is_no_grant(told: object) -> None:
    assert isinstance(parse_grant(200, json.dumps(told).encode(), NOW), Refusal)


@pytest.mark.parametrize(
    ("life", "expires"),
    [
        (None, None),
        ("3600", NOW + timedelta(hours=1)),  # some servers write it as a text
        (0, NOW),
        (-1, None),
        (True, None),
        (1e300, None),
        (9e8, NOW + timedelta(days=366)),
    ],
)
def test_a_life_that_cannot_be_is_not_believed(life: object, expires: datetime | None) -> None:
    told = {"access_token": "t", "token_type": "bearer", "expires_in": life}
    grant = parse_grant(200, json.dumps(told).encode(), NOW)
    assert isinstance(grant, Grant)
    assert grant.expires_at == expires


@pytest.mark.parametrize("address", ["http://x.example/", "javascript:alert(1)", "ftp://x.example/", "https://", ""])
def test_an_address_that_no_browser_should_be_handed_is_refused(address: str) -> None:
    told = {"device_code": "d", "user_code": "u", "verification_uri": address}
    assert isinstance(parse_device_code(200, json.dumps(told).encode()), Refusal)


def test_a_server_cannot_make_us_ask_without_pause_or_end() -> None:
    told = {"device_code": "d", "user_code": "u", "verification_uri": "https://x.example/"}
    hasty = parse_device_code(200, json.dumps({**told, "interval": 0.001, "expires_in": 1e8}).encode())
    idle = parse_device_code(200, json.dumps({**told, "interval": 1e8}).encode())
    assert isinstance(hasty, DeviceCode)
    assert isinstance(idle, DeviceCode)
    assert (hasty.interval, hasty.expires_in, idle.interval) == (1, 1800, 60)


def test_what_a_server_says_is_made_visible_and_kept_short() -> None:
    told = {"error": "\x1b[31m" + "e" * 999, "error_description": "\x1b]0;owned\x07" + "d" * 999}
    refusal = parse_grant(400, json.dumps(told).encode(), NOW)
    assert isinstance(refusal, Refusal)
    assert "\x1b" not in refusal.code + refusal.said
    assert len(refusal.code + refusal.said) <= 400


def test_the_browser_brings_a_code_or_a_reason() -> None:
    assert parse_redirect({"code": "SplxlOBeZQQYbYS6WxSbIA", "state": "xyz"}) == "SplxlOBeZQQYbYS6WxSbIA"
    assert parse_redirect({"error": "access_denied", "state": "xyz"}) == Refusal(
        code="access_denied", said="access_denied"
    )
    assert isinstance(parse_redirect({"code": "x", "error": "access_denied"}), Refusal)
    assert isinstance(parse_redirect({}), Refusal)


@pytest.mark.parametrize(
    ("asked", "granted", "missing"),
    [
        (("https://mail.google.com/",), None, ()),
        (("https://mail.google.com/",), ("https://mail.google.com/",), ()),
        (("https://mail.google.com/",), ("openid", "email"), ("https://mail.google.com/",)),
        (
            (
                "https://outlook.office.com/IMAP.AccessAsUser.All",
                "https://outlook.office.com/SMTP.Send",
                "offline_access",
            ),
            ("https://outlook.office365.com/smtp.send",),
            ("https://outlook.office.com/IMAP.AccessAsUser.All",),
        ),
    ],
)
def test_what_was_not_allowed_is_noticed(
    asked: tuple[str, ...], granted: tuple[str, ...] | None, missing: tuple[str, ...]
) -> None:
    assert missing_scopes(asked, granted) == missing


tokens = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=50)
moments = st.none() | st.datetimes(timezones=st.just(UTC))


@given(tokens, tokens | st.just(""), moments, moments, st.none() | st.lists(tokens).map(tuple))
def test_what_is_kept_is_what_is_read(
    access: str, refresh: str, expires: datetime | None, renew: datetime | None, scopes: tuple[str, ...] | None
) -> None:
    grant = Grant(access_token=access, refresh_token=refresh, expires_at=expires, renew_at=renew, scopes=scopes)
    assert read_grant(render_grant(grant)) == grant


@given(st.binary(max_size=300), st.integers(100, 599))
def test_no_answer_is_too_strange(body: bytes, status: int) -> None:
    assert isinstance(parse_grant(status, body, NOW), Refusal)
    assert isinstance(parse_device_code(status, body), Refusal)
    assert read_grant(body.decode("latin-1")) is None
