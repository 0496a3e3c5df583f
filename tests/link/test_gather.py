"""All sources at once: what comes when, what a late or failing one leaves behind, and what is asked how often."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from linksec_tui.link import gather
from linksec_tui.link.brief_memory import BriefPolicies
from linksec_tui.link.gather import Asked
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.errors import StoreError
from linksec_tui.model.evidence import (
    CachedPolicy,
    Mechanism,
    RouteStatus,
    StarttlsStatus,
    StsStatus,
)
from tests.link.dns_table import GatedTable
from tests.link.scene import DOMAIN, INSISTING, Scene, scene_over, signed


async def test_all_sources_together_make_one_judgement(scene: Scene) -> None:
    assessment = await scene.ask()
    assert assessment.assurance is Assurance.ENFORCED
    assert assessment.complete
    assert not assessment.from_cache
    assert assessment.evidence.sts.status is StsStatus.ENFORCE
    assert assessment.headline


async def test_judgements_come_as_sources_answer_and_the_last_is_complete(scene: Scene) -> None:
    found = [one async for one in scene.gatherer.assessments(DOMAIN, Asked(provider=INSISTING))]
    assert [one.complete for one in found] == [False] * (len(found) - 1) + [True]
    assert found[-1].assurance is Assurance.ENFORCED
    assert all(one.assurance <= Assurance.VERIFIABLE for one in found[:-1])
    for earlier, later in pairwise(found[:-1]):
        assert (earlier.headline, earlier.reasons) != (later.headline, later.reasons)


async def test_where_others_wait_for_their_turn_a_domain_is_judged_whole(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "DOMAINS_AT_A_TIME", 1)
    monkeypatch.setattr(gather, "PIECES_REST", 600.0)
    scene.restart()
    found = [one async for one in scene.gatherer.assessments(DOMAIN, Asked(provider=INSISTING))]
    assert [(one.complete, one.assurance) for one in found] == [(True, Assurance.ENFORCED)]


async def test_a_policy_host_that_stalls_takes_nothing_else_with_it(scene: Scene) -> None:
    scene.restart(seconds=3)
    scene.host.held.clear()
    assessment = await scene.ask()
    assert assessment.assurance is Assurance.ENFORCED
    assert assessment.evidence.sts.status is StsStatus.ERROR


async def test_name_servers_that_say_nothing_leave_cannot_tell(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        scene = await scene_over(signed(GatedTable()), tmp_path, stack)
        scene.restart(seconds=0.3)
        assessment = await scene.ask()
    assert (assessment.assurance, assessment.complete) == (Assurance.UNKNOWN, True)
    assert assessment.evidence.route.status is RouteStatus.FAILED
    assert assessment.evidence.unavailable


async def test_whoever_stops_listening_stops_the_asking(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        table = signed(GatedTable())
        assert isinstance(table, GatedTable)
        scene = await scene_over(table, tmp_path, stack)
        listening = scene.gatherer.assessments(DOMAIN, Asked())
        waiting = asyncio.ensure_future(anext(listening))
        await table.reached.wait()
        waiting.cancel()
        await asyncio.wait([waiting])
        before = asyncio.all_tasks()
        assert not [task for task in before if "Inquest" in repr(task)]


async def test_a_probe_adds_what_the_exchangers_showed(scene: Scene) -> None:
    assessment = await scene.ask(asked=Asked(provider=INSISTING, probe=True))
    seen = assessment.evidence.observations["mx1.a.example"]
    assert (seen.starttls, seen.requiretls) == (StarttlsStatus.OFFERED, True)
    assert seen.verified_under == {Mechanism.MTA_STS}
    assert seen.failed_under == {Mechanism.DANE}
    assert assessment.warned("will-come-back")  # the TLSA records of this domain match nothing


async def test_an_exchanger_without_tls_is_exposed_where_another_host_had_it(scene: Scene) -> None:
    scene.exchangers["mx2.a.example"].ehlo = b"250 mx2.a.example\r\n"
    assessment = await scene.ask(asked=Asked(probe=True))
    assert assessment.assurance is Assurance.EXPOSED
    assert assessment.warned("possible-attack")
    assert not assessment.evidence.strips_starttls


async def test_a_network_where_nobody_has_tls_tells_nothing(scene: Scene) -> None:
    for exchanger in scene.exchangers.values():
        exchanger.ehlo = b"250 mx.a.example\r\n"
    assessment = await scene.ask(asked=Asked(probe=True))
    assert assessment.warned("network-may-remove-encryption")
    assert assessment.assurance is Assurance.VERIFIABLE
    assert (await scene.memory.recall(DOMAIN)).observations == ()


async def test_dane_seen_once_is_missed_when_it_is_gone(scene: Scene) -> None:
    await scene.ask()
    scene.restart()
    scene.table.secure.clear()
    scene.clock.pass_(timedelta(days=3))
    assessment = await scene.ask()
    warnings = [warning for warning in assessment.warnings if warning.code == "downgrade"]
    assert {warning.host for warning in warnings} == {"mx1.a.example", "mx2.a.example"}
    assert all(warning.evidence and warning.since for warning in warnings)


async def test_a_policy_outlives_its_record_from_one_run_to_the_next(scene: Scene) -> None:
    scene.table.secure.clear()
    await scene.ask()
    scene.restart()
    scene.table.take("_mta-sts.a.example", "TXT")
    assessment = await scene.ask()
    assert (assessment.assurance, assessment.warned("policy-vanished")) == (Assurance.VERIFIABLE, True)


async def test_a_policy_stands_also_where_somebody_holds_up_the_question_for_its_record(tmp_path: Path) -> None:
    """To say nothing for as long as a check lasts must be worth no more than to take the record away."""
    async with AsyncExitStack() as stack:
        table = signed(GatedTable())
        assert isinstance(table, GatedTable)
        table.secure.clear()
        table.held.clear()
        scene = await scene_over(table, tmp_path, stack)
        await scene.ask()
        table.held.add("_mta-sts.a.example")
        scene.restart(seconds=3)
        assessment = await scene.ask()
    assert (assessment.assurance, assessment.warned("policy-vanished")) == (Assurance.VERIFIABLE, True)
    assert any(reason.code == "mta-sts-unavailable" for reason in assessment.reasons)


async def test_a_mismatch_is_checked_against_the_policy_of_now(scene: Scene) -> None:
    scene.table.secure.clear()
    await scene.ask()
    scene.restart()
    scene.table.add(DOMAIN, "MX", "10 mx1.a.example.", "20 mx.new.example.")
    scene.table.add("mx.new.example", "A", "192.0.2.1")
    scene.host.page = "version: STSv1\nmode: enforce\nmx: *.a.example\nmx: mx.new.example\nmax_age: 60\n"
    scene.clock.pass_(timedelta(minutes=10))
    assessment = await scene.ask()
    assert (assessment.assurance, assessment.dropped_hosts) == (Assurance.ENFORCED, ())


async def test_a_domain_whose_exchangers_do_not_exist_has_no_way_there(scene: Scene) -> None:
    scene.table.add("b.a.example", "MX", "10 mx.nowhere.a.example.")
    assessment = await scene.ask("b.a.example")
    assert (assessment.assurance, assessment.securely_undeliverable) == (Assurance.UNDELIVERABLE, True)


class FullDisk(BriefPolicies):
    """A store that cannot be written."""

    async def write_policy(self, policy: CachedPolicy) -> None:
        raise StoreError("The disk is full.", "Make room.")


async def test_a_store_that_fails_says_its_sentence(scene: Scene) -> None:
    scene.restart(policies=FullDisk(clock=scene.clock))
    with pytest.raises(StoreError, match="disk is full"):
        await scene.ask()


async def test_fifty_domains_at_once_are_all_judged(scene: Scene) -> None:
    domains = [f"d{number}.example" for number in range(50)]
    for domain in domains:
        scene.table.add(domain, "MX", f"10 mx.{domain}.")
        scene.table.add(f"mx.{domain}", "A", "192.0.2.1")
    found = await asyncio.gather(*(scene.ask(domain) for domain in domains))
    assert {one.assurance for one in found} == {Assurance.UNKNOWN}
    assert [one.domain for one in found] == domains
