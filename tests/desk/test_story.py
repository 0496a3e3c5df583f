"""A letter through the mail world by desk's verbs: checked, decided, sent, returned, explained."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from uuid import uuid4

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.address import Field
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.eavesdrop import Direction, ImpostorMode
from linksec_tui.model.events import BounceArrived
from linksec_tui.model.evidence import Source, StarttlsStatus
from linksec_tui.model.letter import BounceCard, BounceClass, CardAction, Draft, Kind, OutboxState, Requirement
from linksec_tui.world import World
from tests.desk.letters import all_over, letter, send, until

STRIPPED = "dave@shop.example"  # MTA-STS: comes back rather than travel unprotected
TAPPED = "erin@club.example"  # ordinary STARTTLS: gives in to whoever strips it


@pytest.fixture
def word() -> str:
    """A word that stands in this test's letters and nowhere else."""
    return f"xylophone{uuid4().hex[:8]}"


@pytest.fixture
def impostor(world: World) -> Iterator[None]:
    """The impostor takes STARTTLS away for the time of a test."""
    world.impostor.switch(ImpostorMode.STRIP)
    yield
    world.impostor.switch(ImpostorMode.OFF)


async def test_every_recipient_of_the_world_is_assessed_as_the_world_is(world: World, config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        found = {one.domain: (await _assessed(desk, one.domain)).assurance for one in world.recipients}
    assert found == {one.domain: one.truth for one in world.recipients}


async def test_the_last_assessment_of_a_domain_is_complete_and_comes_with_words(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        assessments = [one async for one in desk.assess("bank.example")]
    assert [one.complete for one in assessments] == [False] * (len(assessments) - 1) + [True]
    assert assessments[-1].headline
    assert all(reason.text for reason in assessments[-1].reasons)


async def test_with_enforced_nobody_on_the_way_reads_a_byte_of_the_letter(
    world: World, config: Config, word: str
) -> None:
    tour = [one for one in world.recipients if one.tour]
    async with open_desk(config) as desk:
        draft = letter(desk, word, *(one.address for one in tour), requirement=Requirement.ENFORCED)
        items = await send(desk, draft)
        assert {item.state for item in await until(desk, all_over)} <= {OutboxState.SUBMITTED, OutboxState.SETTLED}
    assert await asyncio.to_thread(world.settled, 120)
    green = {one.address for one in tour if one.truth >= Assurance.ENFORCED}
    noticed = {one.address for one in tour if Assurance.UNDELIVERABLE < one.truth < Assurance.ENFORCED}
    assert {address for item in items if item.kind is Kind.LETTER for address in item.recipients} == green
    assert {address for item in items if item.kind is Kind.NOTICE for address in item.recipients} == noticed
    assert {one for one in green | noticed if _holds(world, one, word)} == green
    assert not any(word.encode() in link.bytes_seen(direction) for link in world.tap.links() for direction in Direction)


async def test_a_notice_says_that_a_letter_waits_and_not_which(world: World, config: Config, word: str) -> None:
    async with open_desk(config) as desk:
        await send(desk, letter(desk, word, "grace@oldserver.example", requirement=Requirement.ENCRYPTED))
        await until(desk, all_over)
    assert await asyncio.to_thread(world.settled, 120)
    notice = message_from_bytes(world.inbox("grace@oldserver.example")[-1])
    assert notice["TLS-Required"] == "No"
    assert "waiting for you" in str(notice["Subject"])
    assert word not in notice.as_string()


@pytest.mark.usefixtures("impostor")
async def test_with_any_and_an_impostor_the_unprotected_letter_is_read_and_the_others_come_back(
    world: World, config: Config, word: str
) -> None:
    async with open_desk(config) as desk:
        _, card = await _sent_and_returned(desk, letter(desk, word, TAPPED, STRIPPED), world)
        again = await _assessed(desk, "shop.example")
    heard = [link.domain for link in world.tap.links() if word.encode() in link.bytes_seen(Direction.FROM_PROVIDER)]
    assert set(heard) == {"club.example"}
    assert card.match.ours
    assert card.subject == word
    assert [(line.recipient, line.bounce_class) for line in card.lines] == [(STRIPPED, BounceClass.TLS_NOT_OFFERED)]
    assert "did not send" in card.did_not_happen
    assert card.arrived == (TAPPED,)
    assert CardAction.NOTICE in card.actions
    assert CardAction.LATER in card.actions
    seen = again.evidence.observations["mx.shop.example"]
    assert (seen.source, seen.starttls) == (Source.BOUNCE, StarttlsStatus.NOT_OFFERED)


async def test_a_returned_letter_can_be_answered_with_the_notice_or_kept_for_later(
    world: World, config: Config, word: str
) -> None:
    async with open_desk(config) as desk:
        world.impostor.switch(ImpostorMode.STRIP)
        try:
            message, _ = await _sent_and_returned(desk, letter(desk, word, STRIPPED), world)
        finally:
            world.impostor.switch(ImpostorMode.OFF)
        kept = await desk.later(message)
        assert [str(one.address) for one in kept.recipients] == [STRIPPED]
        assert kept in await desk.drafts()
        [notice] = await desk.notice_after_bounce(message)
        assert (notice.kind, notice.recipients) == (Kind.NOTICE, (STRIPPED,))
        await until(desk, all_over)
    assert await asyncio.to_thread(world.settled, 120)
    assert not _holds(world, STRIPPED, word)


async def test_a_copy_with_its_blind_recipients_is_in_sent_exactly_once(
    world: World, config: Config, word: str
) -> None:
    async with open_desk(config) as desk:
        draft = letter(desk, word, "carol@university.example")
        hidden = desk.parse_recipient("bob@bank.example", Field.BCC)
        await send(desk, replace(draft, recipients=(*draft.recipients, hidden)))
        await until(desk, lambda items: bool(items) and all(item.state is OutboxState.SETTLED for item in items))
    copies = [copy for copy in map(message_from_bytes, world.inbox(world.address, "Sent")) if copy["Subject"] == word]
    assert [copy["Bcc"] for copy in copies] == ["bob@bank.example"]
    assert await asyncio.to_thread(world.settled, 120)
    for address in ("carol@university.example", "bob@bank.example"):
        assert [message["Bcc"] for message in _delivered(world, address, word)] == [None]


async def _assessed(desk: Desk, domain: str) -> Assessment:
    return [one async for one in desk.assess(domain)][-1]


async def _sent_and_returned(desk: Desk, draft: Draft, world: World) -> tuple[int, BounceCard]:
    """Sends the letter, waits for what comes back; that message's id, and its card."""
    events = desk.events()
    waiting = asyncio.ensure_future(anext(events))
    await send(desk, draft)
    while True:
        event = await waiting
        waiting = asyncio.ensure_future(anext(events))
        card = await desk.bounce_card(event.message) if isinstance(event, BounceArrived) else None
        if isinstance(event, BounceArrived) and card is not None and card.match.matched:
            waiting.cancel()
            assert await asyncio.to_thread(world.settled, 120)
            return event.message, card


def _delivered(world: World, address: str, word: str) -> list[Message]:
    return [message for message in map(message_from_bytes, world.inbox(address)) if message["Subject"] == word]


def _holds(world: World, address: str, word: str) -> bool:
    return bool(_delivered(world, address, word))
