"""What is special about the recipients of one letter: lists, look-alikes, and what letters to them ask for unasked.

A default raises what the letter asks for, and takes back what it raised itself. What the person chose stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from textual.screen import Screen

from linksec_tui.model.address import Address, Field, Recipient
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.contact import PersonMark
from linksec_tui.model.letter import Draft, Requirement
from linksec_tui.tui.front import Front
from linksec_tui.tui.meeting import requirement_word

MANY = 15  # who see each other's addresses before that is spoken of, as in Thunderbird


class RecipientCare:
    """`changed` is told when something is known that was not; it reads `marks` and `wanted`."""

    def __init__(self, screen: Screen[None], app: Front, changed: Callable[[], None]) -> None:
        self._screen = screen
        self._app = app
        self._changed = changed
        self._given: Requirement | None = None
        self.marks: Mapping[Address, PersonMark] = {}
        self.wanted: Requirement | None = None

    def look(self, draft: Draft) -> None:
        """Beside the keys: the address book is asked, nobody else."""
        self._screen.run_worker(partial(self._look, draft), group="care", exclusive=True, exit_on_error=False)

    async def _look(self, draft: Draft) -> None:
        people = self._app.desk.people
        self.marks = await people.marks(draft.recipients)
        self.wanted = await people.requirement_for(self._usual(draft), draft.recipients)
        self._changed()

    def required(self, draft: Draft) -> Requirement:
        """What the letter should ask for now."""
        current = draft.requirement
        if self.wanted is None or draft.requirement_chosen or draft.tls_optional:
            return current
        if self.wanted > current or current is self._given:
            self._given = self.wanted
            return self.wanted
        return current

    def personal(self, known: Mapping[str, Assessment]) -> Mapping[str, Assessment]:
        """By domain, and by address for those of whom something is to be said."""
        own = {
            str(address): self._app.desk.people.judged(known[address.domain], mark)
            for address, mark in self.marks.items()
            if address.domain in known
        }
        return {**known, **own}

    def sentences(self, draft: Draft) -> list[str]:
        """What to say of the recipients, the gravest first."""
        told = [f"{address}: {mark.doubt}" for address, mark in self.marks.items() if mark.doubt]
        lists = [str(address) for address, mark in self.marks.items() if mark.mailing_list]
        if lists:
            told.append(f"{', '.join(lists[:3])}: a mailing list; it passes the letter on to people we can't check.")
        if (seen := open_recipients(draft.recipients)) > MANY:
            key = self._app.key("compose.blind")
            told.append(f"{seen} people will see each other's addresses. {key}: Bcc instead.")
        return told + self._default_told(draft)

    def _default_told(self, draft: Draft) -> list[str]:
        if self.wanted is None or self.wanted is self._usual(draft):
            return []
        word = requirement_word(self.wanted)
        if draft.requirement is self.wanted:
            return [f"{word}, as you set it for who it goes to."]
        if draft.requirement < self.wanted:
            return [f"You set {word} for who it goes to; this letter asks for less, as you chose."]
        return []

    def _usual(self, draft: Draft) -> Requirement:
        """What every letter from this sender asks for."""
        usual = (
            each.require
            for each in self._app.desk.senders()
            if (each.account, each.address) == (draft.account, draft.sender)
        )
        return next(usual, Requirement.ANY)


def open_recipients(recipients: Sequence[Recipient]) -> int:
    """How many see each other's addresses."""
    return sum(each.field is not Field.BCC for each in recipients)
