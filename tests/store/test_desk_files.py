"""Drafts, sightings and contacts: what desk.db remembers, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linksec_tui.model.address import Address, Recipient
from linksec_tui.model.evidence import CachedPolicy, Mechanism, Observation, Promise, Source, StarttlsStatus, StsStatus
from linksec_tui.store import contacts, drafts, sightings
from linksec_tui.store.sightings import Acknowledgement
from linksec_tui.store.vault import Vault
from tests.store.letters import ALICE, BOB, CAROL, NOW, a_draft

DAY = timedelta(days=1)
DOMAIN = "bank.example"
HOST = "mx.bank.example"

SEEN = Observation(
    domain=DOMAIN,
    host=HOST,
    starttls=StarttlsStatus.OFFERED,
    source=Source.PROBE,
    observed_at=NOW,
    expires_at=NOW + 30 * DAY,
    chain=(b"\x30\x82", b"\x30\x83"),
    verified_under=frozenset({Mechanism.DANE, Mechanism.MTA_STS}),
)
DANE = Promise(mechanism=Mechanism.DANE, detail=HOST, seen_at=NOW, expires_at=NOW + 30 * DAY)
LEVEL = Promise(mechanism="declaration", detail="4", seen_at=NOW, expires_at=NOW + 7 * DAY)
POLICY = CachedPolicy(
    domain=DOMAIN,
    id="20260301",
    status=StsStatus.ENFORCE,
    max_age=86400,
    mx=("*.bank.example",),
    fetched_at=NOW,
    expires_at=NOW + DAY,
)


def test_a_draft_is_saved_changed_read_and_deleted(desk: Vault) -> None:
    assert desk.do(drafts.save, a_draft(), NOW)
    changed = replace(a_draft(), body="At two?\n")
    assert desk.do(drafts.save, changed, NOW)
    assert desk.do(drafts.read, "draft-1") == changed
    desk.do(drafts.delete, "draft-1", NOW)
    assert desk.do(drafts.read, "draft-1") is None


def test_the_draft_that_was_changed_last_comes_first(desk: Vault) -> None:
    for ident, days in (("a", 0), ("b", 2), ("c", 1)):
        desk.do(drafts.save, a_draft(ident), NOW + days * DAY)
    assert [draft.id for draft in desk.do(drafts.read_all)] == ["b", "c", "a"]


def test_an_observation_comes_back_until_it_expires(desk: Vault) -> None:
    desk.do(sightings.write_observation, SEEN)
    assert desk.do(sightings.read_observations, DOMAIN, NOW) == (SEEN,)
    assert desk.do(sightings.read_observations, DOMAIN, SEEN.expires_at) == ()
    assert desk.do(sightings.read_observations, "club.example", NOW) == ()


def test_the_newest_probe_of_a_host_comes_back_whosever_mail_it_was_made_for(desk: Vault) -> None:
    spent = replace(SEEN, domain="", starttls=StarttlsStatus.UNREACHABLE, observed_at=NOW + DAY, chain=())
    told = replace(SEEN, domain="club.example", source=Source.BOUNCE, observed_at=NOW + 2 * DAY)
    for seen in (SEEN, spent, told):
        desk.do(sightings.write_observation, seen)
    assert desk.do(sightings.read_probe, HOST, NOW) == spent
    assert desk.do(sightings.read_probe, "mx2.bank.example", NOW) is None
    assert desk.do(sightings.read_observations, DOMAIN, NOW) == (SEEN,)


def test_a_probe_is_found_without_a_look_at_those_of_all_other_hosts(desk: Vault) -> None:
    """Before each probe of a long list: a hundred thousand observations are some hundred megabytes."""
    question = "EXPLAIN QUERY PLAN SELECT observation FROM observations WHERE host = 'x' AND expires_at > 0"
    (plan,) = desk.do(lambda connection: [row[3] for row in connection.rows(question)])
    assert "observations_host" in plan


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_newest_observation_of_a_host_replaces_the_older_for_good(desk: Vault, order: tuple[int, int]) -> None:
    worse = replace(SEEN, starttls=StarttlsStatus.NOT_OFFERED, observed_at=NOW + DAY, expires_at=NOW + 2 * DAY)
    for which in order:
        desk.do(sightings.write_observation, (SEEN, worse)[which])
    assert desk.do(sightings.read_observations, DOMAIN, NOW + DAY) == (worse,)
    assert desk.do(sightings.read_observations, DOMAIN, NOW + 3 * DAY) == (), "the better, older one does not return"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_observations_of_one_moment_the_worse_stands(desk: Vault, order: tuple[int, int]) -> None:
    worse = replace(SEEN, starttls=StarttlsStatus.FAILED)
    for which in order:
        desk.do(sightings.write_observation, (SEEN, worse)[which])
    assert desk.do(sightings.read_observations, DOMAIN, NOW) == (worse,)


def test_who_could_not_be_reached_told_nothing_that_replaces_what_was_seen(desk: Vault) -> None:
    unreached = replace(SEEN, starttls=StarttlsStatus.UNREACHABLE, observed_at=NOW + DAY)
    desk.do(sightings.write_observation, unreached)
    assert desk.do(sightings.read_observations, DOMAIN, NOW) == (unreached,)
    desk.do(sightings.write_observation, SEEN)
    desk.do(sightings.write_observation, unreached)
    assert desk.do(sightings.read_observations, DOMAIN, NOW) == (SEEN,)


def test_a_host_is_remembered_for_each_domain_apart(desk: Vault) -> None:
    desk.do(sightings.write_observation, SEEN)
    desk.do(sightings.write_observation, replace(SEEN, domain="club.example", requiretls=True))
    assert desk.do(sightings.read_observations, DOMAIN, NOW) == (SEEN,)


def test_promises_last_until_they_expire_whatever_is_seen_today(desk: Vault) -> None:
    desk.do(sightings.write_promises, DOMAIN, [DANE, LEVEL])
    desk.do(sightings.write_promises, DOMAIN, [])
    assert desk.do(sightings.read_promises, DOMAIN, NOW) == (DANE, LEVEL)
    assert desk.do(sightings.read_promises, DOMAIN, NOW + 8 * DAY) == (DANE,)


def test_an_authenticated_answer_replaces_what_was_promised_of_that_mechanism(desk: Vault) -> None:
    desk.do(sightings.write_promises, DOMAIN, [DANE, LEVEL])
    lower = replace(LEVEL, detail="2")
    desk.do(sightings.replace_promises, DOMAIN, "declaration", [lower])
    assert desk.do(sightings.read_promises, DOMAIN, NOW) == (DANE, lower)
    desk.do(sightings.replace_promises, DOMAIN, Mechanism.DANE, [])
    assert desk.do(sightings.read_promises, DOMAIN, NOW) == (lower,)


def test_a_policy_is_in_force_until_its_age_runs_out(desk: Vault) -> None:
    desk.do(sightings.write_policy, POLICY)
    assert desk.do(sightings.read_policy, DOMAIN, NOW) == POLICY
    assert desk.do(sightings.read_policy, DOMAIN, POLICY.expires_at) is None
    newer = replace(POLICY, id="20260302")
    desk.do(sightings.write_policy, newer)
    assert desk.do(sightings.read_policy, DOMAIN, NOW) == newer


def test_a_warning_is_acknowledged_for_exactly_what_was_read(desk: Vault) -> None:
    read = Acknowledgement(warning="downgrade", evidence="dane mx.bank.example")
    desk.do(sightings.acknowledge, DOMAIN, read, NOW)
    assert desk.do(sightings.acknowledged, DOMAIN) == {read}
    assert desk.do(sightings.acknowledged, "club.example") == frozenset()
    desk.do(sightings.forget_expired, NOW + 30 * DAY)
    assert desk.do(sightings.acknowledged, DOMAIN) == {read}
    desk.do(sightings.forget_expired, NOW + 366 * DAY)
    assert desk.do(sightings.acknowledged, DOMAIN) == frozenset()


def test_what_expired_can_be_forgotten(desk: Vault) -> None:
    desk.do(sightings.write_observation, SEEN)
    desk.do(sightings.write_promises, DOMAIN, [DANE, LEVEL])
    desk.do(sightings.write_policy, POLICY)
    desk.do(sightings.forget_expired, NOW + 8 * DAY)
    counted = (
        "SELECT (SELECT count(*) FROM observations), (SELECT count(*) FROM promises), (SELECT count(*) FROM policies)"
    )
    assert desk.do(lambda connection: connection.one(counted)) == (1, 1, 0)


@pytest.fixture
def people(desk: Vault) -> Vault:
    zoe = Recipient(address=Address("zoë_1", "club.example"), name="Zoë Über-Straße")
    desk.do(contacts.note_written, [Recipient(address=BOB, name="Bob Builder"), Recipient(address=CAROL), zoe], NOW)
    desk.do(contacts.note_written, [Recipient(address=CAROL)], NOW + DAY)
    return desk


def test_a_contact_counts_letters_and_keeps_its_name(people: Vault) -> None:
    people.do(contacts.note_written, [Recipient(address=Address("Bob", "bank.example"))], NOW + DAY)
    contact = people.do(contacts.read_contact, BOB)
    assert contact is not None
    assert (contact.name, contact.times_written, contact.last_written_at) == ("Bob Builder", 2, NOW + DAY)
    assert people.do(contacts.read_contact, ALICE) is None
