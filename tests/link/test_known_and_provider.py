"""The known list, and what the sender's own provider does (link-security.md §§2.1, 6)."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime

import pytest

from linksec_tui.link import declaration
from linksec_tui.link.known import KnownList, read_list, shipped_list
from linksec_tui.link.provider import provider_facts, with_offers
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import Address
from linksec_tui.model.evidence import Answer, KnownEntry, Mechanism, ProviderFacts, Source
from linksec_tui.wire.smtp_offers import Offers

NOW = datetime(2026, 1, 15, tzinfo=UTC)
LIST = """
[[domain]]
name = "a.example"
mta_sts_enforce = true
control = true
source = "their own page"
dated = 2026-01-01
level = 4

[[exchanger]]
name = "mx.cloud.example"
starttls = true
source = "their own page"
dated = 2026-01-01

[[provider]]
hosts = ["smtp.cloud.example"]
enforces = ["starttls", "dane"]
source = "their own page"
dated = 2026-01-01
"""


@pytest.fixture
def known() -> KnownList:
    return read_list(tomllib.loads(LIST))


def account(host: str = "smtp.home.example", insists: frozenset[Mechanism] | None = None) -> Account:
    return Account(
        name="home",
        address=Address("alice", "home.example"),
        submission=Server(host=host, port=465),
        insists=insists,
        local_domains=frozenset({"Home.Example"}),
    )


def answers(facts: ProviderFacts) -> dict[str, str]:
    return {mechanism.value: facts.answer(mechanism).value for mechanism in Mechanism}


@pytest.mark.parametrize(
    ("domain", "hosts", "matched"),
    [
        ("a.example", (), ["a.example"]),
        ("sub.a.example", (), []),
        ("b.example", ("eu.mx.cloud.example", "mx.cloud.example"), ["mx.cloud.example"]),
        ("b.example", ("evil-mx.cloud.example", "mx.cloud.example.evil.example"), []),
    ],
)
def test_entries_match_a_domain_or_a_suffix_on_label_boundaries(
    known: KnownList, domain: str, hosts: tuple[str, ...], matched: list[str]
) -> None:
    assert [entry.matched for entry in known.entries(domain, hosts)] == matched


def test_every_shipped_entry_has_its_source_and_date() -> None:
    shipped = shipped_list()
    for entry in (*shipped.domains.values(), *shipped.exchangers.values()):
        assert entry.source
        assert datetime.fromisoformat(entry.dated) < datetime(2027, 1, 1)  # noqa: DTZ001 - a day has no zone
    assert shipped.controls
    assert all(provider.source and provider.insists for provider in shipped.providers)


def test_a_listed_level_counts_for_a_year(known: KnownList) -> None:
    (entry,) = known.entries("a.example", ())
    declared = declaration.from_known(entry)
    assert declared is not None
    assert (declared.name, declared.level, declared.source) == ("a.example", 4, Source.KNOWN)
    assert declared.expires_at == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "entry",
    [
        KnownEntry(matched="a.example", kind="domain", level=0, source="x", dated="2026-01-01"),
        KnownEntry(matched="a.example", kind="domain", level=4, source="", dated="2026-01-01"),
        KnownEntry(matched="a.example", kind="domain", level=4, source="x", dated=""),
    ],
)
def test_a_level_without_a_source_is_none(entry: KnownEntry) -> None:
    assert declaration.from_known(entry) is None


def test_what_the_user_lists_is_exhaustive() -> None:
    facts = provider_facts(account(insists=frozenset({Mechanism.DANE})))
    assert answers(facts) == {"starttls": "yes", "dane": "yes", "mta-sts": "no", "requiretls-strict": "no"}
    assert facts.origin == "configuration"
    assert facts.local_domains == {"home.example"}


def test_an_empty_list_says_that_the_provider_does_nothing() -> None:
    assert set(answers(provider_facts(account(insists=frozenset()))).values()) == {"no"}


def test_without_a_word_of_the_user_nothing_is_known() -> None:
    facts = provider_facts(account())
    assert set(answers(facts).values()) == {"unknown"}
    assert facts.origin == ""


def test_the_shipped_list_may_know_a_provider(known: KnownList) -> None:
    facts = provider_facts(account("eu.smtp.cloud.example"), known)
    assert answers(facts) == {"starttls": "yes", "dane": "yes", "mta-sts": "unknown", "requiretls-strict": "unknown"}
    assert "2026-01-01" in facts.origin


def test_the_users_word_stands_before_the_list(known: KnownList) -> None:
    facts = provider_facts(account("smtp.cloud.example", frozenset({Mechanism.MTA_STS})), known)
    assert facts.answer(Mechanism.DANE) is Answer.NO


@pytest.mark.parametrize(
    ("level", "insists"),
    [
        (0, {"starttls": "unknown", "dane": "unknown", "mta-sts": "unknown", "requiretls-strict": "unknown"}),
        (2, {"starttls": "yes", "dane": "unknown", "mta-sts": "unknown", "requiretls-strict": "unknown"}),
        (3, {"starttls": "yes", "dane": "yes", "mta-sts": "yes", "requiretls-strict": "yes"}),
    ],
)
def test_what_the_submission_server_declares_fills_what_is_not_known(level: int, insists: dict[str, str]) -> None:
    facts = with_offers(provider_facts(account()), Offers(linksec_level=level), NOW)
    assert answers(facts) == insists
    assert facts.linksec_level == level


def test_it_does_not_outweigh_the_user() -> None:
    facts = with_offers(provider_facts(account(insists=frozenset())), Offers(linksec_level=4), NOW)
    assert set(answers(facts).values()) == {"no"}
    assert facts.origin == "configuration"


def test_what_the_submission_server_offers() -> None:
    offers = Offers(requiretls=True, dsn=True, smtputf8=False, size=1000)
    facts = with_offers(provider_facts(account()), offers, NOW)
    assert (facts.requiretls_offered, facts.dsn_offered, facts.smtputf8_offered) == (True, True, False)
    assert (facts.size_limit, facts.observed_at) == (1000, NOW)
    assert with_offers(facts, Offers(size=0), NOW).size_limit is None
