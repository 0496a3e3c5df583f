"""The relay's judgements as tables: what is demanded of a hop, and whether DANE accepts a chain."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from linksec_tui.world.lookups import Association, Found, Host, Hosts, Policy
from linksec_tui.world.pki import Authority, public_key
from linksec_tui.world.relay_rules import Demand, Failure, Rule, Wishes, route_failure, rule, vouched
from linksec_tui.world.story import Certificate

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAME = "mx.shop.example"
USABLE = Association(usage=3, selector=1, matching=1, value=b"x" * 32)
UNUSABLE = replace(USABLE, usage=1)
BARE = Host(name=NAME, addresses=("127.0.0.1",))
SIGNED = replace(BARE, secure=True)
DANE = replace(SIGNED, associations=(USABLE,))
HALF = replace(SIGNED, associations=(UNUSABLE,))
POLICY = Policy(id="1", enforce=True, patterns=(NAME,))
OTHER = Policy(id="1", enforce=True, patterns=("mx.elsewhere.example",))
ANY, REQUIRED, OPTIONAL = Wishes(), Wishes(requiretls=True), Wishes(tls_optional=True)

RULES = [
    (BARE, None, ANY, Demand.NOTHING),
    (SIGNED, None, ANY, Demand.NOTHING),
    (DANE, None, ANY, Demand.DANE),
    (HALF, None, ANY, Demand.ENCRYPTION),
    (BARE, POLICY, ANY, Demand.AUTHORITY),
    (DANE, POLICY, ANY, Demand.DANE),
    (DANE, OTHER, ANY, Demand.DANE),  # RFC 8461 §2: the policy never overrides DANE
    (BARE, OTHER, ANY, "5.7.5"),
    (replace(SIGNED, associations=None), None, ANY, "4.7.5"),
    (BARE, None, REQUIRED, "5.7.10"),
    (SIGNED, None, REQUIRED, Demand.AUTHORITY),
    (DANE, None, REQUIRED, Demand.DANE),
    (HALF, None, REQUIRED, Demand.AUTHORITY),
    (BARE, POLICY, REQUIRED, Demand.AUTHORITY),
    (BARE, OTHER, REQUIRED, "5.7.10"),
    (DANE, POLICY, OPTIONAL, Demand.NOTHING),
    (replace(SIGNED, associations=None), OTHER, OPTIONAL, Demand.NOTHING),
    (DANE, None, Wishes(requiretls=True, tls_optional=True), Demand.DANE),
]


@pytest.mark.parametrize("case", RULES, ids=range(len(RULES)))
def test_the_demand_on_a_hop(case: tuple[Host, Policy | None, Wishes, Demand | str]) -> None:
    host, policy, wishes, expected = case
    found = rule(host, policy, wishes)
    assert (found.demand if isinstance(found, Rule) else found.status) == expected
    if isinstance(found, Rule):
        assert found.requiretls is wishes.requiretls


def test_a_wildcard_in_a_policy_stands_for_one_label() -> None:
    policy = Policy(id="1", enforce=True, patterns=("*.shop.example",))
    assert policy.admits("mx.shop.example")
    assert not policy.admits("a.mx.shop.example")
    assert not policy.admits("shop.example")


@pytest.mark.parametrize(
    ("hosts", "status", "again"),
    [
        (Hosts(found=Found.FAILED), "4.4.3", True),
        (Hosts(found=Found.NO_SUCH_NAME), "5.4.4", False),
        (Hosts(found=Found.NOTHING), "5.4.4", False),
        (Hosts(found=Found.RECORDS, null=True), "5.1.0", False),
    ],
)
def test_where_there_is_no_way_the_sender_hears_why(hosts: Hosts, status: str, again: bool) -> None:
    failure = route_failure("shop.example", hosts)
    assert isinstance(failure, Failure)
    assert (failure.status, failure.again) == (status, again)


AUTHORITY = Authority("Example Trust", now=NOW)
CHAIN = AUTHORITY.issue(NAME).chain
EXPIRED = AUTHORITY.issue(NAME, kind=Certificate.EXPIRED).chain
SELF_SIGNED = AUTHORITY.issue(NAME, kind=Certificate.SELF_SIGNED).chain


def associated(certificate: bytes, usage: int, selector: int, matching: int) -> Association:
    content = certificate if not selector else public_key(x509.load_der_x509_certificate(certificate))
    digests = {0: content, 1: hashlib.sha256(content).digest(), 2: hashlib.sha512(content).digest()}
    return Association(usage=usage, selector=selector, matching=matching, value=digests[matching])


@pytest.mark.parametrize("matching", [0, 1, 2])
@pytest.mark.parametrize("selector", [0, 1])
def test_dane_accepts_what_a_record_names(selector: int, matching: int) -> None:
    assert vouched(CHAIN, NAME, [associated(CHAIN[0], 3, selector, matching)], NOW)
    assert vouched(CHAIN, NAME, [associated(CHAIN[1], 2, selector, matching)], NOW)


def test_a_certificates_own_record_asks_neither_for_name_nor_for_date() -> None:
    record = associated(EXPIRED[0], 3, 1, 1)
    assert vouched(EXPIRED, "mx.elsewhere.example", [record], NOW)


def test_an_authoritys_record_asks_for_name_date_and_signature() -> None:
    record = associated(CHAIN[1], 2, 1, 1)
    assert not vouched(CHAIN, "mx.elsewhere.example", [record], NOW)
    assert not vouched(EXPIRED, NAME, [record], NOW)
    assert not vouched(CHAIN, NAME, [record], NOW + timedelta(days=400))
    assert not vouched((SELF_SIGNED[0], CHAIN[1]), NAME, [record], NOW)  # shown together, signed by another


def test_one_record_that_matches_is_enough() -> None:
    wrong = replace(associated(CHAIN[0], 3, 1, 1), value=b"\0" * 32)
    assert vouched(CHAIN, NAME, [wrong, associated(CHAIN[0], 3, 1, 1)], NOW)
    assert not vouched(CHAIN, NAME, [wrong], NOW)


@pytest.mark.parametrize("usage", [0, 1])
def test_the_usages_of_the_public_authorities_vouch_for_nothing(usage: int) -> None:
    assert not vouched(CHAIN, NAME, [associated(CHAIN[0], usage, 1, 1)], NOW)


def test_a_server_that_shows_nothing_is_not_vouched_for() -> None:
    assert not vouched((), NAME, [associated(CHAIN[0], 3, 1, 1)], NOW)
