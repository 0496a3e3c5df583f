"""What is older than the person wants to have here leaves this machine, whole messages only; the servers keep theirs.

Who sent what, when and about what stays in the list, and its words in the search: opened, it is fetched again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from linksec_tui.desk.rooms import Rooms
from linksec_tui.store import bodies

log = logging.getLogger("linksec_tui.desk.retention")

AT_ONCE = 200  # messages in one turn of the store
EVERY = 3600.0  # seconds

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """`[mail] keep_days`, kept."""

    rooms: Rooms
    sleep: Sleep = asyncio.sleep

    async def run(self) -> None:
        """Until cancelled."""
        while self.rooms.config.mail.keep_days:
            await self.once()
            await self.sleep(EVERY)

    async def once(self) -> int:
        """How many messages left."""
        before = self.rooms.clock() - timedelta(days=self.rooms.config.mail.keep_days)
        gone = 0
        while some := await self.rooms.mail.run(bodies.forget_older, before, AT_ONCE):
            gone += some
        if gone:
            log.info("%d messages older than %d days left", gone, self.rooms.config.mail.keep_days)
        return gone
