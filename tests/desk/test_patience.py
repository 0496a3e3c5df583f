"""A full disk is said once, however long it lasts, and tried again and again; who asks for something is told."""

from __future__ import annotations

import asyncio

from linksec_tui.desk.patience import FORGOTTEN, TRY_AGAIN, Patience, no_patience
from linksec_tui.model.errors import StoreFull
from linksec_tui.model.events import Event, RoomNeeded
from linksec_tui.store.vault import until_room

PROBLEM = StoreFull("There is no room left on the disk for mail.db.", "Make room.")
SAID = RoomNeeded(detail="There is no room left on the disk for mail.db. Make room.")


class Clock:
    """Goes on by what is slept."""

    def __init__(self) -> None:
        self.now = 1000.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def meets_it(times: int) -> None:
    wait = until_room.get()
    assert wait is not None
    for _ in range(times):
        await wait(PROBLEM)


async def test_it_is_said_once_each_time_that_the_disk_fills() -> None:
    told: list[Event] = []
    clock = Clock()
    Patience(tell=told.append, steady=lambda: clock.now, sleep=clock.sleep).for_this_task()
    await asyncio.gather(meets_it(100), meets_it(100))  # what is begun from here on has it too
    assert told == [SAID]
    assert clock.now == 1000.0 + 200 * TRY_AGAIN
    await clock.sleep(FORGOTTEN + 1)
    await meets_it(1)
    assert told == [SAID, SAID]


async def test_for_a_while_there_may_be_none() -> None:
    clock = Clock()
    Patience(tell=lambda _: None, steady=lambda: clock.now, sleep=clock.sleep).for_this_task()
    with no_patience():
        assert until_room.get() is None
    assert until_room.get() is not None
