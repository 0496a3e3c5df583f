"""`demo` without a terminal: the demonstration as plain text, which ends by itself and knows how it should end.

Two letters. The first demands Enforced: whoever can't be reached that way gets a notice, and the tap hears noise. The
second demands nothing while somebody plays the servers: what relied on luck alone is read, the rest comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from linksec_tui.cli.call import OK
from linksec_tui.cli.check_text import headline_of
from linksec_tui.cli.output import Output
from linksec_tui.cli.overheard import describe, readable
from linksec_tui.cli.player import Delivered, Player, Text, choice
from linksec_tui.cli.stage import Stage
from linksec_tui.model.eavesdrop import ImpostorMode, TappedLink
from linksec_tui.model.letter import BounceCard, Choice, Gate, Requirement
from linksec_tui.model.tale import Character, expect

_WIDTH = 80
_FIRST = Text(subject="The spare key", body="The spare key lies under the third stone by the gate.")
_SECOND = Text(subject="The other key", body="The other key hangs behind the clock in the hall.")


async def tell_story(stage: Stage, output: Output) -> int:
    """The whole story. Raises NotAsTold where the world, or the client in it, does not behave as it says."""
    from linksec_tui.desk import open_desk  # deferred: brings sockets and the store

    output.style = replace(output.style, width=min(_WIDTH, output.style.width or _WIDTH))
    async with open_desk(stage.config) as desk:
        await _Teller(stage=stage, player=Player(stage=stage, desk=desk), output=output).tell()
    return OK


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Plays the acts in order; each says what happens, and checks that it did."""

    stage: Stage
    player: Player
    output: Output

    async def tell(self) -> None:
        self._say(
            "A small mail world runs inside this program: name servers, mail servers, your provider, and two"
            f" eavesdroppers. Nothing leaves this computer. You are {self.stage.config.accounts[0].address}."
        )
        await self._badges()
        await self._through_the_tap(await self._first_letter())
        await self._second_letter()
        await self._recover(await self._what_comes_back())
        self.output.line()
        self._say("That is the whole story. “linksec-tui demo” on a terminal lets you play it yourself.")

    async def _badges(self) -> None:
        self._act("1. Who could read it on its way?", "You write to eight people. This is known before you send:")
        for person in self.stage.people:
            assessment = await self.player.assess(person)
            self.output.line()
            self.output.line(f"{self.output.badge(assessment.assurance)}  {person.address}")
            self._say(f"{person.what}: {headline_of(assessment)}", indent="    ")
            for reason in assessment.reasons:
                self._say(f"· {reason.text}", indent="    ")
            expect(
                assessment.assurance is person.truth,
                f"{person.domain} is {person.truth.word}, and was taken for {assessment.assurance.word}",
            )

    async def _first_letter(self) -> Sequence[Delivered]:
        self._act(
            "2. You demand: Enforced",
            "Protected all the way to their server, or it comes back. Before anything is sent, the gate tells who"
            " cannot be reached like that:",
        )
        before = await self.player.mailboxes(self.stage.people)
        self.stage.tap.clear()
        draft = self.player.draft(_FIRST, self.stage.people, Requirement.ENFORCED)
        gate = await self.player.desk.gate(draft)
        self._gate(gate)
        await self.player.send(draft, gate)
        return await self.player.arrivals(before)

    async def _through_the_tap(self, arrivals: Sequence[Delivered]) -> None:
        self._act("3. Through the tap's eyes", "Somebody recorded every byte between your provider and their servers:")
        for link in self.player.links():
            self._link(link, _FIRST)
            expect(not readable(link, _FIRST.body), f"nobody can read the letter to {link.domain}")
        self._act("4. What arrived")
        for found in arrivals:
            self._say(f"{found.person.address}: {_what(found, _FIRST)}", indent="  ")
            _expect_arrival(found)

    async def _second_letter(self) -> None:
        self._act(
            "5. Somebody plays the servers",
            "Another letter, this time you demand nothing. And now somebody stands between the servers and removes"
            " the offer of encryption (the impostor). The tap again:",
        )
        self.stage.impostor.switch(ImpostorMode.STRIP)
        self.stage.tap.clear()
        reachable = [person for person in self.stage.people if person.reachable]
        draft = self.player.draft(_SECOND, reachable, Requirement.ANY)
        await self.player.send(draft, await self.player.desk.gate(draft))
        await self.player.settled()
        links = self.player.links()
        for link in links:
            self._link(link, _SECOND)
        for person in reachable:
            heard = any(readable(link, _SECOND.body) for link in links if link.domain == person.domain)
            wish = "nobody can" if person.protected else "the impostor can"
            expect(heard is not person.protected, f"{wish} read the letter to {person.domain}")

    async def _what_comes_back(self) -> dict[int, BounceCard]:
        self._act("6. What came back", "Who publishes a way to check the server was not deceived. The letters return:")
        wanted = {person.address for person in self.stage.people if person.protected}
        cards = await self.player.cards(_SECOND, wanted)
        for card in cards.values():
            self._card(card)
            expect(card.match.ours, "a report by your own provider is known as one")
            wrong = {line.recipient for line in card.lines} - wanted
            expect(not wrong, f"nothing comes back from {', '.join(wrong)}")
        return cards

    async def _recover(self, cards: dict[int, BounceCard]) -> None:
        self._act("7. And now?", "They get a notice that a letter is waiting; it says nothing else, so it may be read.")
        self.stage.impostor.switch(ImpostorMode.OFF)
        before = await self.player.mailboxes([person for person in self.stage.people if person.protected])
        for message in cards:
            await self.player.notice(message)
        for found in await self.player.arrivals(before):
            expect(found.messages and not found.has(_SECOND), f"{found.person.address} gets the notice alone")
            self._say(f"{found.person.address}: {_what(found, _SECOND)}", indent="  ")

    def _gate(self, gate: Gate) -> None:
        people: dict[str, Character] = {person.address: person for person in self.stage.people}
        for line in gate.lines:
            address = str(line.recipient.address)
            self.output.line()
            self.output.line(f"{self.output.badge(line.assessment.assurance)}  {address}")
            self._say("gets the letter." if line.passes else _GETS[choice(line.choices)], indent="    ")
            self._say(line.why, indent="    ")
            expect(line.passes is people[address].protected, f"the gate knows about {address}")

    def _card(self, card: BounceCard) -> None:
        self._say(card.happened, indent="  ")
        for line in card.lines:
            self._say(f"{line.recipient}: “{line.diagnostic}”", indent="    ")
        self._say(card.did_not_happen, indent="  ")
        if card.arrived:
            self._say(f"It did reach {', '.join(card.arrived)}.", indent="  ")

    def _link(self, link: TappedLink, text: Text) -> None:
        for line in describe(link, text.body):
            self.output.line(f"  {line}")

    def _act(self, title: str, text: str = "") -> None:
        self.output.line()
        self.output.line(title)
        self._say(text)

    def _say(self, text: str, *, indent: str = "") -> None:
        if text:
            self.output.paragraph(text, indent=indent)


_GETS = {
    Choice.NOTICE: "gets only a notice.",
    Choice.LEAVE_OUT: "is left out; the letter to them is kept as a draft.",
}


def _expect_arrival(found: Delivered) -> None:
    who = found.person.address
    if found.person.protected:
        expect(found.has(_FIRST), f"the letter reaches {who}")
    else:
        expect(found.messages and not found.has(_FIRST), f"{who} gets the notice alone")


def _what(found: Delivered, text: Text) -> str:
    if found.has(text):
        return "the letter"
    return "a notice that a letter is waiting" if found.messages else "nothing"
