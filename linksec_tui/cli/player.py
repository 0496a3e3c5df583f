"""What the plain-text demonstration does with the client and the world, without a word about it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linksec_tui.cli.stage import Stage
from linksec_tui.cli.submission import wait_for_answers, watch
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.eavesdrop import TappedLink
from linksec_tui.model.letter import BounceCard, Choice, Draft, Gate, OutboxItem, OutboxState, Requirement
from linksec_tui.model.listing import View
from linksec_tui.model.mailbox import Role
from linksec_tui.model.tale import Character, NotAsTold, expect

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

_PATIENCE = 120.0  # seconds for the world to carry everything; it needs about one
_LOOK_AGAIN = 1.0  # seconds between two looks where no event came


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One letter of the story: what nobody else should be able to read."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one person found in the mailbox after a letter: the letter, a notice, or nothing."""

    person: Character
    messages: tuple[bytes, ...]

    def has(self, text: Text) -> bool:
        return any(text.body.encode() in message for message in self.messages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """Writes the letters and looks where they went."""

    stage: Stage
    desk: Desk

    async def assess(self, person: Character) -> Assessment:
        said = [each async for each in self.desk.assess(person.domain)]
        return said[-1]

    def draft(self, text: Text, people: Sequence[Character], requirement: Requirement) -> Draft:
        return replace(
            self.desk.new_draft(),
            recipients=tuple(self.desk.parse_recipient(person.address) for person in people),
            subject=text.subject,
            body=f"{text.body}\n",
            requirement=requirement,
        )

    async def send(self, draft: Draft, gate: Gate) -> None:
        """Through the gate: a notice for who falls short, where it can arrive."""
        choices = {line.recipient.address: choice(line.choices) for line in gate.short}
        decision = await self.desk.decide(draft, choices, gate)
        await self._accepted(await self.desk.send(draft, decision))

    async def notice(self, message: int) -> None:
        """The notice to those whom a letter did not reach."""
        await self._accepted(await self.desk.notice_after_bounce(message))

    async def settled(self) -> None:
        """Until no letter is under way any more."""
        done = await asyncio.to_thread(self.stage.settled, _PATIENCE)
        expect(done, f"all letters are under way for less than {_PATIENCE:.0f} seconds")

    async def mailboxes(self, people: Sequence[Character]) -> dict[Character, int]:
        """How many messages each of those who can be reached has."""
        return {person: len(await self._inbox(person)) for person in people if person.reachable}

    async def arrivals(self, before: dict[Character, int]) -> list[Delivered]:
        await self.settled()
        return [
            Delivered(person=person, messages=tuple((await self._inbox(person))[old:]))
            for person, old in before.items()
        ]

    def links(self) -> list[TappedLink]:
        """What the tap recorded since it was cleared."""
        return [link for link in self.stage.tap.links() if link.chunks]

    async def cards(self, text: Text, wanted: set[str]) -> dict[int, BounceCard]:
        """The returned letters in the mailbox, when all of those people's have come back; as the client sees them."""
        cards: dict[int, BounceCard] = {}
        try:
            async with asyncio.timeout(_PATIENCE):
                while wanted - {line.recipient for card in cards.values() for line in card.lines}:
                    await self._next_event()
                    cards = await self._bounces(text)
        except TimeoutError as error:
            raise NotAsTold("The demonstration did not go as it should: not everything came back.") from error
        return cards

    async def _accepted(self, items: Sequence[OutboxItem]) -> None:
        for item in await wait_for_answers(self.desk, await watch(self.desk, items)):
            accepted = item.state in (OutboxState.SUBMITTED, OutboxState.SETTLED)
            expect(accepted, f"your provider takes what you send ({item.state.value}: {item.detail})")

    async def _inbox(self, person: Character) -> list[bytes]:
        return await asyncio.to_thread(self.stage.inbox, person.address)

    async def _bounces(self, text: Text) -> dict[int, BounceCard]:
        inbox = next((box for box in await self.desk.mailboxes() if box.role is Role.INBOX), None)
        rows = await self.desk.views.first_rows(View(mailboxes=(inbox.id,))) if inbox else ()
        cards = {header.id: await self.desk.bounce_card(header.id) for header in rows if header.is_bounce}
        return {message: card for message, card in cards.items() if card and card.subject == text.subject}

    async def _next_event(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_AGAIN), aclosing(self.desk.events()) as events:
                await anext(events, None)
        except TimeoutError:
            return


def choice(choices: Sequence[Choice]) -> Choice:
    """What the story chooses for who falls short."""
    return Choice.NOTICE if Choice.NOTICE in choices else Choice.LEAVE_OUT
