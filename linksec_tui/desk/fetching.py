"""Everything as the servers have it now, once: for a command, and for whoever runs the client at certain times only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from linksec_tui.desk.backlog import Backlog
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.standing import Standing
from linksec_tui.model.account import Account
from linksec_tui.model.errors import LinksecError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What became of one account: a problem, or none."""

    account: str
    problem: LinksecError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """The verb. Where another process is the worker, that one does it."""

    rooms: Rooms
    correspondence: Correspondence
    standing: Standing

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
        try:
            await self.correspondence.sync(account).once()
        except LinksecError as problem:
            return Fetched(account=account.name, problem=problem)
        return Fetched(account=account.name)


async def _no_breath(_: float) -> None:
    """Nobody else wants the store meanwhile."""
