"""How tests come to the check screen, and what they read there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import events

from linksec_tui.tui.screens.check import CheckScreen

if TYPE_CHECKING:
    from conftest import Pilot, Stage, Until

    from linksec_tui.tui.front import Leave

SEVEN = (
    "anna@bank.example, prof@uni.example, dave@shop.example, jo@club.example, who@unknown.example, "
    "carol@old.example, x@nowhere.example"
)


async def opened(stage: Stage, pilot: Pilot[Leave], until: Until) -> CheckScreen:
    await until(pilot, lambda: stage.standing.opened)
    await pilot.press("v")
    await until(pilot, lambda: isinstance(stage.screen, CheckScreen) and stage.focused is not None)
    assert isinstance(stage.screen, CheckScreen)
    return stage.screen


async def filled(stage: Stage, pilot: Pilot[Leave], until: Until, text: str = SEVEN) -> CheckScreen:
    screen = await opened(stage, pilot, until)
    stage.post_message(events.Paste(text))
    await until(pilot, lambda: len(stage.roll) > 0 and stage.roll.complete == len(stage.roll))
    await until(pilot, lambda: len(screen.table.rows.spine) == len(stage.roll))
    return screen


def in_sight(screen: CheckScreen) -> list[str]:
    return [screen.roll.wanted[row].shown.partition("@")[0] for row in screen.table.rows.spine]


async def refreshed(stage: Stage) -> None:
    """The next refresh is over."""
    over = asyncio.Event()
    stage.screen.call_after_refresh(over.set)
    await over.wait()
