"""Received fields as the known servers write them, and as strangers would like them to be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.received import parse_received
from linksec_tui.model.visible import visible_name


class Case(TypedDict):
    received: str
    tls: bool | None
    version: str | None
    local_hop: bool
    note: str


FILE = Path(__file__).parent.parent / "cases" / "received-tls.json"
CASES = cast("dict[str, list[dict[str, object]]]", json.loads(FILE.read_text()))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[str(case["note"])[:50] for case in CASES])
def test_each_server_says_it_in_its_own_way(case: dict[str, object]) -> None:
    hop = parse_received(str(case["received"]))
    assert hop.tls is case["tls"]
    assert hop.protocol == (case["with"] or "")
    assert hop.version == (case["version"] or "")
    assert hop.local is case["local_hop"]
    assert hop.at == datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_the_cipher_is_told_by_those_who_tell_it() -> None:
    exim = "from a.example ([192.0.2.1]) by b.example with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.98) id 1"
    old_exim = "from a.example ([192.0.2.1]) by b.example with esmtps (TLSv1.2:ECDHE-RSA-AES256-GCM-SHA384:256) id 1"
    assert parse_received(exim + "; x").cipher == "TLS_AES_256_GCM_SHA384"
    assert parse_received(exim + "; x").version == "TLS1.3"
    assert parse_received(old_exim + "; x").cipher == "ECDHE-RSA-AES256-GCM-SHA384"


def test_a_greeting_cannot_claim_tls() -> None:
    hop = parse_received(
        "from x (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) (unknown [192.0.2.66])"
        " by in.example.org (Postfix) with ESMTP id 9; Sat, 21 Nov 2026 10:00:00 +0000"
    )
    assert hop.tls is False
    assert hop.cipher == ""


@pytest.mark.parametrize(
    ("field", "peer", "address"),
    [
        ("from helo.example (real.example [192.0.2.1]) by b.example with ESMTP", "real.example", "192.0.2.1"),
        ("from helo.example (unknown [192.0.2.1]) by b.example with ESMTP", "", "192.0.2.1"),
        ("from helo.example (real.example [192.0.2.1] (may be forged)) by b.example with ESMTP", "", "192.0.2.1"),
        ("from real.example ([192.0.2.1] helo=x) by b.example with esmtp (Exim 4.98)", "real.example", "192.0.2.1"),
        ("from [192.0.2.1] (helo=real.example) by b.example with esmtp (Exim 4.98)", "", "192.0.2.1"),
        ("from helo.example ([192.0.2.1]) by b.example with ESMTP", "", "192.0.2.1"),
        ("from [127.0.0.1] by b.example with ESMTP", "", ""),
        ("from [127.0.0.1] (unknown [192.0.2.1]) by b.example with ESMTP", "", "192.0.2.1"),
        ("from a (a.example [IPv6:2001:db8::1]) by b.example with ESMTP", "a.example", "2001:db8::1"),
    ],
)
def test_the_other_side_is_who_the_server_found_and_not_who_it_said_it_was(field: str, peer: str, address: str) -> None:
    hop = parse_received(f"{field} id 1; Sat, 21 Nov 2026 10:00:00 +0000")
    assert (hop.peer, hop.address) == (peer, address)
    assert hop.local is False


@pytest.mark.parametrize("protocol", ["ESMTPSA", "ESMTPA", "UTF8SMTPSA", "esmtpsa"])
def test_a_signed_in_user_is_told_from_a_server(protocol: str) -> None:
    field = "from a (b.example [192.0.2.1]) by c.example with {} id 1; x"
    assert parse_received(field.format(protocol)).from_user
    assert not parse_received(field.format(protocol[:-1])).from_user


@pytest.mark.parametrize(
    ("field", "user"),
    [
        ("by a.example (Postfix, from userid 33) id 1", True),
        ("(qmail 123 invoked by uid 89)", True),
        ("(qmail 123 invoked for bounce)", False),
        ("by a.example (Postfix) id 1", False),
        ("from www-data by a.example with local (Exim 4.96) id 1", True),
        ("from Debian-exim by a.example with local (Exim 4.96) id 1", False),
    ],
)
def test_a_program_on_the_server_is_told_from_the_server(field: str, *, user: bool) -> None:
    assert parse_received(f"{field}; x").from_user is user


@given(st.text(alphabet='fromby withESMTPS()[]"\\;<>:.=0127\t\r\n\x1b\x00é', max_size=300))
def test_nothing_breaks_the_parser_or_gets_through_it(text: str) -> None:
    hop = parse_received(text)
    for shown in (hop.greeting, hop.peer, hop.by, hop.protocol, hop.version, hop.cipher):
        assert shown == visible_name(shown)


@pytest.mark.parametrize("hostile", ["(" * 100_000, '"' * 100_000, "by " * 50_000, "from a (" * 20_000, "1:" * 50_000])
def test_a_hostile_field_takes_no_time(hostile: str) -> None:
    parse_received(hostile)
