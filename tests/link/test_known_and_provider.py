"""The known list, and what the sender's own provider does (link-security.md §§2.1, 6)."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from types import MappingProxyType

import pytest

from linksec_tui.link import declaration
from linksec_tui.link.host_rung import lists_starttls
from linksec_tui.link.known import KnownList, read_list, shipped_list, with_hints, without_hints
from linksec_tui.link.provider import provider_facts, with_offers
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import Address
from linksec_tui.model.evidence import Answer, KnownEntry, Mechanism, ProviderFacts, Source
from linksec_tui.model.known import Hint, HintKind, SendingProvider
from linksec_tui.wire.smtp_offers import Offers

NOW = datetime(2026, 1, 15, tzinfo=UTC)
PUBLISHED = "041197be4028c724e9616a48a40057fccc1f6dbfe7033ed14d50daa28c8d0b6b"
LIST = """
controls = ["a.example"]

[[entries]]
domain = "a.example"
mta_sts = "enforce"
level = 4
source = "https://www.a.example/promise"
date = "2026-01-01"

[[entries]]
exchanger = "mx.cloud.example"
starttls = true
source = "their own page"
date = "2026-01-01"

[[entries]]
domain = "c.example"
exchangers = ["mx.shared.example", ".pool.example"]
source = "a list"
date = "2026-01-01"
expires = "2026-02-01T00:00:00Z"

[[providers]]
hosts = ["smtp.cloud.example"]
enforces = ["starttls", "dane"]
ignores = ["requiretls-strict"]
source = "their own page"
date = "2026-01-01"
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
    assert [entry.matched for entry in known.entries(domain, hosts, NOW)] == matched


@pytest.mark.parametrize(
    ("domain", "hosts", "taking"),
    [
        ("c.example", ("mx.shared.example",), ["mx.shared.example"]),
        ("c.example", ("eu.mx.shared.example",), []),
        (
            "c.example",
            ("mx1.pool.example", "pool.example", "deep.mx.pool.example"),
            ["mx1.pool.example", "deep.mx.pool.example"],
        ),
        ("d.example", ("mx.shared.example",), []),
    ],
)
def test_what_is_said_of_a_domains_exchangers_counts_for_that_domain_alone(
    known: KnownList, domain: str, hosts: tuple[str, ...], taking: list[str]
) -> None:
    found = known.entries(domain, hosts, NOW)
    assert [entry.matched for entry in found if entry.kind == "exchanger" and entry.starttls] == taking


def test_a_host_below_one_that_is_named_exactly_is_another(known: KnownList) -> None:
    (_, entry) = known.entries("c.example", ("mx.shared.example", "eu.mx.shared.example"), NOW)
    assert lists_starttls(entry, "mx.shared.example")
    assert not lists_starttls(entry, "eu.mx.shared.example")
    (suffix,) = known.entries("b.example", ("mx.cloud.example",), NOW)
    assert lists_starttls(suffix, "eu.mx.cloud.example")


def test_an_entry_counts_until_its_list_expires(known: KnownList) -> None:
    end = datetime(2026, 2, 1, tzinfo=UTC)
    assert known.entries("c.example", ("mx.shared.example",), end - timedelta(seconds=1))
    assert known.entries("c.example", ("mx.shared.example",), end) == ()


def test_thousands_of_domains_are_hinted_to_have_published_enforce_on_one_day() -> None:
    (entry,) = shipped_list().entries("posteo.de", (), NOW)
    assert (entry.kind, entry.sts_enforce, entry.starttls, entry.level) == ("domain", True, False, 0)
    assert (entry.source, entry.dated) == ("robalexdev/mta-sts-cache-warming @66a64b2", "2024-11-12")
    assert shipped_list().entries("www.posteo.de", (), NOW) == ()
    assert sum(hint.dated == "2024-11-12" for hint in shipped_list().hints()) == 2962


def test_the_file_that_is_shipped_is_the_one_that_was_published() -> None:
    folder = resources.files("linksec_tui.link").joinpath("known_list")
    content = folder.joinpath("mta-sts-hints-2024-11-12.txt").read_bytes()
    assert hashlib.sha256(content).hexdigest() == PUBLISHED
    assert "Mozilla Public License Version 2.0" in folder.joinpath("MPL-2.0.txt").read_text(encoding="utf-8")


def test_no_name_stands_in_the_shipped_list_twice() -> None:
    named = [(hint.kind, hint.name) for hint in shipped_list().hints()]
    assert len(named) == len(set(named))


def test_every_control_is_a_domain_that_is_listed_itself() -> None:
    shipped = shipped_list()
    assert shipped.controls
    assert all(shipped.entries(domain, (), NOW) for domain in shipped.controls)


def test_more_hints_are_added_and_take_none_away(known: KnownList) -> None:
    other = Hint(kind=HintKind.DOMAIN, name="a.example", source="another", dated="2026-01-02", starttls=True)
    both = with_hints(known, [other]).entries("a.example", (), NOW)
    assert [entry.source for entry in both] == ["https://www.a.example/promise", "another"]


def test_without_its_hints_the_list_still_knows_providers_and_controls(known: KnownList) -> None:
    bare = without_hints(known)
    assert bare.entries("a.example", ("mx.cloud.example",), NOW) == ()
    assert (bare.providers, bare.controls) == (known.providers, known.controls)


def test_every_shipped_entry_has_its_source_and_date() -> None:
    shipped = shipped_list()
    for hint in shipped.hints():
        assert hint.source
        assert "2020-01-01" <= hint.dated < "2027"
    assert all(provider.source and provider.insists for provider in shipped.providers)


def test_a_listed_level_counts_for_a_year(known: KnownList) -> None:
    (entry,) = known.entries("a.example", (), NOW)
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
    assert answers(facts) == {"starttls": "yes", "dane": "yes", "mta-sts": "unknown", "requiretls-strict": "no"}
    assert facts.origin == "shipped list, 2026-01-01"


def test_the_users_word_about_a_provider_stands_before_the_shipped_lists_and_leaves_it_the_rest(
    known: KnownList,
) -> None:
    insists = MappingProxyType({Mechanism.DANE: Answer.NO, Mechanism.MTA_STS: Answer.YES})
    own = SendingProvider(
        hosts=("cloud.example",), insists=insists, source="your own word", dated="2026-01-02", own=True
    )
    facts = provider_facts(account("smtp.cloud.example"), replace(known, providers=(*known.providers, own)))
    assert answers(facts) == {"starttls": "yes", "dane": "no", "mta-sts": "yes", "requiretls-strict": "no"}
    assert facts.origin == "your own word, 2026-01-02"


def test_of_two_entries_that_of_the_longer_name_speaks_first(known: KnownList) -> None:
    insists = MappingProxyType({Mechanism.DANE: Answer.NO, Mechanism.MTA_STS: Answer.NO})
    whole = SendingProvider(hosts=("cloud.example",), insists=insists, source="x", dated="2026-01-02")
    facts = provider_facts(account("smtp.cloud.example"), replace(known, providers=(whole, *known.providers)))
    assert answers(facts) == {"starttls": "yes", "dane": "yes", "mta-sts": "no", "requiretls-strict": "no"}


def test_the_users_configuration_stands_before_the_list(known: KnownList) -> None:
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
