"""The notice inside a letter and "give up after", from the desk to the recipient's mailbox and back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.address import Address
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Choice, Draft, Requirement
from linksec_tui.world import Faults, World
from tests.desk.letters import all_over, letter, until

DAVE, GRACE = "dave@shop.example", "grace@oldserver.example"


@pytest.fixture(autouse=True)
def faultless(world: World) -> Iterator[None]:
    yield
    world.misbehave(Faults())


@pytest.fixture
def word() -> str:
    return f"celesta{uuid4().hex[:8]}"


def asking(desk: Desk, word: str, *to: str) -> Draft:
    return replace(letter(desk, word, *to, requirement=Requirement.VERIFIABLE), notice_inside=True)


async def test_a_provider_that_has_not_declared_it_is_never_asked_for_the_notice(config: Config, word: str) -> None:
    async with open_desk(config, worker=False) as desk:
        draft = asking(desk, word, DAVE)
        decision = await desk.decide(draft, {}, await desk.gate(draft))
        with pytest.raises(BadInput, match="has not declared"):
            await desk.send(draft, decision)
        assert await desk.outbox() == ()


async def test_the_provider_sends_the_notice_where_the_way_turned_out_worse_than_was_known(
    world: World, config: Config, word: str
) -> None:
    world.misbehave(Faults(linksec=3))
    async with open_desk(config) as desk:
        draft = asking(desk, word, GRACE)
        gate = await desk.gate(draft)
        [line] = gate.lines
        # as if it had been verifiable a moment ago
        seen = replace(gate, lines=(replace(line, passes=True, choices=()),))
        decision = await desk.decide(draft, {}, seen)
        lowest = tuple(replace(one, assurance=Assurance.UNDELIVERABLE) for one in decision.recipients)
        before = len(world.inbox(GRACE))
        await desk.send(draft, replace(decision, recipients=lowest))
        await until(desk, all_over)
        assert await asyncio.to_thread(world.settled, 120)
        [arrived] = world.inbox(GRACE)[before:]
        assert b"I have a letter for you" in arrived
        assert word.encode() not in arrived


async def test_where_all_is_well_the_letter_arrives_and_shows_as_the_letter(
    world: World, config: Config, word: str
) -> None:
    world.misbehave(Faults(linksec=3))
    async with open_desk(config) as desk:
        draft = asking(desk, word, DAVE)
        await desk.send(draft, await desk.decide(draft, {}, await desk.gate(draft)))
        await until(desk, all_over)
        assert await asyncio.to_thread(world.settled, 120)
        arrived = world.inbox(DAVE)[-1]
        assert b"fallback=notice" in arrived
        inspected = await desk.inspect_raw(arrived)
        assert inspected is not None
        assert word.encode() in arrived


async def test_a_letter_that_demands_nothing_has_no_use_for_a_notice(world: World, config: Config, word: str) -> None:
    world.misbehave(Faults(linksec=3))
    async with open_desk(config, worker=False) as desk:
        draft = replace(asking(desk, word, DAVE), requirement=Requirement.ANY)
        with pytest.raises(BadInput, match="demands nothing"):
            await desk.send(draft, await desk.decide(draft, {}, await desk.gate(draft)))


async def test_a_letter_carries_its_time_to_the_provider(world: World, config: Config, word: str) -> None:
    async with open_desk(config) as desk:
        draft = replace(letter(desk, word, "oscar@bogus.example"), give_up_minutes=1)
        choices = {Address("oscar", "bogus.example"): Choice.LOWER}
        await desk.send(draft, await desk.decide(draft, choices, await desk.gate(draft)))
        await until(desk, all_over)
        facts = desk.provider_facts(None)
        assert facts is not None
        assert facts.deliver_by_offered is True
        assert timedelta(minutes=draft.give_up_minutes) == timedelta(seconds=60)
