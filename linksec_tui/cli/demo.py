"""`demo` without a terminal: the demonstration as plain text, which ends by itself and knows how it should end.

Two letters. The first demands Enforced: whoever can't be reached that way gets a notice, and the tap hears noise. The
second demands nothing while somebody plays the servers: what relied on luck alone is read, the rest comes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK
from linksec_tui.cli.check_text import headline_of
from linksec_tui.cli.output import Output
from linksec_tui.cli.overheard import describe, readable
from linksec_tui.cli.stage import Character, NotAsTold, Stage, expect
from linksec_tui.cli.submission import wait_for_answers, watch
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.eavesdrop import ImpostorMode, TappedLink
from linksec_tui.model.letter import BounceCard, Choice, Draft, Gate, OutboxItem, OutboxState, Requirement
from linksec_tui.model.mailbox import Role

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

_WIDTH = 80
_PATIENCE = 30.0  # seconds for the world to carry everything; it needs about one
_LOOK_AGAIN = 1.0  # seconds between two looks where no event came

_FIRST = ("The spare key", "The spare key lies under the third stone by the gate.")
_SECOND = ("The other key", "The other key hangs behind the clock in the hall.")


async def tell_story(stage: Stage, output: Output) -> int:
    """The whole story. Raises NotAsTold where the world, or the client in it, does not behave as it says."""
    from linksec_tui.desk import open_desk  # deferred: brings sockets and the store

    output.style = replace(output.style, width=min(_WIDTH, output.style.width or _WIDTH))
    async with open_desk(stage.config) as desk:
        await _Teller(stage=stage, desk=desk, output=output).tell()
    return OK


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivered:
    """What one person found in the mailbox after a letter: the letter, a notice, or nothing."""

    person: Character
    messages: tuple[bytes, ...]

    def has(self, text: str) -> bool:
        return any(text.encode() in message for message in self.messages)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Plays the acts in order; each says what happens, and checks that it did."""

    stage: Stage
    desk: Desk
    output: Output

    async def tell(self) -> None:
        self._say(
            "A small mail world runs inside this program: name servers, mail servers, your provider, and two"
            f" eavesdroppers. Nothing leaves this computer. You are {self.stage.config.accounts[0].address}."
        )
        await self._badges()
        first = await self._first_letter()
        await self._through_the_tap(_FIRST[1], first)
        await self._second_letter()
        cards = await self._what_comes_back()
        await self._recover(cards)
        self.output.line()
        self._say("That is the whole story. “linksec-tui demo” on a terminal lets you play it yourself.")

    async def _badges(self) -> None:
        self._act("1. Who could read it on its way?", "You write to eight people. This is known before you send:")
        for person in self.stage.people:
            assessment = await self._assess(person)
            self.output.line()
            self.output.line(f"{self.output.badge(assessment.assurance)}  {person.address}")
            self._say(f"{person.what}: {headline_of(assessment)}", indent="    ")
            for reason in assessment.reasons:
                self._say(f"· {reason.text}", indent="    ")
            expect(
                assessment.assurance is person.truth,
                f"{person.domain} is {person.truth.word}, and was taken for {assessment.assurance.word}",
            )

    async def _first_letter(self) -> Sequence[_Delivered]:
        self._act(
            "2. You demand: Enforced",
            "Protected all the way to their server, or it comes back. Before anything is sent, the gate tells who"
            " cannot be reached like that:",
        )
        before = await self._mailboxes(self.stage.people)
        self.stage.tap.clear()
        draft = self._draft(_FIRST, self.stage.people, Requirement.ENFORCED)
        gate = await self.desk.gate(draft)
        self._gate(gate)
        await self._send(draft, gate)
        return await self._arrivals(before)

    async def _through_the_tap(self, text: str, arrivals: Sequence[_Delivered]) -> None:
        self._act("3. Through the tap's eyes", "Somebody recorded every byte between your provider and their servers:")
        for link in self._links():
            self._tell_link(link, text)
            expect(not readable(link, text), f"nobody can read the letter to {link.domain}")
        self._act("4. What arrived")
        for found in arrivals:
            self._say(f"{found.person.address}: {_what(found, text)}", indent="  ")
            self._expect_arrival(found, text)

    async def _second_letter(self) -> None:
        self._act(
            "5. Somebody plays the servers",
            "Another letter, this time you demand nothing. And now somebody stands between the servers and removes"
            " the offer of encryption (the impostor). The tap again:",
        )
        self.stage.impostor.switch(ImpostorMode.STRIP)
        self.stage.tap.clear()
        reachable = [person for person in self.stage.people if person.reachable]
        draft = self._draft(_SECOND, reachable, Requirement.ANY)
        gate = await self.desk.gate(draft)
        await self._send(draft, gate)
        await self._settled()
        links = self._links()
        for link in links:
            self._tell_link(link, _SECOND[1])
        for person in reachable:
            heard = any(readable(link, _SECOND[1]) for link in links if link.domain == person.domain)
            wish = "nobody can" if person.protected else "the impostor can"
            expect(heard is not person.protected, f"{wish} read the letter to {person.domain}")

    async def _what_comes_back(self) -> dict[int, BounceCard]:
        self._act("6. What came back", "Who publishes a way to check the server was not deceived. The letters return:")
        wanted = {person.address for person in self.stage.people if person.protected}
        cards = await self._cards(wanted)
        for card in cards.values():
            self._card(card)
            expect(card.match.ours, "a report by your own provider is known as one")
            wrong = {line.recipient for line in card.lines} - wanted
            expect(not wrong, f"nothing comes back from {', '.join(wrong)}")
        return cards

    async def _recover(self, cards: dict[int, BounceCard]) -> None:
        self._act("7. And now?", "They get a notice that a letter is waiting; it says nothing else, so it may be read.")
        self.stage.impostor.switch(ImpostorMode.OFF)
        back = [person for person in self.stage.people if person.protected]
        before = await self._mailboxes(back)
        for message in cards:
            await self._answered(await self.desk.notice_after_bounce(message))
        for found in await self._arrivals(before):
            expect(found.messages and not found.has(_SECOND[1]), f"{found.person.address} gets the notice alone")
            self._say(f"{found.person.address}: {_what(found, _SECOND[1])}", indent="  ")

    def _card(self, card: BounceCard) -> None:
        self._say(card.happened, indent="  ")
        for line in card.lines:
            self._say(f"{line.recipient}: “{line.diagnostic}”", indent="    ")
        self._say(card.did_not_happen, indent="  ")
        if card.arrived:
            self._say(f"It did reach {', '.join(card.arrived)}.", indent="  ")

    def _gate(self, gate: Gate) -> None:
        truth = {person.address: person for person in self.stage.people}
        for line in gate.lines:
            address = str(line.recipient.address)
            chosen = "gets the letter" if line.passes else _PLAIN[_choice(line.choices)]
            self.output.line()
            self.output.line(f"{self.output.badge(line.assessment.assurance)}  {address}: {chosen}")
            if line.why:
                self._say(line.why, indent="    ")
            expect(line.passes is truth[address].protected, f"the gate knows about {address}")

    async def _send(self, draft: Draft, gate: Gate) -> None:
        choices = {line.recipient.address: _choice(line.choices) for line in gate.short}
        decision = await self.desk.decide(draft, choices)
        await self._answered(await self.desk.send(draft, decision))

    async def _answered(self, items: Sequence[OutboxItem]) -> None:
        for item in await wait_for_answers(self.desk, await watch(self.desk, items)):
            accepted = item.state in (OutboxState.SUBMITTED, OutboxState.SETTLED)
            expect(accepted, f"your provider takes what you send ({item.state.value}: {item.detail})")

    def _draft(self, text: tuple[str, str], people: Sequence[Character], requirement: Requirement) -> Draft:
        subject, body = text
        return replace(
            self.desk.new_draft(),
            recipients=tuple(self.desk.parse_recipient(person.address) for person in people),
            subject=subject,
            body=f"{body}\n",
            requirement=requirement,
        )

    async def _assess(self, person: Character) -> Assessment:
        said = [each async for each in self.desk.assess(person.domain)]
        return said[-1]

    async def _settled(self) -> None:
        done = await asyncio.to_thread(self.stage.settled, _PATIENCE)
        expect(done, f"all letters are under way for less than {_PATIENCE:.0f} seconds")

    async def _mailboxes(self, people: Sequence[Character]) -> dict[Character, int]:
        """How many messages each of those who can be reached has."""
        return {
            person: len(await asyncio.to_thread(self.stage.inbox, person.address))
            for person in people
            if person.reachable
        }

    async def _arrivals(self, before: dict[Character, int]) -> list[_Delivered]:
        await self._settled()
        return [
            _Delivered(person=person, messages=tuple((await asyncio.to_thread(self.stage.inbox, person.address))[old:]))
            for person, old in before.items()
        ]

    def _expect_arrival(self, found: _Delivered, text: str) -> None:
        who = found.person.address
        if found.person.protected:
            expect(found.has(text), f"the letter reaches {who}")
        else:
            expect(found.messages and not found.has(text), f"{who} gets the notice alone")

    async def _cards(self, wanted: set[str]) -> dict[int, BounceCard]:
        """The bounces in the mailbox, when all of those have come back; as the client sees them."""
        cards: dict[int, BounceCard] = {}
        try:
            async with asyncio.timeout(_PATIENCE):
                while wanted - {line.recipient for card in cards.values() for line in card.lines}:
                    await self._next_event()
                    cards = await self._bounces()
        except TimeoutError as error:
            raise NotAsTold("The demonstration did not go as it should: not everything came back.") from error
        return cards

    async def _bounces(self) -> dict[int, BounceCard]:
        inbox = next(box for box in await self.desk.mailboxes() if box.role is Role.INBOX)
        found = [header.id for header in await self.desk.first_rows(inbox.id) if header.is_bounce]
        cards = {message: await self.desk.bounce_card(message) for message in found}
        return {message: card for message, card in cards.items() if card and card.subject == _SECOND[0]}

    async def _next_event(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_AGAIN), aclosing(self.desk.events()) as events:
                await anext(events, None)
        except TimeoutError:
            return

    def _links(self) -> list[TappedLink]:
        return [link for link in self.stage.tap.links() if link.chunks]

    def _tell_link(self, link: TappedLink, text: str) -> None:
        first, *more = describe(link, text)
        self.output.line(f"  {first}")
        for line in more:
            self.output.line(f"    {line}")

    def _act(self, title: str, text: str = "") -> None:
        self.output.line()
        self.output.line(title)
        if text:
            self._say(text)

    def _say(self, text: str, *, indent: str = "") -> None:
        if text:
            self.output.paragraph(text, indent=indent)


_PLAIN = {
    Choice.NOTICE: "gets only a notice",
    Choice.LEAVE_OUT: "is left out; the letter to them is kept as a draft",
}


def _choice(choices: Sequence[Choice]) -> Choice:
    """What the story chooses for who falls short: the notice, where it can arrive."""
    return Choice.NOTICE if Choice.NOTICE in choices else Choice.LEAVE_OUT


def _what(found: _Delivered, text: str) -> str:
    if found.has(text):
        return "the letter"
    return "a notice that a letter is waiting" if found.messages else "nothing"
