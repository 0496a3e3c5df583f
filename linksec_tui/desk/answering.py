"""A message → the draft of a reply or a forward."""

from __future__ import annotations

from dataclasses import dataclass, replace

from linksec_tui.desk.carried import carried, whole
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.drafting import Drafting, senders
from linksec_tui.desk.people import People
from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats.mime import parse_message
from linksec_tui.model.letter import Draft
from linksec_tui.model.message import Header
from linksec_tui.outgoing.reply import Whom, Writer, as_new, forward, reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """The verbs reply and forward; nothing is looked up about names in the message (link-security.md §8)."""

    rooms: Rooms
    correspondence: Correspondence
    drafting: Drafting
    people: People

    async def reply(self, message: int, whom: Whom) -> Draft:
        reading = await self.correspondence.read(message)
        raw = await self.correspondence.raw(message)
        return await self._required(reply(parse_message(raw), reading.text, self._writer(reading.header), whom))

    async def reply_to_list(self, message: int) -> Draft:
        """Raises BadInput where it came through none that says where it takes letters."""
        return await self.reply(message, Whom.LIST)

    async def forward(self, message: int) -> Draft:
        """Its words to be written on, its files with it."""
        reading = await self.correspondence.read(message)
        parsed = parse_message(await self.correspondence.raw(message))
        draft = forward(parsed, reading.text, self._writer(reading.header))
        return await self._required(replace(draft, attachments=carried(parsed, message)))

    async def forward_attached(self, message: int) -> Draft:
        """The message itself goes with the letter, untouched (RFC 2046 §5.2.1)."""
        header = await self.correspondence.header(message)
        parsed = parse_message(await self.correspondence.raw(message))
        draft = forward(parsed, None, self._writer(header))
        return await self._required(replace(draft, attachments=(whole(parsed, message),)))

    async def as_new(self, message: int) -> Draft:
        """The same letter once more, to be written on."""
        reading = await self.correspondence.read(message)
        parsed = parse_message(await self.correspondence.raw(message))
        draft = as_new(parsed, reading.text, self._writer(reading.header))
        return await self._required(replace(draft, attachments=carried(parsed, message)))

    def _writer(self, header: Header) -> Writer:
        """Whoever of the account's senders the letter was written to; else the usual one."""
        own = senders(self.rooms.account(header.account))
        written_to = header.recipients.lower()
        sender = next((each for each in own if str(each.address).lower() in written_to), own[0])
        return Writer(
            draft_id=self.rooms.token(),
            account=sender.account,
            address=sender.address,
            name=sender.name,
            own=frozenset(each.address for each in own),
        )

    async def _required(self, draft: Draft) -> Draft:
        """With what letters from this sender, or to these people, ask for unasked."""
        own = senders(self.rooms.account(draft.account))
        usual = next(each.require for each in own if each.address == draft.sender)
        require = await self.people.requirement_for(usual, draft.recipients)
        return replace(draft, requirement=require, changed_at=self.rooms.clock())
