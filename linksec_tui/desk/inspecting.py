"""The way a message came, and who sent it: judged from the message and from what the person's own files say.

Opening and passing over a message looks nothing up. When the person asks, the domain is asked, and the verdict is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.sender_lookup import SenderLookup
from linksec_tui.formats.address_list import parse_address_list
from linksec_tui.formats.mime import MimePart, parse_message
from linksec_tui.incoming.alignment import domain_of, same_owner
from linksec_tui.incoming.hops import Trust, trust_in
from linksec_tui.incoming.sender import Grounds, VisibleFrom, inspect_message, visible_from
from linksec_tui.model.account import Account
from linksec_tui.model.events import MailboxChanged
from linksec_tui.model.message import Header
from linksec_tui.model.sender import Acquaintance, Inspection, OwnCheck, SenderCheck
from linksec_tui.people.lookalike import looks_like
from linksec_tui.store import contacts, sender_checks

KNOWN_DOMAINS = 5_000  # the most familiar ones that a sender's is compared with: 30 ms
NAMESAKES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspecting:
    """The verbs around where a message came from."""

    rooms: Rooms
    lookup: SenderLookup

    async def sender_of(self, header: Header, raw: bytes) -> SenderCheck | None:
        """Who sent it, from what is at hand; the list's mark is renewed. None for a letter of one's own."""
        message = await asyncio.to_thread(parse_message, raw)
        if is_own_letter(message, self.rooms.account(header.account)):
            return None
        return (await self._judge(header, message, await self._kept(header))).sender

    async def inspect(self, header: Header, raw: bytes) -> Inspection:
        """The way it came, too."""
        return await self._judge(header, await asyncio.to_thread(parse_message, raw), await self._kept(header))

    async def verify(self, header: Header, raw: bytes) -> Inspection:
        """As `inspect`, after asking the domain; what it says today is kept with the message."""
        message = await asyncio.to_thread(parse_message, raw)
        own = await self.lookup.check(message, self.rooms.clock())
        if not own.problem:
            await self.rooms.mail.run(sender_checks.write_check, header.id, own)
        return await self._judge(header, message, own)

    async def inspect_file(self, raw: bytes, authserv_ids: Iterable[str] = (), *, lookups: bool = False) -> Inspection:
        """A message that lies in no mailbox here."""
        message = await asyncio.to_thread(parse_message, raw)
        own = await self.lookup.check(message, self.rooms.clock()) if lookups else None
        trust = trust_in(self.rooms.config.accounts, authserv_ids)
        acquaintance = await self._acquaintance(visible_from(message), None)
        return await _inspected(message, trust, acquaintance, own)

    async def _kept(self, header: Header) -> OwnCheck | None:
        return await self.rooms.mail.run(sender_checks.read_check, header.id)

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
        known = await self.rooms.desk.run(contacts.domains, KNOWN_DOMAINS)
        own = [account.address.domain for account in self.rooms.config.accounts]
        return Acquaintance(
            first=message is not None and await self._is_first(sender, message),
            namesake=await self._namesake(sender),
            looks_like=await asyncio.to_thread(looks_like, sender.domain, [*own, *known]),
        )

    async def _is_first(self, sender: VisibleFrom, message: int) -> bool:
        if not sender.address or await self.rooms.mail.run(sender_checks.wrote_before, sender.address, message):
            return False
        return not await self.rooms.desk.run(contacts.has_address, sender.address)

    async def _namesake(self, sender: VisibleFrom) -> str:
        """The address that this name is known with, where the sender's is another, and of another owner."""
        if not sender.name or not sender.domain:
            return ""
        known = [str(each.address) for each in await self.rooms.desk.run(contacts.named, sender.name, NAMESAKES)]
        name = _folded(sender.name)
        for account in self.rooms.config.accounts:
            known += [address for own, address in _names_of(account) if _folded(own) == name]
        domains = {domain_of(address) for address in known}
        if any(same_owner(domain, sender.domain) or domain == sender.domain for domain in domains):
            return ""
        return next(iter(known), "")


def is_own_letter(message: MimePart, account: Account) -> bool:
    """One that no server has brought: a copy in Sent, or a draft."""
    if message.header_values("Received"):
        return False
    address = visible_from(message).address.casefold()
    return any(address == own.casefold() for _, own in _names_of(account))


async def _inspected(message: MimePart, trust: Trust, acquaintance: Acquaintance, own: OwnCheck | None) -> Inspection:
    grounds = Grounds(trust=trust, acquaintance=acquaintance, own=own)
    return await asyncio.to_thread(inspect_message, message, grounds)


def _names_of(account: Account) -> list[tuple[str, str]]:
    """Names and addresses that the account's own letters are from."""
    identities = [each for one in account.identities for each in parse_address_list(one.written)]
    return [(account.display_name, str(account.address)), *((each.name, each.address) for each in identities)]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
