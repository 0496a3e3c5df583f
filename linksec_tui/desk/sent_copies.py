"""Exactly one copy of every letter in Sent, whoever files it, and what Sent tells of a letter that nobody is sure of.

Some servers file a copy by themselves, soon after they took the letter. So a copy is filed only where none is, and what
may have gone out is known to have, where Sent has it though nobody here filed it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.account import Account
from linksec_tui.model.errors import BadInput, LinksecError, MailboxRefused, NotNow
from linksec_tui.model.events import OutboxChanged
from linksec_tui.model.letter import OutboxState
from linksec_tui.store import outbox, sent

log = logging.getLogger("linksec_tui.desk.sent_copies")

FILED_AGAIN = 30.0  # seconds after the server could not be reached
FULL_AGAIN = 900.0  # seconds after it would not: somebody has to make room
_FOUND = "Sent has a copy of it: it went out."


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCopies:
    """All accounts' copies. `submitted` tells that a letter went out."""

    rooms: Rooms
    correspondence: Correspondence
    submitted: asyncio.Event

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.submitted.clear()
            waits = [await self.once(account) for account in self.rooms.config.accounts]
            with suppress(TimeoutError):
                async with asyncio.timeout(min((wait for wait in waits if wait), default=None)):
                    await self.submitted.wait()

    async def once(self, account: Account) -> float | None:
        """What can be filed now; in how many seconds it is worth trying again, None where nothing is left."""
        wait = await self._each(account, self._look_for)
        for message_id, letter in await self.rooms.desk.run(sent.copies_to_file, account.name):
            wait = await self._tried(account, message_id, letter) or wait
        return wait

    async def _each(self, account: Account, look: Callable[[Account, str, str], Awaitable[None]]) -> float | None:
        wait: float | None = None
        for ident, message_id in await self.rooms.desk.run(outbox.unsure, account.name):
            try:
                await look(account, ident, message_id)
            except MailboxRefused:  # there is no Sent to look into
                continue
            except LinksecError:
                wait = FILED_AGAIN
        return wait

    async def _look_for(self, account: Account, ident: str, message_id: str) -> None:
        if account.imap is None or not await self.correspondence.is_in_sent(account.name, message_id):
            return
        with suppress(BadInput):  # somebody has said so meanwhile
            await self.rooms.desk.run(outbox.went_out, ident, _FOUND, self.rooms.clock())
            self._tell(ident, OutboxState.SUBMITTED)

    async def _file(self, account: Account, message_id: str, letter: str) -> None:
        if account.imap is not None:
            await self._append(account, message_id)
        await self.rooms.desk.run(outbox.settle, message_id, self.rooms.clock())
        log.info("%s is in Sent", letter)
        await self.rooms.keep_copy()
        await self._tell_all(letter, OutboxState.SETTLED)

    async def _append(self, account: Account, message_id: str) -> None:
        """The copy may be large: it is let go with this, before anything else is done."""
        await self.correspondence.file_sent(account.name, await self.rooms.desk.run(sent.read_copy, message_id))

    async def _tried(self, account: Account, message_id: str, letter: str) -> float | None:
        """In how many seconds again. That the server would not is said; the letter itself went out."""
        try:
            await self._file(account, message_id, letter)
        except NotNow:
            return FILED_AGAIN
        except MailboxRefused as refusal:
            log.info("the server would not file a copy in Sent: %s", account.name)
            why = f"It went out, but its copy is not in Sent yet. {refusal} Until it can be filed it is kept here."
            await self.rooms.desk.run(sent.note_trouble, message_id, why)
            await self._tell_all(letter, OutboxState.SUBMITTED)
            return FULL_AGAIN
        except LinksecError as error:
            log.info("a copy could not be filed in Sent: %s", type(error).__name__)
            return FILED_AGAIN
        return None

    async def _tell_all(self, letter: str, state: OutboxState) -> None:
        for item in await self.rooms.desk.run(outbox.items):
            if item.letter == letter and item.state is state:
                self._tell(item.id, state)

    def _tell(self, ident: str, state: OutboxState) -> None:
        self.rooms.broadcast.tell(OutboxChanged(item=ident, state=state.value))
