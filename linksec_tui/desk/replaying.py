"""What waits is brought to the servers, an account at a time, while they can be reached (incoming.replay).

A server that refused a password is not asked again before it has let somebody in: providers lock accounts for that.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.standing import Standing
from linksec_tui.incoming.replay import Replay
from linksec_tui.model.errors import ConfigurationError, ConnectionProblem, KeychainUnusable, ProtocolBroken
from linksec_tui.model.events import FilingWaits, Link
from linksec_tui.store import ahead, pending

log = logging.getLogger("linksec_tui.desk.replaying")

LOOK_AGAIN = 2.0  # seconds: another process may have done something, and cannot wake us
AGAIN_AFTER = 30.0  # seconds after a connection was lost, or a server was busy
MISUNDERSTOOD_AT_MOST = 2  # times that a server may not understand a step, until it is taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaying:
    """Woken by verbs, and by a server that can be reached again."""

    rooms: Rooms
    correspondence: Correspondence
    standing: Standing
    _woken: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])

    async def recover(self) -> None:
        """Before anything is synchronised: the store shows what an earlier run left waiting."""
        waiting = await self.rooms.desk.run(pending.recover)
        landings = list(await self.rooms.mail.run(ahead.on_their_way))
        landings += [piece.uid for each in waiting for piece in each.step.pieces if piece.uid < 0]
        known = await self.rooms.desk.run(pending.landings, landings)
        await self.rooms.mail.run(ahead.begin_anew, waiting, known)

    async def run(self, account: str) -> None:
        """Until cancelled."""
        misunderstood = 0
        while True:
            self._event(account).clear()
            pause = LOOK_AGAIN
            if self._online(account) and await self.rooms.desk.run(pending.count, account):
                try:
                    await self.flush(account)
                    misunderstood = 0
                except ProtocolBroken as problem:
                    misunderstood += 1
                    pause = await self._after(account, problem, misunderstood)
                except (ConnectionProblem, ConfigurationError, KeychainUnusable) as problem:
                    log.info("what waits could not go to the server: %s", type(problem).__name__)
                    pause = AGAIN_AFTER
            await self._rest(account, pause)

    async def flush(self, account: str) -> None:
        """All that waits, now. Raises ConnectionProblem, ConfigurationError, KeychainUnusable."""
        await self._replay(account).all()

    async def wake(self, account: str) -> None:
        """There is something new, or a server can be reached."""
        count = await self.rooms.desk.run(pending.count, account)
        self.rooms.broadcast.tell(FilingWaits(account=account, count=count))
        self._event(account).set()

    async def _after(self, account: str, problem: ProtocolBroken, times: int) -> float:
        log.info("a step was not understood: %s", type(problem).__name__)
        if times < MISUNDERSTOOD_AT_MOST:
            return AGAIN_AFTER
        await self._replay(account).give_up()
        return 0.0

    def _replay(self, account: str) -> Replay:
        return Replay(
            account=account,
            line=self.correspondence.sync(self.rooms.account(account)).line,
            desk=self.rooms.desk,
            mail=self.rooms.mail,
            tell=self.rooms.broadcast.tell,
        )

    def _online(self, account: str) -> bool:
        connection = self.standing.connections.get(account)
        return connection is not None and connection.link is Link.ONLINE

    def _event(self, account: str) -> asyncio.Event:
        return self._woken.setdefault(account, asyncio.Event())

    async def _rest(self, account: str, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event(account).wait()
