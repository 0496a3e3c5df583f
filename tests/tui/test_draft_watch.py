"""A letter open here that another machine writes on: taken over where nothing was typed, told where something was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from linksec_tui.model.address import Address, Recipient
from linksec_tui.model.events import DraftsChanged
from linksec_tui.model.letter import Draft, Requirement
from linksec_tui.tui.screens.compose import ComposeScreen

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Stage, TableDesk, Until

    from linksec_tui.tui.front import Leave

ELSEWHERE = DraftsChanged(account="home", elsewhere=True)
ANNA = Recipient(address=Address("anna", "bank.example"))


def begun(table: TableDesk) -> Draft:
    return replace(table.new_draft(), recipients=(ANNA,), subject="Friday", body="begun", taken="<1@home.example>")


async def opened(stage: Stage, pilot: Pilot[Leave], until: Until) -> ComposeScreen:
    await until(pilot, lambda: stage.open_desk_or_none is not None)
    screen = ComposeScreen(begun(stage.table))
    await stage.push_screen(screen)
    await until(pilot, lambda: stage.screen is screen and stage.focused is screen.body)
    return screen


def words(text: str) -> str:
    return " ".join(text.split())


async def test_what_was_written_elsewhere_is_shown_where_nothing_was_typed_here(
    stage: Stage, table: TableDesk, until: Until
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await opened(stage, pilot, until)
        assert table.drafting.looked > 0
        table.drafting.kept = replace(
            begun(table), subject="Saturday", body="begun, continued", taken="<2@home.example>",
            requirement=Requirement.VERIFIABLE,
        )  # fmt: skip
        await table.queue.put(ELSEWHERE)
        await until(pilot, lambda: screen.body.text == "begun, continued")
        assert screen.written() == table.drafting.kept
        assert not screen.autosave.unsaved
        await pilot.press("ctrl+z")
        await until(pilot, lambda: screen.body.text == "begun")


async def test_what_was_typed_here_stays_and_it_is_said_that_there_are_two(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await opened(stage, pilot, until)
        screen.autosave.soon = lambda: None  # nothing is kept before the news comes
        await pilot.press(*"here ")
        await until(pilot, lambda: screen.body.text == "here begun")
        table.drafting.kept = replace(begun(table), body="begun there", taken="<2@home.example>")
        await table.queue.put(ELSEWHERE)
        await until(pilot, lambda: "here you see yours" in words(shown(stage)))
        assert screen.body.text == "here begun"


async def test_a_letter_that_was_sent_elsewhere_is_not_kept_without_a_word(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await opened(stage, pilot, until)
        await table.queue.put(ELSEWHERE)
        await until(pilot, lambda: "kept here only if you write on" in words(shown(stage)))
        assert screen.body.text == "begun"
        assert not table.kept
