"""Whole messages that lie here unread are read behind everybody's back: so they are found by what they say.

They were kept by an earlier version, or fetched by somebody who wanted their source, a file of them or their way only.
Read as if a person had opened them, each is in the index, and carries its sender's mark.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.errors import LinksecError
from linksec_tui.store import search

log = logging.getLogger("linksec_tui.desk.backlog")

AT_ONCE = 50  # messages between two looks at what is left to do
QUIET = 3.0  # seconds without anything fetched: whoever opens a message has it read at once anyway
BREATH = 0.05  # seconds between two messages: whoever waits for the store comes first

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Backlog:
    """All accounts' messages."""

    rooms: Rooms
    correspondence: Correspondence
    sleep: Sleep = asyncio.sleep
    _lost: set[int] = field(default_factory=set[int])  # could not be read, and are not tried again

    async def run(self) -> None:
        """Until cancelled."""
        fetched = self.correspondence.fetched
        fetched.set()
        while True:
            await fetched.wait()
            while fetched.is_set():
                fetched.clear()
                await self.sleep(QUIET)
            await self.catch_up()

    async def catch_up(self) -> int:
        """Until there is none left; how many were read."""
        done = 0
        while waiting := await self._waiting():
            for message in waiting:
                done += await self._read(message)
                await self.sleep(BREATH)
        return done

    async def _waiting(self) -> list[int]:
        found = await self.rooms.mail.ask(search.kept_unindexed, AT_ONCE + len(self._lost))
        return [each for each in found if each not in self._lost]

    async def _read(self, message: int) -> bool:
        try:
            await self.correspondence.read(message)
        except LinksecError as problem:
            log.info("a message that is kept could not be read: %s", type(problem).__name__)
            self._lost.add(message)
            return False
        return True
