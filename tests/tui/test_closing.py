"""A letter that is closed with escape: what of it is kept, and what is said of that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from linksec_tui.model.address import Address, Recipient
from linksec_tui.model.letter import Draft
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Stage, TableDesk, Until

    from linksec_tui.tui.front import Leave


async def opened(stage: Stage, pilot: Pilot[Leave], until: Until, draft: Draft | None = None) -> ComposeScreen:
    await until(pilot, lambda: stage.open_desk_or_none is not None)
    stage.push_screen(screen := ComposeScreen(draft or stage.table.new_draft()))
    await until(pilot, lambda: stage.screen is screen and stage.focused is not None)
    return screen


async def test_an_answer_that_nobody_wrote_on_is_not_kept_and_nothing_is_said(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    anna = Recipient(address=Address("anna", "bank.example"))
    answer = replace(table.new_draft(), recipients=(anna,), subject="Re: Lunch", body="> On Friday?")
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(stage, pilot, until, answer)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))
        await pilot.pause()
        assert "kept" not in shown(stage)
        assert not table.kept


async def test_an_address_that_is_still_in_its_line_is_kept_with_the_letter(
    stage: Stage, table: TableDesk, until: Until
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await opened(stage, pilot, until)
        await pilot.press(*"x@old.example", "escape")
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))
        assert [str(each.address) for each in table.kept["draft-1"].recipients] == ["x@old.example"]


async def test_what_is_no_address_is_told_once_and_holds_nobody_back(
    stage: Stage, table: TableDesk, until: Until
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await opened(stage, pilot, until)
        await pilot.press(*"x@@", "escape")
        await until(pilot, lambda: bool(screen.form.refused))
        assert stage.screen is screen
        await pilot.press("backspace", "backspace", "backspace")
        await until(pilot, lambda: not screen.form.refused)
        await pilot.press(*"x@@", "escape")
        await until(pilot, lambda: bool(screen.form.refused))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))
        assert not table.kept
