"""What follows from mail that comes: notices, messages fetched ahead and read, old ones that leave; a sound store."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass

from linksec_tui.desk.ahead import Ahead
from linksec_tui.desk.backlog import Backlog
from linksec_tui.desk.desk import Desk
from linksec_tui.desk.notify import Notices
from linksec_tui.desk.outside import Outside
from linksec_tui.desk.retention import Retention
from linksec_tui.desk.soundness import Soundness
from linksec_tui.model.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """The worker's, for all accounts that are read."""

    desk: Desk
    notices: Notices
    ahead: tuple[Ahead, ...]

    @classmethod
    def of(cls, desk: Desk) -> Upkeep:
        rooms, standing = desk.rooms, desk.standing
        outside = Outside(notify=desk.config.notify, environment=os.environ)
        return cls(
            desk=desk,
            notices=Notices(rooms=rooms, standing=standing, say=outside.say),
            ahead=tuple(
                Ahead(account=account.name, rooms=rooms, correspondence=desk.correspondence, standing=standing)
                for account in desk.config.accounts
                if account.imap is not None
            ),
        )

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.notices.run())
            tasks.create_task(Soundness(rooms=self.desk.rooms).run())
            tasks.create_task(Retention(rooms=self.desk.rooms).run())
            tasks.create_task(Backlog(rooms=self.desk.rooms, correspondence=self.desk.correspondence).run())
            for ahead in self.ahead:
                tasks.create_task(ahead.run())

    async def take(self, event: Event) -> None:
        """After the desk's standing has taken it."""
        if not self.desk.is_worker:
            return
        await self.notices.take(event)
        for ahead in self.ahead:
            ahead.take(event)
