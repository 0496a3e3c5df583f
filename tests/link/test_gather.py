"""All sources at once: what comes when, what a late or failing one leaves behind, and what is asked how often."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import pytest

from linksec_tui.config import ConnectTo, Network
from linksec_tui.link.brief_memory import BriefMemory, BriefPolicies
from linksec_tui.link.gather import KEPT_FOR, Asked, Gatherer, Wiring
from linksec_tui.link.known import KnownList
from linksec_tui.link.source import PromiseKind, Sighting
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.errors import StoreError
from linksec_tui.model.evidence import (
    Answer,
    CachedPolicy,
    Mechanism,
    Promise,
    ProviderFacts,
    RouteStatus,
    StarttlsStatus,
    StsStatus,
)
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.resolver import Resolver
from tests.link.dns_table import Clock, DnsTable, GatedTable, resolver_over
from tests.link.policy_host import PolicyHost
from tests.wire.strangers import Authority, Exchanger, serve

DOMAIN = "a.example"
TLSA = f"3 1 1 {'ab' * 32}"
INSISTING = ProviderFacts(account="home", insists=MappingProxyType(dict.fromkeys(Mechanism, Answer.YES)))


def signed(table: DnsTable) -> DnsTable:
    """A signed domain with two exchangers, TLSA on both, and a policy."""
    table.secure.add(DOMAIN)
    table.add(DOMAIN, "MX", "10 mx1.a.example.", "20 mx2.a.example.")
    for host in ("mx1.a.example", "mx2.a.example"):
        table.add(host, "A", "192.0.2.1")
        table.add(f"_25._tcp.{host}", "TLSA", TLSA)
    table.add("_mta-sts.a.example", "TXT", '"v=STSv1; id=1"')
    return table


@dataclass(slots=True, kw_only=True)
class Scene:
    """A domain, and somebody who asks about it."""

    table: DnsTable
    clock: Clock
    resolver: Resolver
    gatherer: Gatherer
    host: PolicyHost
    exchangers: dict[str, Exchanger]
    memory: BriefMemory
    policies: BriefPolicies
    authority: Authority
    network: Network
    rules: tuple[ConnectTo, ...] = field(default=())

    async def ask(self, domain: str = DOMAIN, asked: Asked | None = None) -> Assessment:
        return await self.gatherer.assessment(domain, asked or Asked(provider=INSISTING))

    def restart(self, *, seconds: float = 20.0, policies: BriefPolicies | None = None) -> None:
        """The program starts anew: what is on disk remains."""
        self.resolver = resolver_over(self.table, self.clock)
        dialler = Dialler(addresses_of=self.resolver.addresses, connect_to=self.rules, private_addresses=True)
        self.network = Network(ca_file=self.authority.file, timeout=seconds)
        self.gatherer = Gatherer(
            Wiring(
                network=self.network,
                resolver=self.resolver,
                dialler=dialler,
                policies=policies or self.policies,
                memory=self.memory,
                clock=self.clock,
                known=KnownList(),
            )
        )


async def scene_over(table: DnsTable, tmp_path: Path, stack: AsyncExitStack) -> Scene:
    authority, clock = Authority(tmp_path), Clock()
    host = PolicyHost(DOMAIN)
    exchangers = {name: Exchanger(authority.context(name)) for name in ("mx1.a.example", "mx2.a.example")}
    rules = [
        (
            f"mta-sts.{DOMAIN}",
            443,
            await stack.enter_async_context(serve(host.talk, authority.context(f"mta-sts.{DOMAIN}"))),
        )
    ]
    for name, exchanger in exchangers.items():
        rules.append((name, 25, await stack.enter_async_context(serve(exchanger.talk))))
    resolver = resolver_over(table, clock)
    scene = Scene(
        table=table,
        clock=clock,
        resolver=resolver,
        gatherer=None,  # pyright: ignore[reportArgumentType]  # made by restart, one line below
        host=host,
        exchangers=exchangers,
        memory=BriefMemory(clock=clock),
        policies=BriefPolicies(clock=clock),
        authority=authority,
        network=Network(),
        rules=tuple(ConnectTo(host=h, port=p, address="127.0.0.1", to_port=to) for h, p, to in rules),
    )
    scene.restart()
    return scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncGenerator[Scene]:
    async with AsyncExitStack() as stack:
        yield await scene_over(signed(DnsTable()), tmp_path, stack)


async def test_all_sources_together_make_one_judgement(scene: Scene) -> None:
    assessment = await scene.ask()
    assert assessment.assurance is Assurance.ENFORCED
    assert assessment.complete
    assert not assessment.from_cache
    assert assessment.evidence.sts.status is StsStatus.ENFORCE
    assert assessment.headline


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
    scene.restart(seconds=0.5)
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


async def test_judgements_come_as_sources_answer_and_the_last_is_complete(scene: Scene) -> None:
    found = [one async for one in scene.gatherer.assessments(DOMAIN, Asked(provider=INSISTING))]
    assert [one.complete for one in found] == [False] * (len(found) - 1) + [True]
    assert found[-1].assurance is Assurance.ENFORCED
    assert all(one.assurance <= Assurance.VERIFIABLE for one in found[:-1])
    for earlier, later in pairwise(found[:-1]):
        assert (earlier.headline, earlier.reasons) != (later.headline, later.reasons)


async def test_a_policy_host_that_stalls_takes_nothing_else_with_it(scene: Scene) -> None:
    scene.restart(seconds=0.5)
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
