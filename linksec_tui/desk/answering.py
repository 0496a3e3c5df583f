"""A message → the draft of a reply or a forward."""

from __future__ import annotations

from dataclasses import dataclass, replace

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.drafting import Drafting, identities
from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats.mime import parse_message
from linksec_tui.model.letter import Draft
from linksec_tui.outgoing.reply import Whom, Writer, forward, reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """The verbs reply and forward; nothing is looked up about names in the message (link-security.md §8)."""

    rooms: Rooms
    correspondence: Correspondence
    drafting: Drafting

    async def reply(self, message: int, whom: Whom) -> Draft:
        reading = await self.correspondence.read(message)
        raw = await self.correspondence.raw(message)
        return self._required(reply(parse_message(raw), reading.text, self._writer(reading.header.account), whom))

    async def forward(self, message: int) -> Draft:
        reading = await self.correspondence.read(message)
        raw = await self.correspondence.raw(message)
        return self._required(forward(parse_message(raw), reading.text, self._writer(reading.header.account)))

    def _writer(self, account: str) -> Writer:
        new = self.drafting.new(account)
        return Writer(
            draft_id=new.id,
            account=new.account,
            address=new.sender,
            name=new.sender_name,
            own=frozenset(address for address, _ in identities(self.rooms.account(account))),
        )

    def _required(self, draft: Draft) -> Draft:
        """With the account's default requirement, as every letter from it."""
        return replace(draft, requirement=self.rooms.account(draft.account).require, changed_at=self.rooms.clock())
