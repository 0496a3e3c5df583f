"""PACC: the file, and the digest that must stand in DNS. Digests were made with openssl dgst -sha256 | base64."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.pacc import NotPacc, Pacc, is_record, matches_a_record, parse_pacc
from linksec_tui.model.discovery import OAuthEndpoints

BODY = b'{"protocols":{"imap":{"host":"imap.example.com"}}}\n'
DIGEST = "4ZEBoo1LNxttlEYBlYktiS8ejWnNz4X056WHfzb22xo="


def test_the_digest_of_exactly_these_octets_counts() -> None:
    record = f"v=UAAC1; a=sha256; d={DIGEST}"
    assert matches_a_record(BODY, [record])
    assert matches_a_record(BODY, ["v=UAAC1; a=sha256; d=AAAA", f"v=UAAC1;a=SHA256;d={DIGEST}; x=y"])
    assert not matches_a_record(BODY + b" ", [record])


@pytest.mark.parametrize(
    "record",
    [
        "",
        "v=UAAC1",
        "v=UAAC1; a=sha256; d=",
        "v=UAAC1; a=sha256; d=not base64!",
        f"v=UAAC2; a=sha256; d={DIGEST}",
        f"v=UAAC1; a=md5; d={DIGEST}",
        f"a=sha256; d={DIGEST}",
        "v=UAAC1; a=sha256; d=é",
    ],
)
def test_a_record_of_another_kind_vouches_for_nothing(record: str) -> None:
    assert not matches_a_record(BODY, [record])
    assert not matches_a_record(b"", [record])


def test_a_record_is_known_by_its_version() -> None:
    assert is_record("v=UAAC1; a=sha256; d=x")
    assert not is_record("v=spf1 -all")


@pytest.mark.parametrize("key", ["submit", "smtp"])
def test_hosts_logins_and_names_are_read(key: str) -> None:
    body = {
        "protocols": {"imap": {"host": "imap.example.com"}, key: {"host": "smtp.example.com"}, "jmap": {"url": "x"}},
        "authentication": {"oauth-public": {"issuer": "https://login.example.com/"}, "password": True},
        "info": {"provider": {"name": "Example"}, "help": {"documentation": "https://example.com/help"}},
    }
    assert parse_pacc(json.dumps(body).encode()) == Pacc(
        imap="imap.example.com",
        submission="smtp.example.com",
        password=True,
        oauth=OAuthEndpoints(issuer="https://login.example.com/"),
        name="Example",
        help=("https://example.com/help",),
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"null", b"\xff", b'{"protocols": []}', b"[" * 100_000, b'{"protocols": {}}', b"9" * 5000],
    ids=range(9),
)
def test_another_file_is_refused(body: bytes) -> None:
    with pytest.raises(NotPacc):
        parse_pacc(body)


def test_values_of_another_kind_are_passed_over() -> None:
    body: dict[str, object] = {
        "protocols": {"imap": {"host": 7}, "submit": "smtp.example.com"},
        "authentication": {"oauth-public": {"issuer": "javascript:alert(1)"}, "password": "yes"},
        "info": {"provider": [], "help": {"documentation": "http://example.com"}},
    }
    assert parse_pacc(json.dumps(body).encode()) == Pacc()


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=9), lambda x: st.dictionaries(st.text(), x)))
def test_whatever_json_comes_is_read_or_refused(value: object) -> None:
    with contextlib.suppress(NotPacc):
        parse_pacc(json.dumps({"protocols": value}).encode())
