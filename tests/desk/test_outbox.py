"""The outbox against a provider that cuts, defers and refuses: each letter once, or visibly not yet, or unsure."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from uuid import uuid4

import pytest

from linksec_tui.config import Config, ConnectTo
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.errors import BadInput, DecisionOutdated, GateRefused
from linksec_tui.model.letter import Choice, OutboxState, Requirement
from linksec_tui.world import World
from linksec_tui.world.faults import Faults, Step
from tests.desk.letters import all_over, letter, send, until

CAROL = "carol@university.example"


@pytest.fixture
def word() -> str:
    return f"marimba{uuid4().hex[:8]}"


@pytest.fixture(autouse=True)
def faultless(world: World) -> Iterator[None]:
    """Whatever a test breaks at the provider is mended after it."""
    yield
    world.misbehave(Faults())


@pytest.mark.parametrize("step", [Step.MAIL, Step.RCPT, Step.DATA])
async def test_a_cable_pulled_before_the_end_of_the_letter_leaves_it_waiting(
    world: World, config: Config, word: str, step: Step
) -> None:
    world.misbehave(Faults(cut=step, times=1))
    async with open_desk(config) as desk:
        [item] = await send(desk, letter(desk, word, CAROL))
        [waiting] = await until(desk, lambda items: bool(items) and items[0].attempts == 1 and items[0].detail != "")
        assert (waiting.state, waiting.next_attempt_at is not None) == (OutboxState.WAITING, True)
        await desk.retry(item.id)
        await until(desk, all_over)
    assert await asyncio.to_thread(world.settled, 120)
    assert _count(world, word) == 1


async def test_a_cable_pulled_in_the_middle_of_a_letter_delivers_nothing_and_loses_nothing(
    world: World, config: Config, word: str
) -> None:
    world.misbehave(Faults(cut=Step.CONTENT, times=1))
    async with open_desk(config) as desk:
        await send(desk, replace(letter(desk, word, CAROL), body="the middle of a letter\n" * 50_000))
        [item] = await until(desk, lambda items: bool(items) and items[0].attempts == 1 and items[0].detail != "")
    # whether the last octets were on the wire when the cable went is a matter of microseconds: both are honest
    assert item.state in (OutboxState.WAITING, OutboxState.MAYBE_SENT)
    assert await asyncio.to_thread(world.settled, 120)
    assert _count(world, word) == 0


@pytest.mark.parametrize(("step", "arrives"), [(Step.DOT, 0), (Step.ACCEPTED, 1)])
async def test_a_cable_pulled_once_the_whole_letter_is_on_the_wire_is_unsure_and_never_sent_again_unasked(
    world: World, config: Config, word: str, step: Step, arrives: int
) -> None:
    world.misbehave(Faults(cut=step, times=1))
    async with open_desk(config) as desk:
        [item] = await send(desk, letter(desk, word, CAROL))
        await until(desk, lambda items: bool(items) and items[0].state is OutboxState.MAYBE_SENT)
        with pytest.raises(BadInput, match="may arrive twice"):
            await desk.retry(item.id)
    assert await asyncio.to_thread(world.settled, 120)
    assert _count(world, word) == arrives


async def test_what_sent_has_a_copy_of_is_known_to_have_gone_out_and_has_one_copy(
    world: World, config: Config, word: str
) -> None:
    world.misbehave(Faults(cut=Step.ACCEPTED, times=1))
    async with open_desk(config) as desk:
        [item] = await send(desk, letter(desk, word, CAROL))
        await until(desk, lambda items: bool(items) and items[0].state is OutboxState.MAYBE_SENT)
        assert await asyncio.to_thread(world.settled, 120)
        arrived = next(raw for raw in world.inbox(CAROL) if word.encode() in raw)
        await desk.correspondence.file_sent(config.accounts[0].name, arrived)  # as some servers do by themselves
    async with open_desk(config) as desk:
        await until(desk, lambda items: bool(items) and items[0].state is OutboxState.SETTLED)
        assert [each.id for each in await desk.outbox()] == [item.id]
    sent = world.inbox(world.address, "Sent")
    assert sum(message_from_bytes(raw)["Subject"] == word for raw in sent) == 1


async def test_a_letter_that_the_provider_defers_is_tried_again_later(world: World, config: Config, word: str) -> None:
    world.misbehave(Faults(defer=Step.DATA, times=1))
    async with open_desk(config) as desk:
        await send(desk, letter(desk, word, CAROL))
        [item] = await until(desk, lambda items: bool(items) and items[0].attempts == 1 and items[0].detail != "")
    assert item.state is OutboxState.WAITING
    assert item.next_attempt_at is not None
    assert item.next_attempt_at > item.created_at


async def test_a_letter_over_the_providers_size_is_refused_before_it_is_queued(
    world: World, config: Config, word: str
) -> None:
    world.misbehave(Faults(size=2000))
    async with open_desk(config) as desk:
        draft = replace(letter(desk, word, CAROL), body="all work and no play\n" * 200)
        await desk.save_draft(draft)
        with pytest.raises(BadInput, match="takes"):
            await send(desk, draft)
        assert await desk.outbox() == ()
        assert draft.id in {kept.id for kept in await desk.drafts()}


async def test_an_empty_letter_is_refused_in_a_sentence(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        with pytest.raises(BadInput):
            await send(desk, replace(letter(desk, "", CAROL), body=""))


async def test_a_line_break_in_a_subject_never_becomes_a_header(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        with pytest.raises(BadInput):
            await send(desk, letter(desk, "hello\r\nBcc: eve@club.example", CAROL))


async def test_a_wrong_password_holds_the_letter_and_says_so(world: World, config: Config, word: str) -> None:
    account = replace(config.accounts[0], password_command="echo wrong")
    async with open_desk(replace(config, accounts=(account,))) as desk:
        await send(desk, letter(desk, word, CAROL))
        [item] = await until(desk, all_over)
    assert item.state is OutboxState.HELD
    assert "refused the user name or the password" in item.detail
    assert _count(world, word) == 0


async def test_without_a_network_the_letter_waits(world: World, config: Config, word: str) -> None:
    async with open_desk(_unplugged(config)) as desk:
        await send(desk, letter(desk, word, CAROL))
        [item] = await until(desk, lambda items: bool(items) and items[0].detail != "")
    assert item.state is OutboxState.WAITING
    assert "cannot be reached" in item.detail


async def test_what_waited_goes_out_after_a_restart(world: World, config: Config, word: str) -> None:
    async with open_desk(config, worker=False) as desk:
        await send(desk, letter(desk, word, CAROL))
        assert [item.state for item in await desk.outbox()] == [OutboxState.WAITING]
    async with open_desk(config) as desk:
        await until(desk, all_over)
    assert await asyncio.to_thread(world.settled, 120)
    assert _count(world, word) == 1


async def test_of_two_desks_one_works_and_the_other_takes_over(world: World, config: Config, word: str) -> None:
    async with open_desk(config) as first:
        await _becomes_worker(first)
        async with open_desk(config) as second:
            assert not second.is_worker
            await send(second, letter(second, word, CAROL))
            await until(first, all_over)
    assert await asyncio.to_thread(world.settled, 120)
    assert _count(world, word) == 1


async def test_nobody_is_sent_to_below_the_requirement_without_a_choice(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        draft = letter(desk, "none", "grace@oldserver.example", requirement=Requirement.ENCRYPTED)
        with pytest.raises(GateRefused, match=r"grace@oldserver\.example"):
            await desk.decide(draft, {}, await desk.gate(draft))


async def test_what_got_worse_after_the_decision_is_not_sent(world: World, config: Config, word: str) -> None:
    async with open_desk(config, worker=False) as desk:
        draft = letter(desk, word, CAROL, requirement=Requirement.ENFORCED)
        decision = await desk.decide(draft, {}, await desk.gate(draft))
        better = tuple(replace(one, assurance=max(type(one.assurance))) for one in decision.recipients)
        with pytest.raises(DecisionOutdated, match=r"carol@university\.example"):
            await desk.send(draft, replace(decision, recipients=better))
        assert await desk.outbox() == ()


async def test_what_got_worse_while_the_gate_was_open_is_not_sent(config: Config, word: str) -> None:
    async with open_desk(config, worker=False) as desk:
        draft = letter(desk, word, "grace@oldserver.example", requirement=Requirement.ENCRYPTED)
        gate = await desk.gate(draft)
        [line] = gate.lines
        shown = replace(line, assessment=replace(line.assessment, assurance=Assurance.UNKNOWN))
        choices = {line.recipient.address: Choice.LOWER}
        decision = await desk.decide(draft, choices, replace(gate, lines=(shown,)))
        with pytest.raises(DecisionOutdated, match=r"grace@oldserver\.example"):
            await desk.send(draft, decision)
        assert await desk.outbox() == ()


async def test_cancelling_what_waits_makes_it_a_draft_again(config: Config, word: str) -> None:
    async with open_desk(config, worker=False) as desk:
        [item] = await send(desk, letter(desk, word, CAROL))
        assert await desk.drafts() == ()
        await desk.cancel(item.id)
        assert [draft.subject for draft in await desk.drafts()] == [word]


def _count(world: World, word: str) -> int:
    return sum(message_from_bytes(raw)["Subject"] == word for raw in world.inbox(CAROL))


def _unplugged(config: Config) -> Config:
    """The submission server at a port of loopback where nobody listens."""
    rule = ConnectTo(host="smtp.home.example", port=465, address="127.0.0.1", to_port=1)
    return replace(config, network=replace(config.network, connect_to=(rule, *config.network.connect_to)))


async def _becomes_worker(desk: Desk) -> None:
    while not desk.is_worker:
        await anext(desk.events())
