"""Many keys in one write, as a quick hand, a slow line or a terminal's own paste makes them: each where it belongs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Launch, Terminal

pytestmark = pytest.mark.terminal

CTRL_S, DOWN, ENTER, ESCAPE, TAB = "\x13", "\x1b[B", "\r", "\x1b", "\t"
F8 = "\x1b[19~"


@pytest.fixture
def client(launch: Launch) -> Terminal:
    """The demo's mailbox."""
    terminal = launch("-m", "linksec_tui", "demo")
    terminal.until("Look around alone")
    terminal.press(ESCAPE)
    terminal.until_gone("Look around alone")
    terminal.until(" unread")
    terminal.until("Back in stock")
    return terminal


def test_a_whole_letter_in_one_write_stands_where_it_belongs(client: Terminal) -> None:
    client.press("cbob@bank.example" + ENTER + ENTER + "Friday" + ENTER + "Dear Bob," + ENTER + "see you")
    client.until(" Dear Bob,\n see you")
    client.until("  bob@bank.example")
    client.until_true(lambda: bool(re.search(r"Subject  Friday\s", client.text)), "the subject is another")


def test_fields_are_gone_through_in_one_write(client: Terminal) -> None:
    client.press("cbob@bank.example" + TAB + "Lunch" + TAB + TAB + "At noon?")
    client.until("At noon?")
    client.until("  bob@bank.example")
    client.until("Subject  Lunch")


def test_a_question_takes_what_is_typed_with_the_key_that_asks_it(client: Terminal) -> None:
    client.press("cbob@bank.example" + ENTER + F8 + "tomorrow 8" + DOWN + "4 h" + ENTER + TAB + "Later" + ENTER + "Bye")
    client.until("Goes     tomorrow 8:00 · comes back after 4 h")
    client.until("Bye")
    client.until("Subject  Later")
    client.press(CTRL_S)
    client.until("c Compose")
    client.press("o")
    client.until("goes tomorrow 8:00")
