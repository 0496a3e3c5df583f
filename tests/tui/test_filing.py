"""Filing by keys: what is asked of desk, and what is asked of the person first."""

from __future__ import annotations

import pytest
from textual.notifications import Notification
from textual.widgets import Input

from linksec_tui.tui.screens.ask import AskYes
from linksec_tui.tui.screens.goto import PickMailbox
from linksec_tui.tui.screens.mailboxes import MailboxesScreen

from .conftest import Shown, Stage, TableDesk, Until
from .test_mailbox import mailbox


async def test_messages_are_moved_copied_and_brought_back_by_keys(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "300" in shown(stage))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(stage.screen, PickMailbox))
        await pilot.press("s", "e", "n", "enter")
        await until(pilot, lambda: ("copy", (300,), 2) in table.done)
        await pilot.press("x", "m")
        await until(pilot, lambda: isinstance(stage.screen, PickMailbox))
        await pilot.press("enter")
        await until(pilot, lambda: ("move", (300,), 2) in table.done)
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: any(done[0] == "junk" for done in table.done))
        await pilot.press("u")
        await until(pilot, lambda: ("undo",) in table.done)


async def test_what_goes_for_good_is_asked_about_once(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    table.filing.doomed = 1
    async with stage.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: "300" in shown(stage))
        await pilot.press("d")
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        assert not any(done[0] == "delete" for done in table.done)
        await pilot.press("y")
        await until(pilot, lambda: ("delete", (300,)) in table.done and "Done." in shown(stage))
        assert "takes it back" not in shown(stage)


async def test_of_what_is_told_about_the_same_the_last_word_stands(
    stage: Stage, until: Until, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Notification, "time_left", 3600.0)  # none of them goes by itself
    async with stage.run_test(size=(100, 30), notifications=True) as pilot:
        stage.notices.say("The first word.", about="one")
        stage.notices.say("Of something else.", about="another")
        await until(pilot, lambda: "The first word." in shown(stage) and "Of something else." in shown(stage))
        stage.notices.say("The second word.", about="one")
        await until(pilot, lambda: "The second word." in shown(stage) and "The first word." not in shown(stage))
        assert "Of something else." in shown(stage)
        stage.notices.unsay("one")
        await until(pilot, lambda: "The second word." not in shown(stage))
        assert "Of something else." in shown(stage)


async def test_the_selected_are_counted_and_handed_on_in_their_order(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "300 messages" in shown(stage))
        await pilot.press("j", "j", "x", "k", "k", "k", "x", "j", "j", "x")
        await until(pilot, lambda: "300 messages, 3 selected" in shown(stage))
        await pilot.press("e")
        await until(pilot, lambda: any(done[0] == "archive" for done in table.done))
        assert ("archive", (300, 298, 297)) in table.done
        await until(pilot, lambda: "selected" not in shown(stage))


async def test_keywords_are_written_in_one_line_and_what_can_be_none_is_said(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "300" in shown(stage))
        await pilot.press("K")
        await until(pilot, lambda: bool(stage.screen.query(Input)))
        await pilot.press("w", "o", "r", "k", "space", "$", "x", "enter")
        await until(pilot, lambda: "“$x” cannot be a keyword." in shown(stage))
        await pilot.press("backspace", "backspace", "l", "e", "enter")
        await until(pilot, lambda: any(done[0] == "label" for done in table.done))
        assert table.done[-1] == ("label", (300,), frozenset({"work", "le"}), frozenset())


async def test_mailboxes_are_made_and_deleted_on_their_screen(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "300" in shown(stage))
        await pilot.press("M")
        await until(pilot, lambda: isinstance(stage.screen, MailboxesScreen) and "not subscribed" in shown(stage))
        await pilot.press("n")
        await until(pilot, lambda: bool(stage.screen.query(Input)))
        await pilot.press("B", "u", "enter")
        await until(pilot, lambda: ("create", "home", "Bu") in table.done)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(stage.screen, AskYes) and "7 messages go for good" in shown(stage))
        await pilot.press("y")
        await until(pilot, lambda: ("empty", "home") in table.done)


async def test_what_comes_back_is_in_sight_and_under_the_cursor_again(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        messages = mailbox(stage).messages
        await until(pilot, lambda: len(messages.spine) == 300)
        for downwards, here in ((0, 300), (2, 298)):
            await pilot.press(*["j"] * downwards, "d")
            await until(pilot, lambda here=here: ("delete", (here,)) in table.done and here not in messages.spine)
            assert messages.current_id == here - 1
            await pilot.press("u")
            await until(pilot, lambda here=here: here in messages.spine)
            assert messages.current_id == here
            assert messages.scroll_offset.y == 0
            assert f"Subject number {here}" in shown(stage)
