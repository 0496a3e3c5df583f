"""An audit that is begun in the client: whatever is heard of its letters is said, however late, and whoever says it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.audit import Audit, Breaks, Fate
from linksec_tui.model.events import AuditChanged
from linksec_tui.world import World
from tests.desk.breaking import Provider, provider
from tests.desk.provider_process import Breakage, Point, Way


@pytest.fixture
async def breaking(world: World, tmp_path: Path) -> AsyncIterator[Provider]:
    async with provider(world, tmp_path) as started:
        yield started


async def heard(desk: Desk) -> Audit:
    """An audit once every letter of it has its answer; looked at only when it is said that there is something new."""
    events = desk.events()
    waiting = asyncio.ensure_future(anext(events))
    try:
        await asyncio.sleep(0)  # listening before it begins
        audit = await desk.auditing.begin(desk.config.accounts[0])
        while audit.waiting:
            while not isinstance(await waiting, AuditChanged):
                waiting = asyncio.ensure_future(anext(events))
            waiting = asyncio.ensure_future(anext(events))
            audit = await desk.auditing.audit(desk.config.accounts[0])
        return audit
    finally:
        waiting.cancel()
        await asyncio.wait([waiting])


async def test_what_comes_back_is_said_when_it_is_written_down(config: Config) -> None:
    async with open_desk(config) as desk:
        audit = await heard(desk)
    fates = {each.canary.breaks: each.fate for each in audit.letters}
    assert fates[Breaks.DANE] is Fate.CAME_BACK
    assert fates[Breaks.NOTHING] is Fate.ARRIVED


async def test_what_the_provider_refuses_at_once_counts_too(config: Config, breaking: Provider) -> None:
    one = tuple(each for each in config.canaries if each.breaks is Breaks.DANE)
    await breaking.order(Breakage(way=Way.REFUSE, point=Point.MAIL))
    async with open_desk(replace(breaking.place.config(config), canaries=one)) as desk:
        (letter,) = (await heard(desk)).letters
    assert letter.fate is Fate.CAME_BACK
