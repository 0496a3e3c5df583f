"""Everything as the servers have it, once, after what was done here was brought there: for a command, mostly `sync`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from linksec_tui.desk.backlog import Backlog
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.replaying import Replaying
from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.standing import Standing
from linksec_tui.model.account import Account
from linksec_tui.model.errors import LinksecError, MailboxRefused, ProtocolBroken
from linksec_tui.store import pending

log = logging.getLogger("linksec_tui.desk.fetching")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What became of one account: a problem, or none; and how much of what was done here still waits for its server."""

    account: str
    problem: LinksecError | None = None
    waits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """The verb. Where another process is the worker, that one does it."""

    rooms: Rooms
    correspondence: Correspondence
    standing: Standing
    replaying: Replaying

    @property
    def is_ours(self) -> bool:
        """Is nobody else at it?"""
        return self.standing.is_worker

    async def fetch(self, accounts: Sequence[Account]) -> tuple[Fetched, ...]:
        """All mailboxes of these accounts, all accounts at once; what fails in one does not stop the others."""
        fetched = tuple(await asyncio.gather(*(self._account(account) for account in accounts)))
        await Backlog(rooms=self.rooms, correspondence=self.correspondence, sleep=_no_breath).catch_up()
        return fetched

    async def _account(self, account: Account) -> Fetched:
        problem: LinksecError | None = None
        try:
            await self._bring(account)
            await self.correspondence.sync(account).once()
        except LinksecError as found:
            problem = found
        waits = await self.rooms.desk.run(pending.count, account.name)
        return Fetched(account=account.name, problem=problem, waits=waits)

    async def _bring(self, account: Account) -> None:
        """First, so that what is fetched is what becomes of it. A step that the server will not take now can wait."""
        if not await self.rooms.desk.run(pending.count, account.name):
            return
        try:
            await self.replaying.flush(account.name)
        except (MailboxRefused, ProtocolBroken) as refusal:
            log.info("what waits could not go to the server: %s", type(refusal).__name__)


async def _no_breath(_: float) -> None:
    """Nobody else wants the store meanwhile."""
