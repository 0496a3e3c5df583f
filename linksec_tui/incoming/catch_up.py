"""One mailbox: what the server has → what the store has. Newest first, in pieces, from wherever it stopped (RFC 4549).

Each piece takes the connection anew, so that somebody who wants to read a message never waits for a whole mailbox.
What is known is always read before the server is asked: a message that arrives in between is never taken for gone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from linksec_tui.incoming.headers import parse_header
from linksec_tui.incoming.line import Line
from linksec_tui.model.events import Event, MailboxChanged, Progress
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header
from linksec_tui.store import mailboxes, messages
from linksec_tui.store.connection import Connection
from linksec_tui.store.vault import Vault
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_answers import FlagsFetch, Selected
from linksec_tui.wire.imap_channel import PARSED_AT_ONCE
from linksec_tui.wire.imap_exchange import Changes

log = logging.getLogger("linksec_tui.incoming")

FIRST_PAGE = 50  # a screen of the tallest terminal
PIECE = 200  # headers fetched while nobody else has the connection: a fifth of a second on a slow server
FLAGS_PIECE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """Brings mailboxes up to date over one line; `tell` hears of everything that changed."""

    line: Line
    vault: Vault
    tell: Callable[[Event], None]

    async def first_page(self, mailbox: Mailbox) -> None:
        """The newest messages, before anything else is asked."""
        known = set(await self.vault.run(messages.uids, mailbox.id))
        async with self.line.session() as session:
            if await self._open(session, mailbox):
                known.clear()
            newest = await session.newest_uids(FIRST_PAGE)
            await self._fetch(session, mailbox, [uid for uid in reversed(newest) if uid not in known])

    async def everything(self, mailbox: Mailbox) -> None:
        """All headers and flags; what is gone from the server goes."""
        known = set(await self.vault.run(messages.uids, mailbox.id))
        async with self.line.session() as session:
            if await self._open(session, mailbox):
                known.clear()
            assert session.selected is not None
            selected = session.selected
            there = await session.search_uids()
        await self._forget(mailbox, known.difference(there))
        missing = [uid for uid in reversed(there) if uid not in known]
        await self._fetch_all(mailbox, selected, missing)
        await self._renew_flags(mailbox, selected, sorted(known.intersection(there)))
        await self.vault.run(mailboxes.write_uidnext, mailbox.id, selected.uidnext)

    async def arrivals(self, mailbox: Mailbox) -> None:
        """What has come since the highest UID that is known."""
        known = await self.vault.run(messages.uids, mailbox.id)
        highest = known[-1] if known else 0
        async with self.line.session() as session:
            if session.selected is None or session.selected.wire_name != mailbox.wire_name:
                await self._open(session, mailbox)
            # `*` is the last message even where its UID is below the range
            new = [uid for uid in await session.search_uids(f"UID {highest + 1}:*") if uid > highest]
            await self._fetch(session, mailbox, new[::-1])

    async def follow(self, mailbox: Mailbox, changes: Changes) -> None:
        """What the server told while it was listened to."""
        if changes.exists is not None:
            await self.arrivals(mailbox)
        if changes.vanished or changes.all_flags:
            await self.everything(mailbox)  # sequence numbers have moved: they name nobody any more
        elif changes.flags:
            async with self.line.session() as session:
                await self._write_flags(mailbox, await session.flags_at(changes.flags))

    async def _open(self, session: ImapSession, mailbox: Mailbox) -> bool:
        """Selects a mailbox; true where its UIDs mean other messages now (RFC 3501 §2.3.1.1)."""
        selected = await session.select(mailbox.wire_name)
        renumbered = await self.vault.run(mailboxes.meet_uidvalidity, mailbox.id, selected.uidvalidity)
        if renumbered:
            log.info("mailbox %d was renumbered by the server and is read again", mailbox.id)
            self.tell(MailboxChanged(mailbox=mailbox.id))
        return renumbered

    async def _fetch_all(self, mailbox: Mailbox, selected: Selected, uids: Sequence[int]) -> None:
        for at in range(0, len(uids), PIECE):
            async with self.line.mailbox(mailbox.wire_name, selected.uidvalidity) as session:
                await self._fetch(session, mailbox, uids[at : at + PIECE])
            self.tell(Progress(what=mailbox.name, done=min(at + PIECE, len(uids)), total=len(uids)))

    async def _fetch(self, session: ImapSession, mailbox: Mailbox, uids: Sequence[int]) -> None:
        async for chunk in session.headers(uids):
            headers: list[Header] = []
            for at in range(0, len(chunk), PARSED_AT_ONCE):
                headers += [parse_header(fetch, mailbox) for fetch in chunk[at : at + PARSED_AT_ONCE]]
                await asyncio.sleep(0)  # everybody else's turn
            arrived = await self.vault.run(_write_headers, headers)
            if arrived:
                self.tell(MailboxChanged(mailbox=mailbox.id, arrived=arrived))

    async def _forget(self, mailbox: Mailbox, gone: Iterable[int]) -> None:
        if await self.vault.run(messages.remove, mailbox.id, sorted(gone)):
            self.tell(MailboxChanged(mailbox=mailbox.id))

    async def _renew_flags(self, mailbox: Mailbox, selected: Selected, uids: Sequence[int]) -> None:
        for end in range(len(uids), 0, -FLAGS_PIECE):
            piece = uids[max(0, end - FLAGS_PIECE) : end]
            async with self.line.mailbox(mailbox.wire_name, selected.uidvalidity) as session:
                await self._write_flags(mailbox, await session.flags(f"{piece[0]}:{piece[-1]}"))

    async def _write_flags(self, mailbox: Mailbox, fetched: Iterable[FlagsFetch]) -> None:
        flags = {each.uid: each.flags for each in fetched}
        if flags and await self.vault.run(messages.write_flags, mailbox.id, flags):
            self.tell(MailboxChanged(mailbox=mailbox.id))


def _write_headers(connection: Connection, headers: Sequence[Header]) -> tuple[int, ...]:
    """The ids of those that were not there: two lines may bring the same message, and it arrives once."""
    with connection.transaction():
        new = [header for header in headers if messages.with_uid(connection, header.mailbox, header.uid) is None]
        return messages.write_headers(connection, new)
