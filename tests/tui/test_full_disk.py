"""A full disk: it is said in words, and what was typed is kept as soon as there is room, without another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linksec_tui.model.events import RoomNeeded
from linksec_tui.tui import autosave
from linksec_tui.tui.screens.compose import ComposeScreen

if TYPE_CHECKING:
    from conftest import Shown, Stage, TableDesk, Until

SAID = "There is no room left on the disk"


async def test_what_is_typed_meanwhile_is_kept_later(
    stage: Stage, table: TableDesk, until: Until, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "TRY_AGAIN", 0.1)  # seconds
    async with stage.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        screen = ComposeScreen(table.new_draft())
        await stage.push_screen(screen)
        await until(pilot, lambda: stage.screen is screen)
        table.full = True
        screen.body.focus()
        await until(pilot, lambda: stage.focused is screen.body)
        await pilot.press("x")
        await until(pilot, lambda: SAID in shown(stage))
        assert screen.body.text == "x"
        for _ in range(2):
            await stage.action_leave()
            assert stage.return_value is None, "who quit would lose it"
        assert not table.kept
        table.full = False
        await until(pilot, lambda: bool(table.kept))
        assert [draft.body for draft in table.kept.values()] == ["x"]


async def test_what_waits_in_the_background_is_said(stage: Stage, table: TableDesk, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        await table.queue.put(RoomNeeded(detail=f"{SAID} for mail.db."))
        await until(pilot, lambda: SAID in shown(stage))
