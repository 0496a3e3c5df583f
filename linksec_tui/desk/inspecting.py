"""The way a message came, and who sent it: judged from the message and from what the person's own files say.

Opening and passing over a message looks nothing up. When the person asks, the domain is asked, and the verdict is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from linksec_tui.desk.address_book import AddressBook
from linksec_tui.desk.drafting import senders
from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.sender_lookup import SenderLookup
from linksec_tui.formats.domain_name import parse_mailbox
from linksec_tui.formats.mime import MimePart, parse_message
from linksec_tui.incoming.alignment import same_owner
from linksec_tui.incoming.hops import Trust, trust_in
from linksec_tui.incoming.sender import Grounds, VisibleFrom, inspect_message, visible_from
from linksec_tui.model.account import Account
from linksec_tui.model.address import Address
from linksec_tui.model.errors import BadInput
from linksec_tui.model.events import MailboxChanged
from linksec_tui.model.message import Header
from linksec_tui.model.sender import Acquaintance, Inspection, OwnCheck, SenderCheck
from linksec_tui.store import sender_checks, sender_verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspecting:
    """The verbs around where a message came from."""

    rooms: Rooms
    book: AddressBook
    lookup: SenderLookup

    async def sender_of(self, header: Header, raw: bytes) -> SenderCheck | None:
        """Who sent it, from what is at hand; the list's mark is renewed. None for a letter of one's own."""
        message = await asyncio.to_thread(parse_message, raw)
        if is_own_letter(message, self.rooms.account(header.account)):
            return None
        return (await self._judge(header, message, await self._kept(raw))).sender

    async def inspect(self, header: Header, raw: bytes) -> Inspection:
        """The way it came, too."""
        return await self._judge(header, await asyncio.to_thread(parse_message, raw), await self._kept(raw))

    async def verify(self, header: Header, raw: bytes) -> Inspection:
        """As `inspect`, after asking the domain; what it says today is kept."""
        message = await asyncio.to_thread(parse_message, raw)
        own = await self.lookup.check(message, self.rooms.clock())
        if not own.problem:
            message_digest = await asyncio.to_thread(sender_verdicts.digest, raw)
            await self.rooms.desk.run(sender_verdicts.write_verdict, message_digest, own)
        return await self._judge(header, message, own)

    async def inspect_file(self, raw: bytes, authserv_ids: Iterable[str] = (), *, lookups: bool = False) -> Inspection:
        """A message that lies in no mailbox here."""
        message = await asyncio.to_thread(parse_message, raw)
        own = await self.lookup.check(message, self.rooms.clock()) if lookups else None
        trust = trust_in(self.rooms.config.accounts, authserv_ids)
        acquaintance = await self._acquaintance(visible_from(message), None)
        return await _inspected(message, trust, acquaintance, own)

    async def _kept(self, raw: bytes) -> OwnCheck | None:
        message = await asyncio.to_thread(sender_verdicts.digest, raw)
        return await self.rooms.desk.ask(sender_verdicts.read_verdict, message)

    async def _judge(self, header: Header, message: MimePart, own: OwnCheck | None) -> Inspection:
        account = self.rooms.account(header.account)
        acquaintance = await self._acquaintance(visible_from(message), header.id)
        found = await _inspected(message, trust_in([account]), acquaintance, own)
        if not is_own_letter(message, account) and await self.rooms.mail.run(
            sender_checks.write_mark, header.id, found.sender
        ):
            self.rooms.broadcast.tell(MailboxChanged(mailbox=header.mailbox))
        return found

    async def _acquaintance(self, sender: VisibleFrom, message: int | None) -> Acquaintance:
        await self.book.refresh()
        address = _parsed(sender)
        if address is None or self.book.contact(address) is not None:
            return Acquaintance()
        return Acquaintance(
            first=message is not None
            and not await self.rooms.mail.run(sender_checks.wrote_before, sender.address, message),
            namesake=self._namesake(sender),
            looks_like=self.book.familiar.taken_for(address),
        )

    def _namesake(self, sender: VisibleFrom) -> str:
        """The address that this name is known with, where the sender's is another, and of another owner."""
        known = self.book.named(sender.name)
        if any(each.domain == sender.domain or same_owner(each.domain, sender.domain) for each in known):
            return ""
        return str(known[0]) if known else ""


def is_own_letter(message: MimePart, account: Account) -> bool:
    """One that no server has brought: a copy in Sent, or a draft."""
    address = visible_from(message).address.casefold()
    own = (str(each.address).casefold() for each in senders(account))
    return not message.header_values("Received") and address in own


async def _inspected(message: MimePart, trust: Trust, acquaintance: Acquaintance, own: OwnCheck | None) -> Inspection:
    grounds = Grounds(trust=trust, acquaintance=acquaintance, own=own)
    return await asyncio.to_thread(inspect_message, message, grounds)


def _parsed(sender: VisibleFrom) -> Address | None:
    try:
        return parse_mailbox(sender.address) if sender.domain else None
    except BadInput:
        return None
