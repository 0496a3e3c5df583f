"""A machine that slept and one that moved are noticed by the clocks and the address; a busy one is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linksec_tui.desk.vigil import LATE, TICK, Change, Senses, Vigil
from linksec_tui.wire.whereabouts import Whereabouts, whereabouts

HOME, CAFE, NOWHERE = ("192.168.1.2",), ("10.0.0.7", "2001:db8::7"), ()


class World:
    """What can be seen, set by hand."""

    def __init__(self) -> None:
        self.clock = datetime(2026, 1, 1, tzinfo=UTC)
        self.steady = 100.0
        self.here: Whereabouts = HOME

    def vigil(self) -> Vigil:
        return Vigil(senses=Senses(clock=lambda: self.clock, steady=lambda: self.steady, whereabouts=lambda: self.here))

    def passes(self, clock: float, steady: float) -> None:
        self.clock += timedelta(seconds=clock)
        self.steady += steady


@pytest.mark.parametrize(
    ("clock", "steady", "change"),
    [
        (TICK, TICK, None),
        (TICK + LATE - 1, TICK + LATE - 1, None),  # busy
        (3600.0, TICK, Change.SLEPT),  # suspended: the steady clock stood still
        (60.0, 60.0, Change.SLEPT),  # stopped: it went on
        (TICK, 60.0, Change.SLEPT),  # stopped, and the clock was set back meanwhile
        (-3600.0, TICK, None),  # set back
    ],
)
def test_whichever_clock_went_too_far_tells(clock: float, steady: float, change: Change | None) -> None:
    world = World()
    vigil = world.vigil()
    world.passes(clock, steady)
    assert vigil.look() is change
    world.passes(TICK, TICK)
    assert vigil.look() is None


@pytest.mark.parametrize(
    ("there", "change"), [(HOME, None), (CAFE, Change.MOVED), (NOWHERE, Change.GONE)], ids=["stays", "moves", "gone"]
)
def test_another_address_tells(there: Whereabouts, change: Change | None) -> None:
    world = World()
    vigil = world.vigil()
    world.here = there
    assert vigil.look() is change


def test_a_network_that_comes_back_is_news_even_where_it_was_before() -> None:
    world = World()
    vigil = world.vigil()
    world.here = NOWHERE
    assert vigil.look() is Change.GONE
    assert vigil.look() is None
    world.here = HOME
    assert vigil.look() is Change.MOVED


async def test_who_is_told_is_told_once_a_change() -> None:
    world, told = World(), list[Change]()

    class Enough(Exception): ...

    async def pause(seconds: float) -> None:
        assert seconds == TICK
        if told:
            raise Enough
        world.passes(3600, seconds)

    async def noticed(change: Change) -> None:
        told.append(change)

    with pytest.raises(Enough):
        await world.vigil().run(pause, noticed)
    assert told == [Change.SLEPT]


def test_looking_where_one_is_needs_no_network() -> None:
    assert len(whereabouts()) <= 2
