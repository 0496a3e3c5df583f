"""The tasks behind an open desk, in one group that ends with it: the outbox, the mailboxes, what they lead to.

One process a state directory is the worker. Another one tries for the lock until it gets it, and takes over.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from linksec_tui.desk.desk import Desk
from linksec_tui.desk.draft_sync import DraftSync
from linksec_tui.desk.elsewhere import Elsewhere
from linksec_tui.desk.filed_twice import FiledTwice
from linksec_tui.desk.patience import Patience
from linksec_tui.desk.sent_copies import SentCopies
from linksec_tui.desk.upkeep import Upkeep
from linksec_tui.desk.vigil import Change, Senses, Vigil
from linksec_tui.desk.worker import Worker
from linksec_tui.model.account import Account
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.events import ConnectionChanged, Link, MailboxChanged, OutboxChanged
from linksec_tui.model.letter import OutboxState
from linksec_tui.store.lock import WorkerLock

log = logging.getLogger("linksec_tui.desk.background")

TRY_FOR_THE_LOCK = 2.0  # seconds
LAST_MOMENTS = 10.0  # seconds that a submission under way is given when the program ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Everything that runs by itself. `mailboxes`: also keep up with the server, not only submit."""

    desk: Desk
    worker: Worker
    lock: WorkerLock | None
    mailboxes: bool
    senses: Senses
    upkeep: Upkeep

    async def run(self) -> None:
        """Until cancelled."""
        Patience(tell=self.desk.rooms.broadcast.tell, steady=self.senses.steady).for_this_task()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            if self.mailboxes:
                tasks.create_task(Elsewhere(rooms=self.desk.rooms, tell=self.desk.rooms.broadcast.tell).run())
            lock = self.lock or await self._take_over()
            try:
                self.desk.standing.is_worker = True
                self.desk.standing.submitted = self.worker.submitted
                tasks.create_task(self._copies().run())
                tasks.create_task(self.desk.views.keep_settled())
                tasks.create_task(Vigil(senses=self.senses).run(asyncio.sleep, self._noticed))
                if self.mailboxes:
                    tasks.create_task(self.upkeep.run())
                    for account in self.desk.config.accounts:
                        if account.imap is not None:
                            tasks.create_task(self.desk.correspondence.sync(account).run())
                            tasks.create_task(self.desk.filing.replaying.run(account.name))
                            tasks.create_task(self._drafts(account).run())
                await self._submit()
            finally:
                self.desk.standing.is_worker = False
                lock.release()

    def _copies(self) -> SentCopies:
        desk = self.desk
        return SentCopies(rooms=desk.rooms, correspondence=desk.correspondence, submitted=self.worker.submitted)

    @property
    def _twice(self) -> FiledTwice:
        return FiledTwice(rooms=self.desk.rooms, correspondence=self.desk.correspondence)

    def _drafts(self, account: Account) -> DraftSync:
        return DraftSync(rooms=self.desk.rooms, correspondence=self.desk.correspondence, account=account)

    async def _take_over(self) -> WorkerLock:
        """Wait until the process that is the worker ends, however it does."""
        while True:
            lock = await take_lock(self.desk)
            if lock is not None:
                await self.worker.recover()
                await self.desk.filing.replaying.recover()
                return lock
            await asyncio.sleep(TRY_FOR_THE_LOCK)

    async def _submit(self) -> None:
        """Cancelled in the middle of a submission, it is given a moment to hear the provider's answer."""
        submitting = asyncio.create_task(self.worker.run())
        try:
            await asyncio.shield(submitting)
        finally:
            self.worker.stop()
            with suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(submitting, LAST_MOMENTS)

    async def _watch(self) -> None:
        """What the other tasks tell, carried to where it matters."""
        async for event in self.desk.events():
            match event:
                case ConnectionChanged():
                    await self._connection(event)
                case MailboxChanged() if event.arrived and self.desk.is_worker:
                    self.desk.views.mail_came()
                    await self.desk.returned.arrived(event.arrived)
                    await self.desk.auditing.arrived(event.arrived)
                    await self._twice.arrived(event.arrived)
                case OutboxChanged(state=OutboxState.REFUSED.value) if self.desk.is_worker:
                    await self.desk.auditing.looked_at_outbox()
                case _:
                    pass
            await self.upkeep.take(event)

    async def _connection(self, event: ConnectionChanged) -> None:
        """Where one server of a provider can be reached again, the other most likely can."""
        before = self.desk.standing.connections.get(event.account)
        self.desk.standing.connections[event.account] = event
        if event.link is Link.ONLINE:
            await self.desk.filing.replaying.wake(event.account)
        if event.link is Link.ONLINE and before is not None and before.link is not Link.ONLINE:
            await self.worker.reachable_again(event.account)

    async def _noticed(self, change: Change) -> None:
        log.info("the machine has %s: connections are looked after", change)
        if change is Change.GONE:
            self.desk.correspondence.doubt()  # so that it is said; there is nobody to be asked
            return
        with suppress(LinksecError):  # whom to ask cannot be told just now: whoever was asked so far is asked on
            await self.desk.own_hop.resolver.begin_anew(self.desk.config.network)
        self.desk.correspondence.doubt()
        for account in self.desk.config.accounts:
            await self.worker.reachable_again(account.name)


async def take_lock(desk: Desk) -> WorkerLock | None:
    """The worker's lock, if no other process has it."""
    return await asyncio.to_thread(WorkerLock.try_take, desk.config.state)
