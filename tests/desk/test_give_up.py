"""A letter that is to come back after a time tells the provider what is left of it, and is held when it is over."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.letter import OutboxItem, OutboxState
from linksec_tui.outgoing.deadline import TIME_IS_OVER
from linksec_tui.store.connection import Connection
from linksec_tui.world import World
from tests.desk.breaking import Provider, provider
from tests.desk.letters import letter, send, until
from tests.desk.promise import CAROL, over

FOUR_HOURS = 240  # minutes


@pytest.fixture
async def breaking(world: World, tmp_path: Path) -> AsyncIterator[Provider]:
    async with provider(world, tmp_path) as started:
        yield started


async def in_the_outbox(config: Config, word: str, waited: timedelta) -> None:
    """A letter with four hours, handed over to the outbox that long ago, when nothing ran."""
    async with open_desk(config, worker=False) as desk:
        await send(desk, replace(letter(desk, word, CAROL), give_up_minutes=FOUR_HOURS))
        await desk.rooms.desk.run(_older, int(waited / timedelta(microseconds=1)))


def _older(connection: Connection, microseconds: int) -> None:
    connection.execute("UPDATE outbox SET created_at = created_at - ?", microseconds)


@pytest.mark.parametrize(("hours", "left"), [(0, 4 * 3600), (3, 3600)])
async def test_the_provider_is_told_how_much_of_the_time_is_left(
    config: Config, breaking: Provider, hours: int, left: int
) -> None:
    config = breaking.place.config(config)
    await in_the_outbox(config, "lute", timedelta(hours=hours))
    async with open_desk(config) as desk:
        await until(desk, over)
    (options,) = breaking.options("lute")
    (told,) = re.findall(r" BY=(\d+);R(?= |$)", options)
    assert left - 600 < int(told) <= left


async def test_when_the_time_is_over_it_is_held_until_somebody_sends_it_all_the_same(
    config: Config, breaking: Provider
) -> None:
    config = breaking.place.config(config)
    await in_the_outbox(config, "theorbo", timedelta(hours=5))
    async with open_desk(config) as desk:
        item = await _over(desk)
        assert (item.state, item.detail) == (OutboxState.HELD, TIME_IS_OVER)
        assert breaking.taken("theorbo") == []
        await desk.retry(item.id)
        await until(desk, lambda items: items[0].state is OutboxState.SETTLED)
    (options,) = breaking.options("theorbo")
    assert " BY=14" in options  # the whole of its time, counted anew


async def _over(desk: Desk) -> OutboxItem:
    (item,) = await until(desk, over)
    return item
