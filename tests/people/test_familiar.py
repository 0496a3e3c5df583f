"""Who may be somebody else: neighbours of known addresses are found, known ones and strangers are left in peace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.domain_name import parse_mailbox
from linksec_tui.people.familiar import Familiar
from linksec_tui.people.lookalike import looks_like

KNOWN = [
    parse_mailbox(text)
    for text in (
        "anna@bank.example", "jonathan@office.example", "team1@office.example", "li@office.example",
        "paul@paypal.example", "x@modern.example",
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("anna@bank.example", ""),
        ("ANNA@bank.example", ""),
        ("otto@bank.example", ""),
        ("anna@bаnk.example", "bank.example"),  # a Cyrillic а
        ("anna@bamk.example", "bank.example"),
        ("anna@abnk.example", "bank.example"),
        ("anna@baank.example", "bank.example"),
        ("anna@bank.example.evil.example", "bank.example"),
        ("anna@mail.bank.example", ""),
        ("paul@paypa1.example", "paypal.example"),
        ("x@modem.example", "modern.example"),
        ("anna@elsewhere.example", ""),
        ("jonathon@office.example", "jonathan@office.example"),
        ("j0nathan@office.example", "jonathan@office.example"),
        ("team2@office.example", ""),
        ("lu@office.example", ""),
        ("me@hom.example", "home.example"),
        ("anna@[192.0.2.1]", ""),
    ],
)
def test_a_neighbour_of_somebody_known_is_told(address: str, meant: str) -> None:
    assert Familiar(KNOWN, ["home.example"]).taken_for(parse_mailbox(address)) == meant


LABEL = st.text(alphabet="abcrnmlo01", min_size=3, max_size=7)


@given(known=st.lists(LABEL, min_size=1, max_size=6, unique=True), asked=LABEL)
def test_looking_by_keys_finds_what_comparing_with_everybody_finds(known: list[str], asked: str) -> None:
    domains = [f"{label}.example" for label in known]
    familiar = Familiar([parse_mailbox(f"a@{domain}") for domain in domains])
    address = parse_mailbox(f"new-person@{asked}.example")
    if address.domain not in domains:
        assert bool(familiar.taken_for(address)) == bool(looks_like(address.domain, domains))
