"""Lists of messages as a person looks at them: one mailbox or all inboxes, in any order, as conversations, narrowed."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from linksec_tui.desk.rooms import Rooms
from linksec_tui.incoming import conversations
from linksec_tui.model.listing import Arrangement, Panes, Spine, View
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header
from linksec_tui.store import choices, messages, views

FIRST_SCREEN = 50  # lines of the tallest terminal
QUIET = 3.0  # seconds without new mail, after which what came is put into conversations
BREATH = 0.02  # seconds between two pieces of that: whoever reads comes first


@dataclass(slots=True, kw_only=True)
class Views:
    """Orders are the store's; here they are asked for, and what somebody chose is remembered."""

    rooms: Rooms
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def first_rows(self, view: View, limit: int = FIRST_SCREEN) -> tuple[Header, ...]:
        """The newest by date: before the whole order is known, and where only they are wanted."""
        ids = await self.rooms.mail.ask(views.first_ids, view, limit)
        found = await self.rooms.mail.ask(messages.rows, ids)
        return tuple(found[each] for each in ids if each in found)

    async def spine(self, view: View) -> Spine:
        return await self.rooms.mail.ask(views.spine, view)

    async def unread(self, view: View) -> array[int]:
        return await self.rooms.mail.ask(views.unread, view)

    async def unread_of(self, ids: Sequence[int]) -> array[int]:
        return await self.rooms.mail.ask(views.unread_of, ids)

    async def settle(self) -> bool:
        """Put everything that came into conversations; true where there was something."""
        settled = False
        while await self.rooms.mail.run(conversations.settle):
            settled = True
        return settled

    # in the background

    def mail_came(self) -> None:
        self._came.set()

    async def keep_settled(self) -> None:
        """Once no more mail comes for a while, it is put into conversations, so that nobody waits for that later."""
        self._came.set()
        while True:
            await self._came.wait()
            self._came.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(QUIET):
                    await self._came.wait()
            if not self._came.is_set():
                await self._settle_gently()

    async def _settle_gently(self) -> None:
        while await self.rooms.mail.run(conversations.settle):
            with suppress(TimeoutError):
                async with asyncio.timeout(BREATH):
                    await self._came.wait()
                    return

    # what was chosen

    async def arrangement(self, mailbox: Mailbox) -> Arrangement:
        kept = await self.rooms.desk.run(choices.read_choice, Arrangement, _name(mailbox))
        return kept or Arrangement()

    async def remember(self, mailbox: Mailbox, arrangement: Arrangement) -> None:
        await self.rooms.desk.run(choices.write_choice, _name(mailbox), arrangement)

    async def panes(self) -> Panes:
        return await self.rooms.desk.run(choices.read_choice, Panes, "panes") or Panes()

    async def remember_panes(self, panes: Panes) -> None:
        await self.rooms.desk.run(choices.write_choice, "panes", panes)


def _name(mailbox: Mailbox) -> str:
    """By what it is called, not by its number: that is another one once mail.db began anew."""
    return f"list {mailbox.account} {mailbox.wire_name}"
