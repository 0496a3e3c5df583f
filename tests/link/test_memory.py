"""What a look leaves behind, and what the next one makes of it (link-security.md §§2.1, 2.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from linksec_tui.link.brief_memory import BriefMemory, BriefPolicies
from linksec_tui.link.memory import (
    BAD_NEWS,
    DANE_REMEMBERED,
    GOOD_NEWS,
    evidence_of,
    expiry_of,
    newest_observations,
    promises_to_remember,
    remembered_declarations,
)
from linksec_tui.link.source import Sighting
from linksec_tui.model.evidence import (
    CachedPolicy,
    Evidence,
    Mechanism,
    Observation,
    Promise,
    Source,
    StarttlsStatus,
    StsStatus,
)
from tests.link.evidence_cases import DOMAIN, NOW, WEEK, Case, evidence_of_case

HOST = "mx.a.example"


def seen(starttls: StarttlsStatus, hours_ago: float = 1, host: str = HOST) -> Observation:
    at = NOW - timedelta(hours=hours_ago)
    return Observation(
        domain=DOMAIN,
        host=host,
        starttls=starttls,
        source=Source.PROBE,
        observed_at=at,
        expires_at=expiry_of(starttls, at),
    )


def evidence(case: Case, *promises: Promise) -> Evidence:
    return replace(evidence_of_case(case), promises=promises)


def dane_promise(host: str = HOST, days_ago: int = 3) -> Promise:
    at = NOW - timedelta(days=days_ago)
    return Promise(mechanism=Mechanism.DANE, detail=host, seen_at=at, expires_at=at + DANE_REMEMBERED)


def one_host(dane: str, mx: str = "secure") -> Case:
    return {"mx": mx, "hosts": [{"host": HOST, "dane": dane}]}


def test_good_news_lasts_longer_than_bad() -> None:
    assert expiry_of(StarttlsStatus.OFFERED, NOW) == NOW + GOOD_NEWS
    assert expiry_of(StarttlsStatus.NOT_OFFERED, NOW) == NOW + BAD_NEWS
    assert expiry_of(StarttlsStatus.FAILED, NOW) == NOW + BAD_NEWS


def test_the_newest_observation_stands_whatever_the_order() -> None:
    old, new = seen(StarttlsStatus.OFFERED, 10), seen(StarttlsStatus.NOT_OFFERED, 1)
    assert newest_observations([old, new], NOW) == newest_observations([new, old], NOW) == {HOST: new}


def test_what_was_replaced_does_not_come_back() -> None:
    """The newer bad news has expired; the older good news would still be in its 30 days."""
    assert newest_observations([seen(StarttlsStatus.OFFERED, 40), seen(StarttlsStatus.NOT_OFFERED, 30)], NOW) == {}


def test_a_look_that_reached_nobody_replaces_nothing() -> None:
    good = seen(StarttlsStatus.OFFERED, 10)
    assert newest_observations([good, seen(StarttlsStatus.UNREACHABLE, 1)], NOW) == {HOST: good}


def test_dane_seen_secure_is_remembered_for_thirty_days() -> None:
    (promise,) = promises_to_remember(evidence(one_host("secure")), NOW).promises[Mechanism.DANE]
    assert (promise.detail, promise.seen_at, promise.expires_at) == (HOST, NOW, NOW + DANE_REMEMBERED)


@pytest.mark.parametrize(
    ("case", "kept"),
    [
        (one_host("absent"), False),  # securely proved absence clears it
        (one_host("unusable"), False),
        (one_host("bogus"), True),
        (one_host("error"), True),
        (one_host("insecure"), True),
        (one_host("insecure", mx="insecure"), True),
        (one_host("unchecked", mx="unchecked"), True),
        ({"mx": "secure", "hosts": [{"host": "other.a.example", "dane": "absent"}]}, False),  # a signed replacement
        ({"mx": "insecure", "hosts": [{"host": "other.a.example"}]}, True),
        ({"route": "failed", "mx": "bogus"}, True),
        ({"route": "failed", "mx": "error"}, True),
        ({"route": "no-such-domain", "mx": "insecure"}, True),
        ({"route": "no-such-domain", "mx": "secure"}, False),
    ],
)
def test_only_an_authenticated_answer_ends_a_promise(case: Case, kept: bool) -> None:
    promise = dane_promise()
    remembered = promises_to_remember(evidence(case, promise), NOW).promises[Mechanism.DANE]
    assert (promise in remembered) == kept


@pytest.mark.parametrize("route", ["no-such-domain", "null-mx", "no-mail-host"])
@pytest.mark.parametrize("mx", ["secure", "insecure", "unchecked"])
def test_that_there_is_no_way_is_not_remembered(route: str, mx: str) -> None:
    sighting = promises_to_remember(evidence({"route": route, "mx": mx}), NOW)
    assert not any(sighting.promises.values())
    assert not sighting.observations


def test_a_promise_that_is_seen_again_starts_anew() -> None:
    (promise,) = promises_to_remember(evidence(one_host("secure"), dane_promise()), NOW).promises[Mechanism.DANE]
    assert promise.seen_at == NOW


def test_a_promise_that_expired_is_forgotten() -> None:
    case = one_host("insecure", mx="insecure")
    assert promises_to_remember(evidence(case, dane_promise(days_ago=31)), NOW).promises[Mechanism.DANE] == ()


@pytest.mark.parametrize(
    ("policy", "origin", "remembered"),
    [
        ("enforce", "today", 1),
        ("enforce", "cache", 1),
        ("testing", "today", 0),
        ("none", "today", 0),
    ],
)
def test_a_confirmed_policy_replaces_what_was_promised(policy: str, origin: str, remembered: int) -> None:
    case = {"mx": "insecure", "hosts": [{"host": HOST}], "policy": policy, "policy_from": origin}
    promises = promises_to_remember(evidence(case), NOW).promises
    assert len(promises[Mechanism.MTA_STS]) == remembered


@pytest.mark.parametrize(
    "case",
    [
        {"mx": "insecure", "hosts": [{"host": HOST}], "policy": "absent"},
        {"mx": "insecure", "hosts": [{"host": HOST}], "policy": "error"},
        {"mx": "insecure", "hosts": [{"host": HOST}], "policy": "invalid"},
        {"mx": "insecure", "hosts": [{"host": HOST}], "policy": "enforce", "policy_from": "cache-only"},
    ],
)
def test_whatever_else_is_said_of_a_policy_leaves_its_promise_standing(case: Case) -> None:
    assert Mechanism.MTA_STS not in promises_to_remember(evidence(case), NOW).promises


def test_a_declaration_is_remembered_until_its_max_age_and_read_back() -> None:
    case = {
        **one_host("secure"),
        "declared": [{"name": DOMAIN, "level": 4}, {"name": HOST, "level": 3, "from": "probe"}],
    }
    remembered = promises_to_remember(evidence(case), NOW).promises["declaration"]
    found = {(d.name, d.level, d.source, d.expires_at) for d in remembered_declarations(remembered)}
    assert found == {(DOMAIN, 4, Source.MEMORY, NOW + WEEK), (HOST, 3, Source.MEMORY, NOW + WEEK)}


def test_a_declaration_that_could_be_forged_is_not_remembered() -> None:
    case = {**one_host("secure"), "declared": [{"name": DOMAIN, "level": 4, "authenticated": False}]}
    assert promises_to_remember(evidence(case), NOW).promises["declaration"] == ()


def test_a_new_declaration_replaces_the_remembered_one_of_its_name_only() -> None:
    old = [
        Promise(mechanism="declaration", detail=f"{name} 4", seen_at=NOW - WEEK, expires_at=NOW + WEEK)
        for name in (DOMAIN, HOST)
    ]
    case = {**one_host("secure"), "declared": [{"name": DOMAIN, "level": 1}]}
    remembered = promises_to_remember(evidence(case, *old), NOW).promises["declaration"]
    assert sorted(promise.detail for promise in remembered) == [f"{DOMAIN} 1", f"{HOST} 4"]


def test_of_declarations_that_disagree_the_lower_is_remembered() -> None:
    case = {
        **one_host("secure"),
        "declared": [{"name": HOST, "level": 4}, {"name": HOST, "level": 3, "from": "probe", "hours": 10}],
    }
    remembered = promises_to_remember(evidence(case), NOW).promises["declaration"]
    assert [promise.detail for promise in remembered] == [f"{HOST} 3"]


def test_a_max_age_of_nothing_takes_back_what_is_remembered() -> None:
    old = Promise(mechanism="declaration", detail=f"{DOMAIN} 4", seen_at=NOW - WEEK, expires_at=NOW + WEEK)
    case = {**one_host("secure"), "declared": [{"name": DOMAIN, "level": 4, "valid_hours": 0}]}
    assert promises_to_remember(evidence(case, old), NOW).promises["declaration"] == ()


def test_what_a_server_said_before_does_not_replace_what_is_remembered_since() -> None:
    newer = Promise(
        mechanism="declaration", detail=f"{HOST} 2", seen_at=NOW - timedelta(hours=5), expires_at=NOW + WEEK
    )
    case = {**one_host("secure"), "declared": [{"name": HOST, "level": 4, "from": "probe", "hours": 50}]}
    assert newer in promises_to_remember(evidence(case, newer), NOW).promises["declaration"]


@pytest.mark.parametrize(("address", "mx"), [("insecure", "secure"), ("secure", "insecure")])
def test_dane_is_remembered_only_where_everything_that_it_hangs_on_is_signed(address: str, mx: str) -> None:
    case = {"mx": mx, "hosts": [{"host": HOST, "address": address, "dane": "secure"}]}
    assert promises_to_remember(evidence(case), NOW).promises[Mechanism.DANE] == ()


def test_an_acknowledgement_stays_until_the_promise_is_seen_anew() -> None:
    acknowledged = replace(dane_promise(), acknowledged=True)
    kept = promises_to_remember(evidence(one_host("insecure", mx="insecure"), acknowledged), NOW)
    assert kept.promises[Mechanism.DANE] == (acknowledged,)
    (anew,) = promises_to_remember(evidence(one_host("secure"), acknowledged), NOW).promises[Mechanism.DANE]
    assert not anew.acknowledged


def test_the_same_promise_seen_anew_is_other_evidence() -> None:
    assert evidence_of(dane_promise(days_ago=3)) != evidence_of(dane_promise(days_ago=2))


async def test_a_memory_without_a_store_replaces_by_mechanism() -> None:
    memory = BriefMemory(clock=lambda: NOW)
    policy = replace(dane_promise(), mechanism=Mechanism.MTA_STS, detail="enforce 1")
    first = Sighting(
        promises=MappingProxyType({Mechanism.DANE: (dane_promise(),), Mechanism.MTA_STS: (policy,)}),
        observations=(seen(StarttlsStatus.OFFERED, 5),),
    )
    await memory.remember(DOMAIN, first)
    second = Sighting(promises=MappingProxyType({Mechanism.DANE: ()}), observations=(seen(StarttlsStatus.NOT_OFFERED),))
    await memory.remember(DOMAIN, second)
    recalled = await memory.recall(DOMAIN)
    assert recalled.promises == (policy,)
    assert recalled.observations == second.observations
    assert (await memory.recall("b.example")).promises == ()


async def test_policies_without_a_store_are_kept_by_domain() -> None:
    policies = BriefPolicies(clock=lambda: NOW)
    policy = CachedPolicy(
        domain=DOMAIN, id="1", status=StsStatus.ENFORCE, max_age=60, mx=(HOST,), fetched_at=NOW, expires_at=NOW + WEEK
    )
    await policies.write_policy(policy)
    assert await policies.read_policy(DOMAIN) == policy
    assert await policies.read_policy("b.example") is None
