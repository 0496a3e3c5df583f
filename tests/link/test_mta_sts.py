"""The policy of a domain over time: fetched, cached, vanished, changed (RFC 8461 §§3.3, 5)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from linksec_tui.link.brief_memory import BriefPolicies
from linksec_tui.link.mta_sts import PAUSE_AFTER_FETCH, PolicyReader
from linksec_tui.link.source import Inquiry
from linksec_tui.model.evidence import Failure, Sts, StsStatus
from tests.link.dns_table import Clock, DnsTable, resolver_over
from tests.link.policy_host import ENFORCE, PolicyHost, policy_host
from tests.wire.strangers import Authority

DOMAIN = "a.example"
RECORD = "_mta-sts.a.example"


@dataclass(slots=True, kw_only=True)
class Scene:
    """A domain with a policy, and somebody who asks for it."""

    table: DnsTable
    clock: Clock
    host: PolicyHost
    reader: PolicyReader

    def publish(self, policy_id: str) -> None:
        self.table.add(RECORD, "TXT", f'"v=STSv1; id={policy_id}"')

    async def ask(self, *, fresh: bool = False) -> Sts:
        now = self.clock.now
        return await self.reader.ask(Inquiry(domain=DOMAIN, at=now, newer_than=now if fresh else None))

    async def ask_again(self, sts: Sts, *hosts: str) -> Sts:
        return await self.reader.ask_again(Inquiry(domain=DOMAIN, at=self.clock.now), sts, hosts)

    def restart(self) -> None:
        """The program ends and starts again: only what is on disk remains."""
        self.reader = PolicyReader(
            resolver=resolver_over(self.table, self.clock), https=self.reader.https, cache=self.reader.cache
        )


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncGenerator[Scene]:
    table, clock = DnsTable(), Clock()
    async with policy_host(Authority(tmp_path)) as (host, https):
        reader = PolicyReader(resolver=resolver_over(table, clock), https=https, cache=BriefPolicies(clock=clock))
        scene = Scene(table=table, clock=clock, host=host, reader=reader)
        scene.publish("1")
        yield scene


async def test_a_published_policy_is_in_force(scene: Scene) -> None:
    sts = await scene.ask()
    assert (sts.status, sts.id, sts.mx, sts.max_age) == (StsStatus.ENFORCE, "1", ("*.a.example",), 604800)
    assert (sts.confirmed, sts.cached) == (True, False)
    assert sts.expires_at == scene.clock.now + timedelta(seconds=604800)


async def test_without_a_record_there_is_no_policy_and_nobody_is_asked(scene: Scene) -> None:
    scene.table.take(RECORD, "TXT")
    assert (await scene.ask()).status is StsStatus.ABSENT
    assert scene.host.asked == 0


async def test_the_policy_host_is_asked_once_while_the_id_stands(scene: Scene) -> None:
    await scene.ask()
    scene.clock.pass_(timedelta(days=6))
    sts = await scene.ask()
    assert (sts.confirmed, sts.cached, scene.host.asked) == (True, True, 1)


async def test_a_changed_id_means_fetch_again(scene: Scene) -> None:
    await scene.ask()
    scene.clock.pass_(timedelta(minutes=10))
    scene.publish("2")
    scene.host.page = ENFORCE.format(mx="new.a.example", max_age=60)
    sts = await scene.ask()
    assert (sts.id, sts.mx, scene.host.asked) == ("2", ("new.a.example",), 2)


async def test_an_expired_policy_is_fetched_again(scene: Scene) -> None:
    await scene.ask()
    scene.clock.pass_(timedelta(days=8))
    sts = await scene.ask()
    assert (sts.cached, scene.host.asked) == (False, 2)


@pytest.mark.parametrize("loss", ["absent", "invalid", "doubled", "bogus", "down"])
async def test_a_cached_policy_outlives_its_record(scene: Scene, loss: str) -> None:
    await scene.ask()
    scene.restart()
    match loss:
        case "absent":
            scene.table.take(RECORD, "TXT")
        case "invalid":
            scene.table.add(RECORD, "TXT", '"v=STSv1; nonsense"')
        case "doubled":
            scene.table.add(RECORD, "TXT", '"v=STSv1; id=1"', '"v=STSv1; id=2"')
        case "bogus":
            scene.table.bogus.add(DOMAIN)
        case _:
            scene.table.down.add(DOMAIN)
    sts = await scene.ask()
    assert (sts.status, sts.cached, sts.confirmed) == (StsStatus.ENFORCE, True, False)
    assert sts.reason


async def test_a_cached_policy_outlives_its_host(scene: Scene) -> None:
    await scene.ask()
    scene.restart()
    scene.publish("2")
    scene.host.status = "404 Not Found"
    sts = await scene.ask()
    assert (sts.status, sts.id, sts.confirmed) == (StsStatus.ENFORCE, "1", False)
    assert sts.failure is not None


async def test_a_cached_policy_ends_with_its_max_age(scene: Scene) -> None:
    await scene.ask()
    scene.table.take(RECORD, "TXT")
    scene.clock.pass_(timedelta(days=7))
    assert (await scene.ask()).status is StsStatus.ABSENT


@pytest.mark.parametrize(
    ("texts", "status"),
    [
        (['"v=STSv1; id="'], StsStatus.INVALID),
        (['"v=STSv1; id=1"', '"v=STSv1; id=2"'], StsStatus.INVALID),
        (['"something else"'], StsStatus.ABSENT),
    ],
)
async def test_a_record_that_is_none(scene: Scene, texts: list[str], status: StsStatus) -> None:
    scene.table.add(RECORD, "TXT", *texts)
    assert (await scene.ask()).status is status
    assert scene.host.asked == 0


async def test_a_record_that_cannot_be_had_is_an_error_and_never_an_absence(scene: Scene) -> None:
    scene.table.down.add(DOMAIN)
    sts = await scene.ask()
    assert (sts.status, sts.failure is not None) == (StsStatus.ERROR, True)


@pytest.mark.parametrize("status", ["404 Not Found", "301 Moved", "500 Broken"])
async def test_a_host_that_does_not_answer_200_is_an_error(scene: Scene, status: str) -> None:
    scene.host.status = status
    sts = await scene.ask()
    assert (sts.status, sts.failure and sts.failure.kind) == (StsStatus.ERROR, Failure.HTTP)


async def test_a_page_of_another_type_is_an_error(scene: Scene) -> None:
    scene.host.media_type = "text/html"
    assert (await scene.ask()).status is StsStatus.ERROR


@pytest.mark.parametrize("page", ["", "garbage", "version: STSv1\nmode: enforce\nmax_age: 1"])
async def test_a_page_that_is_no_policy_is_invalid(scene: Scene, page: str) -> None:
    scene.host.page = page
    sts = await scene.ask()
    assert sts.status is StsStatus.INVALID
    assert sts.reason


async def test_a_failed_fetch_is_not_repeated_for_five_minutes(scene: Scene) -> None:
    scene.host.status = "500 Broken"
    await scene.ask()
    scene.clock.pass_(PAUSE_AFTER_FETCH - timedelta(seconds=1))
    await scene.ask(fresh=True)
    assert scene.host.asked == 1
    scene.clock.pass_(timedelta(seconds=1))
    scene.host.status = "200 OK"
    assert (await scene.ask()).status is StsStatus.ENFORCE
    assert scene.host.asked == 2


async def test_several_who_ask_at_once_fetch_once(scene: Scene) -> None:
    scene.host.held.clear()
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(scene.ask()) for _ in range(10)]
        await scene.host.arrived.wait()
        scene.host.held.set()
    assert scene.host.asked == 1
    assert {task.result().status for task in asked} == {StsStatus.ENFORCE}


async def test_a_mismatch_is_looked_at_again_before_it_is_called_one(scene: Scene) -> None:
    await scene.ask()
    scene.restart()
    cached = await scene.ask()
    scene.clock.pass_(timedelta(seconds=1))
    scene.publish("2")
    scene.host.page = ENFORCE.format(mx="mx.b.example", max_age=60)
    again = await scene.ask_again(cached, "mx.b.example")
    assert (again.id, again.mx) == ("2", ("mx.b.example",))


async def test_also_where_the_operator_forgot_to_change_the_id(scene: Scene) -> None:
    await scene.ask()
    scene.restart()
    cached = await scene.ask()
    scene.host.page = ENFORCE.format(mx="mx.b.example", max_age=60)
    assert (await scene.ask_again(cached, "mx.b.example")).mx == ("mx.b.example",)


@pytest.mark.parametrize("hosts", [(), ("mx.a.example",)])
async def test_nothing_is_looked_at_again_where_every_host_is_named(scene: Scene, hosts: tuple[str, ...]) -> None:
    await scene.ask()
    scene.restart()
    cached = await scene.ask()
    assert await scene.ask_again(cached, *hosts) == cached
    assert scene.host.asked == 1


async def test_a_policy_that_was_just_fetched_is_not_fetched_again(scene: Scene) -> None:
    sts = await scene.ask()
    assert await scene.ask_again(sts, "mx.b.example") == sts
    assert scene.host.asked == 1
