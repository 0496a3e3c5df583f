"""Work that events ask for: once at a time, and not without end where it is dear."""

from __future__ import annotations

from itertools import count

from textual.app import App

from linksec_tui.tui.coalesce import Coalesced, Unhurried
from linksec_tui.tui.front import Leave

from .conftest import Until


class _Dear(Unhurried):
    """Its work seems to take a second each time, and what follows by itself comes in an hour."""

    longest_rest = 3600.0

    def clock(self) -> float:
        return float(next(_SECONDS))


_SECONDS = count()


async def test_what_is_asked_for_meanwhile_is_done_once_more(until: Until) -> None:
    app, done = App[Leave](), list[int]()

    async def work() -> None:
        done.append(1)
        if len(done) == 1:
            for _ in range(5):
                wanted.ask()

    wanted = Coalesced(app, work)
    async with app.run_test() as pilot:
        wanted.ask()
        await until(pilot, lambda: len(done) == 2)
        await pilot.pause()
        assert len(done) == 2


async def test_what_is_dear_rests_until_somebody_waits_for_it(until: Until) -> None:
    app, done = App[Leave](), list[int]()

    async def work() -> None:
        done.append(1)

    wanted = _Dear(app, work)
    async with app.run_test() as pilot:
        wanted.ask()
        await until(pilot, lambda: len(done) == 1)
        wanted.ask()
        wanted.ask()
        await pilot.pause()
        assert len(done) == 1
        wanted.hurry()
        await until(pilot, lambda: len(done) == 2)


async def test_what_is_done_quickly_is_done_each_time(until: Until) -> None:
    app, done = App[Leave](), list[int]()

    async def work() -> None:
        done.append(1)

    wanted = Unhurried(app, work)
    async with app.run_test() as pilot:
        for number in range(1, 4):
            wanted.ask()
            await until(pilot, lambda number=number: len(done) >= number)
