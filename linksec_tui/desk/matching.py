"""A message's octets → the bounce that they hold and what it is about: is it one of ours? (link-security.md §7)"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats.mime import parse_message
from linksec_tui.incoming.hops import made_inside, trusted_hosts_of
from linksec_tui.model.account import Account
from linksec_tui.model.letter import Bounce, Match, SentRecord
from linksec_tui.outgoing.bounce import parse_bounce
from linksec_tui.outgoing.match import match
from linksec_tui.store import sent
from linksec_tui.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A report as it was read, and what it is about."""

    bounce: Bounce
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Looks bounces up in what was sent."""

    rooms: Rooms

    async def read(self, raw: bytes, mailbox_of: str | None) -> Matched | None:
        """`mailbox_of` names the account in whose mailbox the message lies; None is a file. None: no report."""
        bounce = await asyncio.to_thread(parse_bounce, raw)  # a hostile one takes a second
        if bounce is None:
            return None
        records = await self.rooms.desk.run(_records, bounce)
        found = match(bounce, records, made_inside=False)
        if found.record is None:
            return Matched(bounce=bounce, match=found)
        inside = self._made_inside(raw, bounce, found.record, mailbox_of)
        return Matched(bounce=bounce, match=match(bounce, records, made_inside=inside))

    def _made_inside(self, raw: bytes, bounce: Bounce, record: SentRecord, mailbox_of: str | None) -> bool:
        """By the provider that the letter went to, and no other: not even one that keeps another mailbox of ours.

        A file can be written by anybody, Received fields and all; of those only the unguessable ENVID vouches for it.
        """
        if mailbox_of is None and (not record.envid or bounce.envelope_id != record.envid):
            return False
        if mailbox_of not in (None, record.account):
            return False
        account = self.rooms.config.account(record.account)
        return account is not None and _by_servers_of(raw, account)


def _records(connection: Connection, bounce: Bounce) -> tuple[SentRecord, ...]:
    """What the bounce's two references name, the unguessable one first."""
    by_envid = sent.with_envid(connection, bounce.envelope_id)
    named = bounce.original_message_id
    bracketed = named if not named or named.startswith("<") else f"<{named}>"
    return (*((by_envid,) if by_envid else ()), *sent.with_message_id(connection, bracketed))


def _by_servers_of(raw: bytes, account: Account) -> bool:
    fields = parse_message(raw).header_values("Received")
    return made_inside(fields, trusted_hosts_of(account))
