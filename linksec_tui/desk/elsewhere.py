"""Notices what another process writes into the store: mail that `linksec-tui import` brought, a second client's work.

SQLite counts the commits of others (`PRAGMA data_version`); looking at that number costs microseconds. What is told
by that is told of all mailboxes, because nobody knows which; whoever shows one reads it anew once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.errors import StoreError
from linksec_tui.model.events import Event, MailboxChanged, MailboxesChanged
from linksec_tui.store import mailboxes

LOOK = 2.0  # seconds between two looks

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Elsewhere:
    """What others wrote since the last look; `tell` hears of it."""

    rooms: Rooms
    tell: Callable[[Event], None]
    sleep: Sleep = asyncio.sleep
    _seen: int | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await self.sleep(LOOK)

    async def look(self) -> None:
        """Tells where somebody else has written; the first look only remembers. What is damaged is others' to say."""
        try:
            count = await self.rooms.mail.run(lambda opened: opened.commits_of_others())
            if self._seen not in (None, count):
                await self._tell()
            self._seen = count
        except StoreError:
            return

    async def _tell(self) -> None:
        for account in self.rooms.config.accounts:
            for mailbox in await self.rooms.mail.ask(mailboxes.read_mailboxes, account.name):
                self.tell(MailboxChanged(mailbox=mailbox.id))
            self.tell(MailboxesChanged(account=account.name))
