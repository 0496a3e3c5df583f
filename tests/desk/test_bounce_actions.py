"""What a card offers is done: through the mail world, by desk's verbs, for reports that our provider really made."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from uuid import uuid4

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.errors import BadInput
from linksec_tui.model.events import BounceArrived
from linksec_tui.model.letter import BounceCard, BounceClass, CardAction, Choice, Draft, OurTag, Requirement
from linksec_tui.world import World
from tests.desk.letters import all_over, letter, send, until

ERIN = "erin@club.example"  # STARTTLS and nothing that could be verified: REQUIRETLS comes back
IVAN = "ivan@museum.example"  # a DANE record that its certificate does not match
CAROL = "carol@university.example"  # DANE: arrives


@pytest.fixture
def word() -> str:
    """A word that stands in this test's letters and nowhere else."""
    return f"bassoon{uuid4().hex[:8]}"


async def test_what_our_tag_brought_back_can_be_sent_without_it(world: World, config: Config, word: str) -> None:
    async with open_desk(config) as desk:
        draft = letter(desk, word, ERIN, CAROL, requirement=Requirement.ENFORCED)
        message, card = await _returned(desk, draft, world, Choice.TRY)
        assert card.match.ours
        assert [(one.bounce_class, one.tag) for one in card.bounce.reports] == [
            (BounceClass.NO_POLICY, OurTag.REQUIRETLS)
        ]
        assert CardAction.WITHOUT_REQUIREMENT in card.actions
        assert CardAction.EVEN_WITHOUT_TLS not in card.actions
        again = await desk.draft_after_bounce(message, CardAction.WITHOUT_REQUIREMENT)
        assert (again.requirement, again.tls_optional) == (Requirement.ANY, False)
        assert [str(each.address) for each in again.recipients] == [ERIN]
        await send(desk, again, Choice.LOWER)
        await until(desk, all_over)
    assert await asyncio.to_thread(world.settled, 120)
    assert len(_delivered(world, ERIN, word)) == 1
    assert len(_delivered(world, CAROL, word)) == 1


async def test_a_letter_is_delivered_even_if_tls_fails_where_that_is_asked(
    world: World, config: Config, word: str
) -> None:
    async with open_desk(config) as desk:
        message, card = await _returned(desk, letter(desk, word, IVAN), world)
        assert CardAction.EVEN_WITHOUT_TLS in card.actions
        assert CardAction.WITHOUT_REQUIREMENT not in card.actions, "nothing was asked of the way"
        with pytest.raises(BadInput, match="not offered"):
            await desk.draft_after_bounce(message, CardAction.WITHOUT_REQUIREMENT)
        again = await desk.draft_after_bounce(message, CardAction.EVEN_WITHOUT_TLS)
        assert (again.requirement, again.tls_optional) == (Requirement.ANY, True)
        await send(desk, again, Choice.LOWER)
        await until(desk, all_over)
    assert await asyncio.to_thread(world.settled, 120)
    [delivered] = _delivered(world, IVAN, word)
    assert message_from_bytes(delivered)["TLS-Required"] == "No"


async def test_the_letter_is_edited_and_sent_again_to_those_who_failed_only(
    world: World, config: Config, word: str
) -> None:
    async with open_desk(config) as desk:
        original = letter(desk, word, IVAN, CAROL)
        message, _ = await _returned(desk, original, world)
        again = await desk.draft_after_bounce(message, CardAction.RESEND)
        assert [str(each.address) for each in again.recipients] == [IVAN]
        assert (again.subject, again.body, again.requirement) == (word, original.body, original.requirement)
        assert again.id != original.id
        assert again not in await desk.drafts(), "nothing is kept before the person changes something"


async def test_the_letter_goes_to_another_address_of_the_same_person(world: World, config: Config, word: str) -> None:
    async with open_desk(config) as desk:
        await desk.people.add("Ivan", [desk.parse_recipient(IVAN).address, desk.parse_recipient(CAROL).address])
        message, card = await _returned(desk, letter(desk, word, IVAN), world)
        assert CardAction.OTHER_ADDRESS in card.actions
        again = await desk.draft_after_bounce(message, CardAction.OTHER_ADDRESS)
        assert [str(each.address) for each in again.recipients] == [CAROL]


async def test_nobody_has_another_address_unless_the_address_book_says_so(
    world: World, config: Config, word: str
) -> None:
    async with open_desk(config) as desk:
        message, card = await _returned(desk, letter(desk, word, IVAN), world)
        assert CardAction.OTHER_ADDRESS not in card.actions
        with pytest.raises(BadInput):
            await desk.draft_after_bounce(message, CardAction.OTHER_ADDRESS)


async def test_a_file_is_believed_only_for_the_id_that_nobody_can_guess(
    world: World, config: Config, word: str
) -> None:
    async with open_desk(config) as desk:
        message, card = await _returned(desk, letter(desk, word, IVAN), world)
        raw = await desk.correspondence.raw(message)
        same = await desk.bounce_card(raw)
        assert same
        assert same.match.ours
        assert same.actions == card.actions
        forged = await desk.bounce_card(raw.replace(b"Original-Envelope-Id", b"X-Envelope-Id"))
        assert forged
        assert (forged.match.matched, forged.match.ours) == (True, False)
        assert not any(action.lowers for action in forged.actions)


async def test_a_report_does_not_say_that_nothing_came_back_of_whom_another_one_names(
    world: World, config: Config, word: str
) -> None:
    async with open_desk(config) as desk:
        draft = letter(desk, word, ERIN, IVAN, CAROL, requirement=Requirement.ENFORCED)
        events = desk.events()
        waiting = asyncio.ensure_future(anext(events))
        await send(desk, draft, Choice.TRY)  # with REQUIRETLS to her, without it to the others: two submissions
        reports: set[int] = set()
        while len(reports) < 2:
            event = await waiting
            waiting = asyncio.ensure_future(anext(events))
            card = await desk.bounce_card(event.message) if isinstance(event, BounceArrived) else None
            if isinstance(event, BounceArrived) and card is not None and card.subject == draft.subject:
                reports.add(event.message)
        waiting.cancel()
        cards = [card for each in reports if (card := await desk.bounce_card(each)) is not None]
        assert sorted(line.recipient for card in cards for line in card.lines) == [ERIN, IVAN]
        assert [card.arrived for card in cards] == [(CAROL,), (CAROL,)]
    assert await asyncio.to_thread(world.settled, 120)


async def _returned(desk: Desk, draft: Draft, world: World, fallback: Choice = Choice.LOWER) -> tuple[int, BounceCard]:
    """Sends the letter, waits for what comes back of it; that message's id, and its card."""
    events = desk.events()
    waiting = asyncio.ensure_future(anext(events))
    await send(desk, draft, fallback)
    while True:
        event = await waiting
        waiting = asyncio.ensure_future(anext(events))
        card = await desk.bounce_card(event.message) if isinstance(event, BounceArrived) else None
        if isinstance(event, BounceArrived) and card is not None and card.subject == draft.subject:
            waiting.cancel()
            assert await asyncio.to_thread(world.settled, 120)
            return event.message, card


def _delivered(world: World, address: str, word: str) -> list[bytes]:
    return [raw for raw in world.inbox(address) if message_from_bytes(raw)["Subject"] == word]
