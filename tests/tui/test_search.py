"""The search on the screen: it asks back, shows what is here at once, and adds what the server finds in place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textual.widgets import Input

from linksec_tui.model.events import MailboxChanged
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.search import SearchLine
from linksec_tui.tui.widgets.message_list import MessageList
from tests.tui.conftest import Shown, Stage, TableDesk, Until


def mailbox(stage: Stage) -> MailboxScreen:
    screen = stage.screen_stack[1]
    assert isinstance(screen, MailboxScreen)
    return screen


async def test_a_wrong_operator_is_said_and_the_line_stays(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 300)
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(stage.screen, SearchLine))
        await pilot.press(*"frm:anna", "enter")
        await until(pilot, lambda: "Did you mean from:?" in shown(stage))
        await pilot.press("backspace")
        await until(pilot, lambda: "Did you mean" not in shown(stage))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))


async def test_what_the_server_finds_comes_in_place_and_the_cursor_stays(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    table.searching.on_server = (295, 293)
    table.searching.elsewhere = ("The server of work did not search Archive.",)
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        messages = mailbox(stage).messages
        await until(pilot, lambda: len(messages.spine) == 300)
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(stage.screen, SearchLine))
        await pilot.press(*"number 29", "enter")
        await until(pilot, lambda: len(messages.spine) == 9)
        await pilot.press("G")
        here = messages.current_id
        table.searching.answers.set()
        await until(pilot, lambda: len(messages.spine) == 11)
        assert messages.current_id == here
        await until(pilot, lambda: "The server of work did" in shown(stage))


async def test_what_is_taken_back_stands_in_the_result_again(stage: Stage, table: TableDesk, until: Until) -> None:
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        messages = mailbox(stage).messages
        await until(pilot, lambda: len(messages.spine) == 300)
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(stage.screen, SearchLine))
        await pilot.press(*"number 29", "enter")
        await until(pilot, lambda: len(messages.spine) == 11)
        first = messages.spine[0]
        at = next(n for n, each in enumerate(table.headers) if each.id == first)
        gone = table.headers[at]
        await pilot.press("e")
        await until(pilot, lambda: first not in messages.spine)
        table.headers[at] = replace(gone, mailbox=gone.mailbox + 1)  # where the verb has put it
        table.queue.put_nowait(MailboxChanged(mailbox=gone.mailbox))
        table.headers[at + 1] = replace(table.headers[at + 1], subject="seen anew")
        await until(pilot, lambda: "seen anew" in shown_subjects(messages))
        assert first not in messages.spine
        table.headers[at] = gone
        await pilot.press("u")
        await until(pilot, lambda: messages.spine[0] == first)
        assert len(messages.spine) == 11
        assert messages.current_id == first


def shown_subjects(messages: MessageList) -> list[str]:
    return [header.subject for each in messages.spine if (header := messages.header(each)) is not None]


async def test_a_late_answer_does_not_take_the_place_of_a_mailbox(stage: Stage, table: TableDesk, until: Until) -> None:
    table.searching.on_server = (295,)
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        messages = mailbox(stage).messages
        await until(pilot, lambda: len(messages.spine) == 300)
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(stage.screen, SearchLine))
        await pilot.press(*"number 29", "enter")
        await until(pilot, lambda: len(messages.spine) == 10)
        await pilot.press("escape")
        await until(pilot, lambda: len(messages.spine) == 300)
        table.searching.answers.set()
        await pilot.pause()
        assert len(messages.spine) == 300


async def test_selected_messages_are_saved_where_the_line_says(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        messages = mailbox(stage).messages
        await until(pilot, lambda: len(messages.spine) == 300)
        await pilot.press("x", "x", "w")
        await until(pilot, lambda: "Save 2 messages as" in shown(stage))
        await pilot.press(*"/tmp/two.mbox", "enter")
        await until(pilot, lambda: "2 messages saved to /tmp/two.mbox." in shown(stage))
        assert ("save", (300, 299), "/tmp/two.mbox") in table.done


async def test_a_file_comes_into_the_mailbox_that_is_shown_and_what_is_left_out_is_said(
    stage: Stage, table: TableDesk, until: Until, shown: Shown, tmp_path: Path
) -> None:
    letters = tmp_path / "old.mbox"
    letters.write_text("From a@b.example Mon Jan  1 00:00:00 2024\n\n")
    async with stage.run_test(size=(120, 30), notifications=True) as pilot:
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 300)
        await pilot.press("I")
        await until(pilot, lambda: "Which messages into “Inbox”?" in shown(stage))
        stage.screen.query_one(Input).value = str(letters)
        await pilot.press("enter")
        told = ("1 message filed, 1 was there already", "Left out: message 3 (“\ufffd[31mred”)")
        await until(pilot, lambda: all(words in shown(stage) for words in told))
        assert table.done[-1] == ("import", (letters,), 1)
