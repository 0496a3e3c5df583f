"""An open desk at work: the one process that holds the lock sends, files and fetches; the others look on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import cast

from linksec_tui.desk.background import Background, take_lock
from linksec_tui.desk.desk import Desk
from linksec_tui.desk.upkeep import Upkeep
from linksec_tui.desk.vigil import Senses
from linksec_tui.desk.worker import Worker
from linksec_tui.store.lock import WorkerLock
from linksec_tui.wire.whereabouts import whereabouts


@asynccontextmanager
async def at_work(desk: Desk, *, mailboxes: bool) -> AsyncGenerator[None]:
    """The background for as long as the desk is open; a fault of ours in it ends the desk too."""
    worker = _worker(desk)
    lock = await take_lock(desk)
    raised: Exception | None = None
    try:
        if lock is not None:
            await _take_over(desk, worker)
        elif mailboxes:
            desk.standing.stand_by(account.name for account in desk.config.accounts if account.imap is not None)
        async with asyncio.TaskGroup() as tasks:
            background = tasks.create_task(_behind(desk, worker, lock, mailboxes=mailboxes).run())
            try:
                yield
            except Exception as error:  # noqa: BLE001 - the front end's own: raised again as it is, not in a group
                raised = error
            finally:
                background.cancel()
    except ExceptionGroup as faults:
        raise _first(cast("BaseException", faults)) from faults
    finally:
        if lock is not None:
            lock.release()  # the background does so too, unless it was cancelled before it began
    if raised is not None:
        raise raised


async def _take_over(desk: Desk, worker: Worker) -> None:
    """From now on this process sends, files and fetches; what an earlier one left is put right first."""
    desk.standing.is_worker = True
    await worker.recover()
    await desk.filing.replaying.recover()
    await desk.correspondence.take_early()


def _worker(desk: Desk) -> Worker:
    return Worker(
        rooms=desk.rooms,
        providers=desk.providers,
        assessing=desk.assessing,
        name=desk.rooms.token(),
        woken=desk.standing.woken,
    )


def _behind(desk: Desk, worker: Worker, lock: WorkerLock | None, *, mailboxes: bool) -> Background:
    senses = Senses(clock=desk.rooms.clock, steady=time.monotonic, whereabouts=whereabouts)
    upkeep = Upkeep.of(desk)
    return Background(desk=desk, worker=worker, lock=lock, mailboxes=mailboxes, senses=senses, upkeep=upkeep)


def _first(fault: BaseException) -> BaseException:
    """A fault of ours in the background, out of the groups that it comes in."""
    grouped = cast("tuple[BaseException, ...]", getattr(fault, "exceptions", ()))
    return _first(grouped[0]) if grouped else fault
