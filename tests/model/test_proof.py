"""The proof of our own hop in words: nothing is said to be checked that was not."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from linksec_tui.model.connection import TlsFacts, Trust
from linksec_tui.model.evidence import Answer, DaneStatus, Mechanism, ProviderFacts
from linksec_tui.model.proof import dane_text, insistence_text, trust_text

SHOWN = TlsFacts(host="mail.home.example", port=465, version="TLSv1.3", cipher="c", matched_name="mail.home.example")


@pytest.mark.parametrize("status", list(DaneStatus))
def test_every_state_of_dane_has_its_words(status: DaneStatus) -> None:
    assert "DANE" in dane_text(replace(SHOWN, dane=status))


def test_who_was_not_asked_about_is_not_spoken_of() -> None:
    assert dane_text(SHOWN) == ""


def test_another_certificate_than_signed_dns_names_is_said_to_be_one() -> None:
    assert "another certificate" in dane_text(replace(SHOWN, dane=DaneStatus.SECURE, dane_matches=False))


def test_a_wildcard_is_told() -> None:
    assert "(as *.home.example)" in trust_text(replace(SHOWN, matched_name="*.home.example"))


@pytest.mark.parametrize(
    ("insists", "rung"),
    [
        ({Mechanism.DANE: Answer.YES}, "Enforced"),
        ({}, "Verifiable at most"),
        (dict.fromkeys((Mechanism.DANE, Mechanism.MTA_STS, Mechanism.REQUIRETLS), Answer.NO), "Encrypted, unproven"),
        ({Mechanism.STARTTLS: Answer.NO}, "Exposed"),
    ],
)
def test_what_a_provider_insists_on_says_how_far_up_the_ladder_it_leads(
    insists: dict[Mechanism, Answer], rung: str
) -> None:
    assert rung in insistence_text(ProviderFacts(account="home", insists=MappingProxyType(insists)))


def test_a_pinned_server_is_never_said_to_be_checked() -> None:
    said = trust_text(replace(SHOWN, trust=Trust.PINNED))
    assert "pinned, below the minimum" in said
    assert "valid" not in said
