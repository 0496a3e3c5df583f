"""What a check asks, of whom and how often: questions, what is kept, what is asked ahead, one probe a day."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from linksec_tui.config import ConnectTo
from linksec_tui.link.brief_memory import BriefPolicies
from linksec_tui.link.gather import KEPT_FOR, KEPT_WITH_GAPS, Asked
from linksec_tui.link.source import PromiseKind, Sighting
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.evidence import (
    Mechanism,
    Promise,
    StarttlsStatus,
    StsStatus,
)
from tests.link.dns_table import DnsTable
from tests.link.scene import DOMAIN, INSISTING, TLSA, Scene, scene_over, signed


async def test_a_signed_domain_costs_ten_questions_of_which_three_are_about_its_declaration(scene: Scene) -> None:
    await scene.ask()
    asked = Counter(rdtype for _, rdtype in scene.table.asked)
    # the address of the policy host is asked by the dialler, which this scene sends elsewhere
    assert asked == {"MX": 1, "A": 2, "TLSA": 2, "TXT": 4}


async def test_an_unsigned_domain_is_asked_for_no_declaration_and_no_tlsa(scene: Scene) -> None:
    scene.table.secure.clear()
    await scene.ask()
    assert Counter(rdtype for _, rdtype in scene.table.asked) == {"MX": 1, "A": 2, "TXT": 1}


async def test_the_second_look_asks_nothing(scene: Scene) -> None:
    first = await scene.ask()
    scene.table.asked.clear()
    scene.clock.pass_(timedelta(minutes=2))
    again = await scene.ask()
    assert again.from_cache
    assert (again.assurance, again.checked_at) == (first.assurance, first.checked_at)
    assert scene.table.asked == []


async def test_what_is_kept_is_judged_for_whoever_asks(scene: Scene) -> None:
    await scene.ask()
    assert (await scene.ask(asked=Asked())).assurance is Assurance.VERIFIABLE


async def test_evidence_can_be_judged_anew_without_asking(scene: Scene) -> None:
    first = await scene.ask(asked=Asked())
    scene.table.asked.clear()
    anew = scene.gatherer.judge_anew(first, Asked(provider=INSISTING))
    assert (first.assurance, anew.assurance) == (Assurance.VERIFIABLE, Assurance.ENFORCED)
    assert (anew.checked_at, anew.from_cache, scene.table.asked) == (first.checked_at, False, [])


async def test_a_policy_host_that_stalled_is_left_alone_for_a_while(scene: Scene) -> None:
    scene.restart(seconds=3)
    scene.host.held.clear()
    for _ in range(2):
        await scene.ask(asked=Asked(fresh=True))
    assert scene.host.asked == 1


POLICY_HOST_ADDRESS = ("mta-sts.a.example", "A")


def found_by_its_name(scene: Scene) -> None:
    """From now on the policy host is where DNS says, not where a rule says."""
    scene.rules = tuple(
        ConnectTo(host=rule.host, port=rule.port, address="", to_port=rule.to_port) if rule.port == 443 else rule
        for rule in scene.rules
    )
    scene.table.add(*POLICY_HOST_ADDRESS, "127.0.0.1")
    scene.restart()


@dataclass(slots=True)
class DistantTable(DnsTable):
    """A table whose answers come only when everybody had a turn to ask."""

    async def exchange(self, query: bytes) -> bytes:
        reply = await DnsTable.exchange(self, query)
        for _ in range(5):
            await asyncio.sleep(0)
        return reply


async def test_who_waits_for_a_domain_waits_a_round_trip_less_for_its_policy(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        scene = await scene_over(signed(DistantTable()), tmp_path, stack)
        found_by_its_name(scene)
        found = [one async for one in scene.gatherer.assessments(DOMAIN, Asked())]
    assert found[-1].evidence.sts.status is StsStatus.ENFORCE
    assert scene.table.count(*POLICY_HOST_ADDRESS) == 1
    record, address = ("_mta-sts.a.example", "TXT"), POLICY_HOST_ADDRESS
    assert abs(scene.table.asked.index(record) - scene.table.asked.index(address)) <= 2  # together, and with MX


async def test_a_policy_host_is_not_looked_up_ahead_for_a_list_nor_where_a_policy_is_at_hand(scene: Scene) -> None:
    found_by_its_name(scene)
    assert (await scene.ask()).evidence.sts.status is StsStatus.ENFORCE
    scene.restart()
    scene.table.asked.clear()
    found = [one async for one in scene.gatherer.assessments(DOMAIN, Asked())]
    assert found[-1].evidence.sts.confirmed
    scene.table.take("_mta-sts.a.example", "TXT")
    scene.restart(policies=BriefPolicies(clock=scene.clock))
    await scene.ask()
    assert scene.table.count(*POLICY_HOST_ADDRESS) == 0


async def test_an_acknowledged_downgrade_is_quiet_at_once_also_for_what_is_at_hand(scene: Scene) -> None:
    promise = Promise(
        mechanism=Mechanism.DANE,
        detail="mx1.a.example",
        seen_at=scene.clock.now - timedelta(days=1),
        expires_at=scene.clock.now + timedelta(days=9),
    )
    scene.table.secure.clear()  # nothing authenticated replaces what was remembered

    async def remember(promise: Promise) -> None:
        promises: dict[PromiseKind, tuple[Promise, ...]] = {Mechanism.DANE: (promise,)}
        await scene.memory.remember(DOMAIN, Sighting(promises=MappingProxyType(promises)))

    await remember(promise)
    assert "downgrade" in {warning.code for warning in (await scene.ask()).warnings}
    assert "downgrade" in {warning.code for warning in (await scene.ask()).warnings}
    await remember(replace(promise, acknowledged=True))
    again = await scene.ask()
    assert again.from_cache
    assert "downgrade" not in {warning.code for warning in again.warnings}


async def test_a_fresh_look_asks_everything_again(scene: Scene) -> None:
    await scene.ask()
    scene.clock.pass_(timedelta(seconds=10))
    scene.table.asked.clear()
    assert not (await scene.ask(asked=Asked(fresh=True))).from_cache
    assert scene.table.count(DOMAIN, "MX") == 1


async def test_evidence_is_kept_for_ten_minutes_at_most(scene: Scene) -> None:
    scene.table.ttl = 86_400
    await scene.ask()
    scene.clock.pass_(KEPT_FOR)
    assert not (await scene.ask()).from_cache


async def test_evidence_from_which_something_is_missing_is_kept_for_a_minute(scene: Scene) -> None:
    scene.table.ttl = 86_400
    scene.table.down.add("_mta-sts.a.example")
    assert (await scene.ask()).evidence.unavailable
    assert (await scene.ask()).from_cache
    scene.clock.pass_(KEPT_WITH_GAPS)
    assert not (await scene.ask()).from_cache


@pytest.mark.parametrize("signed", [True, False])
async def test_no_way_there_is_kept_only_where_it_is_proved(scene: Scene, signed: bool) -> None:
    """Whoever forged it once, or a network with a page to click through, does not decide what is said afterwards."""
    if signed:
        scene.table.secure.add("nowhere.example")
    first, second = await scene.ask("nowhere.example"), await scene.ask("nowhere.example")
    assert (first.assurance, second.assurance) == (Assurance.UNDELIVERABLE, Assurance.UNDELIVERABLE)
    assert second.from_cache is signed


async def test_without_a_probe_nobody_is_connected_to(scene: Scene) -> None:
    await scene.ask()
    assert [one.connections for one in scene.exchangers.values()] == [0, 0]


async def test_a_probe_is_not_repeated_after_a_restart(scene: Scene) -> None:
    await scene.ask(asked=Asked(probe=True))
    scene.restart()
    scene.clock.pass_(timedelta(hours=20))
    assessment = await scene.ask(asked=Asked(probe=True))
    assert [one.connections for one in scene.exchangers.values()] == [1, 1]
    assert assessment.evidence.observations["mx1.a.example"].verified_under == {Mechanism.MTA_STS}


async def test_a_domain_with_very_many_exchangers_is_asked_about_a_few_and_promised_nothing(scene: Scene) -> None:
    hosts = [f"mx{number}.a.example" for number in range(200)]
    scene.table.add(DOMAIN, "MX", *(f"{10 + number} {host}." for number, host in enumerate(hosts)))
    for host in hosts:
        scene.table.add(host, "A", "192.0.2.1")
        scene.table.add(f"_25._tcp.{host}", "TLSA", TLSA)
    scene.table.take("_mta-sts.a.example", "TXT")
    assessment = await scene.ask()
    assert assessment.assurance is Assurance.UNKNOWN
    assert len(scene.table.asked) < 100
    assert len(assessment.evidence.route.exchangers) == 200


async def test_an_address_in_brackets_is_asked_of_nobody(scene: Scene) -> None:
    assessment = await scene.ask("[192.0.2.1]")
    assert (assessment.assurance, scene.table.asked) == (Assurance.UNKNOWN, [])


@pytest.mark.parametrize("greeting", [b"220 mx.a.example ESMTP\r\n", b"450 come back later\r\n"])
async def test_an_exchanger_is_looked_at_once_a_day_whosever_mail_it_takes(scene: Scene, greeting: bytes) -> None:
    scene.exchangers["mx1.a.example"].greeting = greeting
    scene.table.add("b.a.example", "MX", "10 mx1.a.example.")
    probing = Asked(probe=True)
    await scene.ask(asked=probing)
    connections = scene.exchangers["mx1.a.example"].connections
    scene.restart()
    of_another = await scene.ask("b.a.example", probing)
    await scene.ask(asked=probing)
    assert scene.exchangers["mx1.a.example"].connections == connections
    seen = of_another.evidence.observations["mx1.a.example"]
    assert seen.starttls is (StarttlsStatus.OFFERED if greeting.startswith(b"220") else StarttlsStatus.UNREACHABLE)
    assert greeting.startswith(b"220") or any("come back later" in reason.text for reason in of_another.reasons)
    scene.restart()
    scene.clock.pass_(timedelta(hours=24))
    await scene.ask(asked=probing)
    assert scene.exchangers["mx1.a.example"].connections > connections
