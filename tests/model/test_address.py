"""Addresses are strict: whatever could become more than one address, or a command, is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.address import Address, parse_address, parse_domain
from linksec_tui.model.errors import BadInput

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
DOMAIN = st.lists(LABEL, min_size=2, max_size=5).map(".".join)
LOCAL = st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[A-Za-z0-9]{1,20})?", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "local", "domain"),
    [
        ("alice@example.org", "alice", "example.org"),
        ("  alice@EXAMPLE.org ", "alice", "example.org"),
        ("Alice.B+tag@example.org.", "Alice.B+tag", "example.org"),
        ('"a b"@example.org', '"a b"', "example.org"),
        ('"a@b"@example.org', '"a@b"', "example.org"),
        ("user@[192.0.2.1]", "user", "[192.0.2.1]"),
        ("user@[ipv6:2001:DB8:0::1]", "user", "[IPv6:2001:db8::1]"),
        ("jörg@xn--bcher-kva.example", "jörg", "xn--bcher-kva.example"),
        ("root@localhost", "root", "localhost"),
    ],
)
def test_an_address_is_taken_apart(text: str, local: str, domain: str) -> None:
    assert parse_address(text) == Address(local, domain)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "alice",
        "alice@",
        "@example.org",
        "a@x> NOTIFY=NEVER",
        "a@x>\r\nRCPT TO:<b@y",
        "a@x\r\nDATA",
        "a\n@example.org",
        "a b@example.org",
        "<a@example.org>",
        "a@example.org,b@example.org",
        "a@b@example.org",
        "a..b@example.org",
        ".a@example.org",
        "a@example..org",
        "a@-example.org",
        "a@example-.org",
        "a@exa mple.org",
        "a@[192.0.2.1",
        "a@[not-an-address]",
        "a@[300.0.0.1]",
        "a@[IPv6:1::2::3]",
        "a\x00@example.org",
        "a\x1b[31m@example.org",
        "a\N{RIGHT-TO-LEFT OVERRIDE}b@example.org",
        "a\N{ZERO WIDTH SPACE}b@example.org",
        "●bob@example.org",
        "a" * 65 + "@example.org",
        "a@" + ".".join(["x" * 60] * 5),
        "a@" + "x" * 64 + ".org",
        '"unclosed@example.org',
    ],
)
def test_what_is_not_one_plain_address_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_address(text)
    assert refused.value.next_step
    assert "\n" not in str(refused.value)
    assert str(refused.value).isprintable()


@given(st.text(st.characters(codec=None), max_size=80))
def test_anything_is_either_an_address_without_commands_or_refused(text: str) -> None:
    try:
        address = parse_address(text)
    except BadInput:
        return
    written = str(address)
    assert not set(written) & set("\r\n\0")
    assert ">" not in written or address.local.startswith('"')
    assert parse_address(written) == address


@given(LOCAL, DOMAIN)
def test_an_ordinary_address_survives(local: str, domain: str) -> None:
    assert parse_address(f"{local}@{domain.upper()}") == Address(local, domain)


@given(DOMAIN)
def test_a_domain_is_kept_in_lower_case_without_its_last_dot(domain: str) -> None:
    assert parse_domain(f"{domain.upper()}.") == domain


def test_only_a_local_part_beyond_ascii_needs_smtputf8() -> None:
    assert parse_address("jörg@example.org").needs_smtputf8
    assert not parse_address("joerg@xn--bcher-kva.example").needs_smtputf8


def test_a_literal_is_known_as_one() -> None:
    assert parse_address("u@[192.0.2.1]").domain == "[192.0.2.1]"
