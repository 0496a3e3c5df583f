"""Reading a message: folding, wordings, links that are asked about, parts, and a letter that leaves a list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linksec_tui.tui.screens.ask import AskLine, AskYes
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.inner import InnerScreen
from linksec_tui.tui.screens.links import LinksScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.parts import PartsScreen
from linksec_tui.tui.screens.source import SourceScreen
from linksec_tui.tui.widgets.letter_pane import LetterPane

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Stage, TableDesk, Until

    from linksec_tui.tui.front import Leave

NEWSLETTER = Path(__file__).parents[1] / "cases" / "reading" / "newsletter.eml"
SIZE = (100, 60)


@pytest.fixture
def letter(table: TableDesk) -> TableDesk:
    table.raw = NEWSLETTER.read_bytes()
    return table


async def opened(stage: Stage, pilot: Pilot[Leave], until: Until) -> LetterPane:
    await until(pilot, lambda: stage.standing.opened and "Sender" in stage.export_screenshot())
    await pilot.press("enter")
    mailbox = stage.screen
    assert isinstance(mailbox, MailboxScreen)
    await until(pilot, lambda: mailbox.view.reading is not None and mailbox.focused is mailbox.view)
    return mailbox.view


async def test_quotations_fold_and_unfold(letter: TableDesk, stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        view = await opened(stage, pilot, until)
        await until(pilot, lambda: "7 quoted lines" in shown(stage))
        await pilot.press("z")
        await until(pilot, lambda: "It is only eleven kilometres" in shown(stage))
        await pilot.press("z")
        await until(pilot, lambda: "7 quoted lines" in shown(stage))
        await pilot.press("Z")
        assert len(view.body.unfolded) == 1
        await pilot.press("Z")
        assert not view.body.unfolded


async def test_an_odd_link_is_asked_about(letter: TableDesk, stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        view = await opened(stage, pilot, until)
        await pilot.press("w")
        await until(pilot, lambda: len(view.reading.links if view.reading else ()) == 2)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(stage.screen, LinksScreen))
        await pilot.press("2", "enter")
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        await until(pilot, lambda: "bank.example, but it leads to" in shown(stage))
        assert not any(done[0] == "follow" for done in letter.done)
        await pilot.press("y")
        await until(pilot, lambda: ("follow", "https://pay.evil.example/in") in letter.done)


async def test_a_plain_link_is_opened_by_its_number(letter: TableDesk, stage: Stage, until: Until) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        await opened(stage, pilot, until)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(stage.screen, LinksScreen))
        await pilot.press("1", "enter")
        await until(pilot, lambda: ("follow", "https://club.example/spring") in letter.done)


async def test_a_list_is_left_by_a_letter(letter: TableDesk, stage: Stage, until: Until) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        await opened(stage, pilot, until)
        await pilot.press("X")
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen))
        assert ("letter", "mailto:leave@club.example?subject=unsubscribe") in letter.done
        assert not any(done[0] == "send" for done in letter.done)


async def parts(stage: Stage, pilot: Pilot[Leave], until: Until) -> PartsScreen:
    await opened(stage, pilot, until)
    await pilot.press("P")
    await until(pilot, lambda: isinstance(stage.screen, PartsScreen) and stage.screen.part is not None)
    assert isinstance(stage.screen, PartsScreen)
    return stage.screen


async def test_parts_are_saved_where_the_person_says(letter: TableDesk, stage: Stage, until: Until) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        await parts(stage, pilot, until)
        await pilot.press("S")
        await until(pilot, lambda: isinstance(stage.screen, AskLine))
        await pilot.press("enter")
        await until(pilot, lambda: ("save-parts", ("2", "3"), "/downloads") in letter.done)


async def test_a_program_is_not_opened_unasked(letter: TableDesk, stage: Stage, until: Until, shown: Shown) -> None:
    letter.enclosures.risky = "a program: opening it may run it"
    async with stage.run_test(size=SIZE) as pilot:
        await parts(stage, pilot, until)
        await pilot.press("j", "j", "o")
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        await until(pilot, lambda: "programme.pdf is a program" in shown(stage))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(stage.screen, PartsScreen))
        assert ("open", "3") not in letter.done


async def test_a_message_within_and_a_commands_words_are_shown(
    letter: TableDesk, stage: Stage, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        screen = await parts(stage, pilot, until)
        await pilot.press("j", "j", "j", "enter")
        await until(pilot, lambda: isinstance(stage.screen, InnerScreen))
        await until(pilot, lambda: "Words of the letter within." in shown(stage))
        await pilot.press("escape")
        await until(pilot, lambda: stage.screen is screen)
        await pilot.press("vertical_line")
        await until(pilot, lambda: isinstance(stage.screen, AskLine))
        await pilot.press(*"wc", "enter")
        await until(pilot, lambda: isinstance(stage.screen, SourceScreen))
        assert ("pipe", "4", "wc") in letter.done
