"""The mailbox screen over a table of facts: keys, panes, live refresh, the card of a returned letter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linksec_tui.desk.glance import Glance
from linksec_tui.model.events import MailboxChanged
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.goto import GotoScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.mailboxes import MailboxesScreen

from .conftest import Stage, TableDesk

if TYPE_CHECKING:
    from conftest import Header, Shown, Until

    from linksec_tui.desk import Desk


def mailbox(stage: Stage) -> MailboxScreen:
    screen = stage.screen_stack[1]
    assert isinstance(screen, MailboxScreen)
    return screen


async def test_the_inbox_opens_with_the_newest_message_under_the_cursor(
    stage: Stage, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 300)
        text = shown(stage)
        assert "Inbox" in text
        assert "Subject number 300" in text
        assert "TLS 1.3 to imap.home.example" in text
        assert "100 unread" in text


async def test_new_mail_comes_in_above_and_the_cursor_stays_on_its_message(
    stage: Stage, table: TableDesk, until: Until
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        messages = mailbox(stage).messages
        await until(pilot, lambda: len(messages.spine) == 300)
        await pilot.press("j", "j")
        here = messages.current_id
        table.headers.insert(0, replace(table.headers[0], id=301))
        table.queue.put_nowait(MailboxChanged(mailbox=1, arrived=(301,)))
        await until(pilot, lambda: len(messages.spine) == 301)
        assert messages.current_id == here


class Opened(Stage):
    """A client that shows what it knew last, and whose desk opens when the test says so."""

    def __init__(self, desk: TableDesk) -> None:
        super().__init__(desk)
        inbox = Mailbox(id=1, account="home", name="INBOX", role=Role.INBOX, total=300, wire_name="INBOX")
        self.glance = Glance(mailbox=inbox, rows=tuple(desk.headers[:50]))
        self.opens = asyncio.Event()

    @asynccontextmanager
    async def opening(self) -> AsyncGenerator[Desk]:
        await self.opens.wait()
        async with super().opening() as desk:
            yield desk


async def test_what_is_under_the_cursor_is_read_as_soon_as_there_is_a_desk(
    table: TableDesk, until: Until, shown: Shown
) -> None:
    stage = Opened(table)
    async with stage.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: "Subject number 300" in shown(stage))
        assert "the meeting is on Friday" not in shown(stage)
        stage.opens.set()
        await until(pilot, lambda: "the meeting is on Friday" in shown(stage))


async def test_enter_reads_a_message_and_marks_it_seen(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 300)
        await pilot.press("enter")
        await until(pilot, lambda: "the meeting is on Friday" in shown(stage))
        await until(pilot, lambda: ("mark", (300,), Flag.SEEN, True) in table.done)
        await pilot.press("escape")
        assert stage.focused is mailbox(stage).messages


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_where_no_message_stands_none_is_read(
    stage: Stage, table: TableDesk, until: Until, shown: Shown, size: tuple[int, int]
) -> None:
    async with stage.run_test(size=size) as pilot:
        screen = mailbox(stage)
        await until(pilot, lambda: len(screen.messages.spine) == 300)
        await pilot.press("enter")
        await until(pilot, lambda: "the meeting is on Friday" in shown(stage))
        table.headers.clear()
        table.queue.put_nowait(MailboxChanged(mailbox=1))
        await until(pilot, lambda: screen.view.reading is None)
        await until(pilot, lambda: "the meeting is on Friday" not in shown(stage) and "Reply" not in shown(stage))
        await until(pilot, lambda: stage.focused is screen.messages)
        await until(pilot, lambda: "enter Read" not in shown(stage))


async def test_offline_a_message_that_is_not_here_says_so_in_a_sentence(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    table.offline = True
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 300)
        await pilot.press("enter")
        await until(pilot, lambda: "imap.home.example does not answer" in shown(stage))


async def test_a_returned_letter_is_a_card_whose_keys_work(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    table.headers[0] = replace(table.headers[0], is_bounce=True)
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 300)
        await pilot.press("N")
        assert ("notice", 300) not in table.done, "no card is shown yet"
        await pilot.press("enter")
        await until(pilot, lambda: "Came back" in shown(stage))
        text = shown(stage)
        assert "Your provider reports that it did not send" in text
        assert "◔ Encrypted, unproven" in text
        await pilot.press("N", "L")
        await until(pilot, lambda: ("later", 300) in table.done and ("notice", 300) in table.done)
        await pilot.press("A")
        await until(pilot, lambda: "now ○ Exposed" in shown(stage))


async def test_verbs_reach_the_desk(stage: Stage, table: TableDesk, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        messages = mailbox(stage).messages
        await until(pilot, lambda: len(messages.spine) == 300)
        await pilot.press("s", "x", "x", "d")
        both = [("delete", (300, 299)), ("delete", (299, 300))]
        await until(pilot, lambda: any(deed in table.done for deed in both))
        assert ("mark", (300,), Flag.FLAGGED, True) in table.done
        assert messages.current_id == 298
        await pilot.press("e")
        await until(pilot, lambda: ("archive", (298,)) in table.done)


async def test_a_reply_opens_the_composer_with_its_recipient(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 300)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen))
        await until(pilot, lambda: bool(stage.screen.query("#body")))
        await until(pilot, lambda: stage.focused is stage.screen.query_one("#body"))


async def test_a_search_stands_in_the_list_until_escape(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        messages = mailbox(stage).messages
        await until(pilot, lambda: len(messages.spine) == 300)
        await pilot.press("slash")
        await until(pilot, lambda: "Search in" in shown(stage))
        await pilot.press(*"number 29", "enter")
        await until(pilot, lambda: len(messages.spine) == 11)
        await pilot.press("escape")
        await until(pilot, lambda: len(messages.spine) == 300)


async def test_go_to_finds_a_mailbox_by_a_letter(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 300)
        await pilot.press("g", "s", "e", "n", "enter")
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 0)
        current = mailbox(stage).mailbox
        assert current is not None
        assert current.name == "Sent"
        pane = mailbox(stage).mailboxes
        assert pane.current == str(current.id), "the pane shows where one is"
        await pilot.press("shift+tab")
        await until(pilot, lambda: pane.has_focus)
        await pilot.press("k")
        await until(pilot, lambda: pane.current != str(current.id))
        await pilot.press("escape")
        await until(pilot, lambda: not pane.has_focus and pane.current == str(current.id))
        await pilot.press("M")
        await until(pilot, lambda: isinstance(stage.screen, MailboxesScreen) and stage.screen.at_hand == current)


async def test_what_has_no_such_name_is_said(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 300)
        await pilot.press("g")
        await until(pilot, lambda: isinstance(stage.screen, GotoScreen) and stage.focused is not None)
        await pilot.press("z", "z")
        await until(pilot, lambda: "Nothing here is called so." in shown(stage))
        await pilot.press("enter", "escape")
        await until(pilot, lambda: stage.screen is mailbox(stage))


async def test_a_pane_that_comes_with_more_room_shows_the_message_under_the_cursor(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = mailbox(stage)
        await until(pilot, lambda: len(screen.messages.spine) == 300)
        await pilot.press("j")
        await until(pilot, lambda: screen.messages.current_id == 299)
        assert screen.view.reading is None
        await pilot.resize_terminal(160, 50)
        await until(pilot, lambda: screen.view.reading is not None and screen.view.reading.header.id == 299)


async def test_next_unread_goes_there(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 300)
        await pilot.press("n")
        await until(pilot, lambda: mailbox(stage).messages.current_id == 297)


async def test_three_panes_where_there_is_room_and_one_where_there_is_none(stage: Stage, until: Until) -> None:
    def panes() -> list[str]:
        return [name for name in ("mailboxes", "messages", "view") if mailbox(stage).query_one(f"#{name}").region.width]

    async with stage.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: panes() == ["mailboxes", "messages", "view"])
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: panes() == ["mailboxes", "messages"])
        await pilot.resize_terminal(60, 24)
        await until(pilot, lambda: panes() == ["messages"])


async def test_the_mouse_opens_a_message(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(mailbox(stage).messages.spine) == 300)
        await pilot.click("#messages", offset=(20, 4), times=1)
        assert mailbox(stage).messages.current_id == 296
        await pilot.click("#messages", offset=(20, 4), times=2)
        await until(pilot, lambda: "the meeting is on Friday" in shown(stage))


def test_headers_of_the_table_are_as_the_tests_think(table: TableDesk) -> None:
    first: Header = table.headers[0]
    assert first.unread
