"""Recent messages are fetched whole before anybody opens them: newest first, small ones, while nothing else goes on.

Each is read once as it comes, as if a person had opened it: so it can be searched for, it carries its sender's mark,
and it opens at once and without a network. Looking nothing up is part of that (link-security.md §8).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from linksec_tui.config import Download
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.standing import Standing
from linksec_tui.model.errors import ConnectionProblem, LinksecError, MailboxRefused
from linksec_tui.model.events import ConnectionChanged, Event, Link, MailboxChanged, Progress
from linksec_tui.store import bodies

log = logging.getLogger("linksec_tui.desk.ahead")

RECENT = timedelta(days=30)
LARGEST = 256 << 10  # octets: letters, not what is attached to them
ROOM = bodies.KEPT // 4 * 3  # octets; what a person has opened is never pushed out by what nobody has
AT_ONCE = 20  # messages between two looks at what is newest by then
QUIET = 3.0  # seconds without anything happening at the account
BREATH = 0.05  # seconds between two messages: whoever waits for the connection or the store comes first

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Ahead:
    """One account's messages, fetched ahead."""

    account: str
    rooms: Rooms
    correspondence: Correspondence
    standing: Standing
    sleep: Sleep = asyncio.sleep
    _something: asyncio.Event = field(default_factory=asyncio.Event)
    _lost: set[int] = field(default_factory=set[int])  # could not be had, and are not asked for again

    async def run(self) -> None:
        """Until cancelled."""
        if self.rooms.config.mail.download is Download.NONE:
            return
        while True:
            await self._something.wait()
            while self._something.is_set():
                self._something.clear()
                await self.sleep(QUIET)
            if self._is_online():
                await self._fetch_all()

    def take(self, event: Event) -> None:
        """Something happened: what is new may be worth fetching, once it is quiet again."""
        match event:
            case ConnectionChanged(link=Link.ONLINE) if event.account == self.account:
                self._something.set()
            case Progress():
                self._something.set()
            case MailboxChanged() if event.arrived:
                self._something.set()
            case _:
                pass

    async def _fetch_all(self) -> None:
        """Until there is nothing left, no room, no connection, or something happens."""
        while not self._something.is_set() and await self._has_room():
            wanted = [each for each in await self._wanted() if each not in self._lost]
            if not wanted:
                return
            for message in wanted:
                if self._something.is_set() or not await self._fetch(message):
                    return
                await self.sleep(BREATH)

    async def _wanted(self) -> tuple[int, ...]:
        at_once = AT_ONCE + len(self._lost)
        return await self.rooms.mail.ask(bodies.not_kept, self.account, self._since(), LARGEST, at_once)

    def _since(self) -> datetime:
        mail, now = self.rooms.config.mail, self.rooms.clock()
        recent = now - RECENT if mail.download is Download.RECENT else datetime.fromtimestamp(0, UTC)
        return max(recent, now - timedelta(days=mail.keep_days)) if mail.keep_days else recent

    async def _has_room(self) -> bool:
        return await self.rooms.mail.ask(bodies.kept_octets) < ROOM

    async def _fetch(self, message: int) -> bool:
        """False where the server cannot be reached."""
        try:
            await self.correspondence.read(message)
        except MailboxRefused:
            self._lost.add(message)
        except ConnectionProblem as problem:
            log.info("nothing is fetched ahead for now: %s", type(problem).__name__)
            return False
        except LinksecError as problem:
            log.info("a message could not be fetched ahead: %s", type(problem).__name__)
            self._lost.add(message)
        return True

    def _is_online(self) -> bool:
        connection = self.standing.connections.get(self.account)
        return connection is not None and connection.link is Link.ONLINE
