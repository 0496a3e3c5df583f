"""Domains that could be taken for one that is known, and those that only remind of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.people.lookalike import looks_like

KNOWN = (
    "paypal.com",
    "bank.example",
    "gmx.de",
    "strato.de",
    "modern.example",
    "mail.club.example",
    "xn--mller-kva.example",
)


@pytest.mark.parametrize(
    ("domain", "known"),
    [
        ("paypa1.com", "paypal.com"),
        ("paypai.com", "paypal.com"),
        ("paypal.co", "paypal.com"),
        ("paypall.com", "paypal.com"),
        ("papyal.com", "paypal.com"),
        ("pypal.com", "paypal.com"),
        ("xn--pypal-4ve.com", "paypal.com"),  # with a Cyrillic а
        ("bаnk.example".encode("idna").decode(), "bank.example"),
        ("modem.example", "modern.example"),
        ("rnodern.example", "modern.example"),
        ("paypal.com.evil.example", "paypal.com"),
        ("www.paypal.com.evil.example", "paypal.com"),
        ("muller.example", "xn--mller-kva.example"),
    ],
)
def test_what_could_be_taken_for_a_known_domain_names_it(domain: str, known: str) -> None:
    assert looks_like(domain, KNOWN) == known


@pytest.mark.parametrize(
    "domain",
    [
        "paypal.com", "login.paypal.com", "gmx.at", "gmx.net", "gmy.de", "strato.dk", "strata.example", "club.example",
        "bank.org", "example", "", "evil.example", "notpaypal.com",
    ],
)  # fmt: skip
def test_a_known_domain_its_own_hosts_and_honest_neighbours_are_left_alone(domain: str) -> None:
    assert looks_like(domain, KNOWN) == ""


def test_of_two_known_neighbours_none_warns_of_the_other() -> None:
    assert looks_like("bank.example", ["bank.example", "bamk.example"]) == ""


NAMES = st.from_regex(r"[a-z]{4,12}\.(example|com|co\.uk)", fullmatch=True)


@given(NAMES, st.integers(min_value=0, max_value=30), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_a_letter_more_in_a_name_is_always_seen(known: str, place: int, letter: str) -> None:
    at = place % known.index(".")
    assert looks_like(known[:at] + letter + known[at:], [known]) == known


@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=5))
def test_nothing_breaks_it(domain: str, known: list[str]) -> None:
    assert looks_like(domain, known) in ("", *known)
