"""The store is looked through while it is in use, and a damaged file ends the desk, so that it is opened anew.

mail.db is too large to be read from end to end at each start. It is read some minutes later, on a connection and a
thread of its own, where nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.errors import StoreDamaged, StoreError
from linksec_tui.store.connection import damaged
from linksec_tui.store.rebuild import look_through
from linksec_tui.store.vault import Vault

log = logging.getLogger("linksec_tui.desk.soundness")

LOOK_AFTER = 180.0  # seconds
LOOK_AGAIN = 24 * 3600.0

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Soundness:
    """Both files of a desk."""

    rooms: Rooms
    sleep: Sleep = asyncio.sleep

    async def run(self) -> None:
        """Until cancelled. Raises StoreDamaged."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._look())
            for vault in (self.rooms.mail, self.rooms.desk):
                tasks.create_task(_end_when_damaged(vault))

    async def _look(self) -> None:
        mail = self.rooms.mail
        await self.sleep(LOOK_AFTER)
        while True:
            try:
                await asyncio.to_thread(look_through, mail.path, await mail.run(lambda opened: opened.key))
            except StoreDamaged:
                mail.found_damaged()
            except StoreError as problem:  # no room for a file beside it, for instance: tomorrow, perhaps
                log.info("mail.db was not looked through: %s", type(problem).__name__)
            await self.sleep(LOOK_AGAIN)


async def _end_when_damaged(vault: Vault) -> None:
    await vault.damage.wait()
    raise damaged(vault.path)
