"""A part given to a program on the real terminal: it ends well, badly, or by ctrl+c, and the mail is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Launch, Terminal

pytestmark = pytest.mark.terminal

CTRL_C, CTRL_U, ENTER, ESCAPE = "\x03", "\x15", "\r", "\x1b"


@pytest.fixture
def parts(launch: Launch) -> Terminal:
    """The parts of the demo's first message."""
    terminal = launch("-m", "linksec_tui", "demo")
    terminal.until("Look around alone")
    terminal.press(ESCAPE)
    terminal.until_gone("Look around alone")
    terminal.until(" unread")
    terminal.until("Back in stock")
    terminal.press(ENTER)
    terminal.until("From     ")
    terminal.press("P")
    terminal.until("Parts of the message")
    return terminal


def give_to(terminal: Terminal, command: str) -> None:
    terminal.press("!")
    terminal.until("to which command?")
    terminal.press(command + ENTER)


def is_back(terminal: Terminal) -> None:
    """The screen is ours again, and hears keys."""
    terminal.until("Parts of the message")
    terminal.press("?")
    terminal.until("Who could read a letter")
    terminal.press(ESCAPE)
    terminal.until("Parts of the message")


def test_a_program_has_the_terminal_and_the_part(parts: Terminal) -> None:
    give_to(parts, "wc -c | sed s/^/oct''ets:/; echo typed: $(head -n 1 < /dev/tty)")
    parts.until("octets:")
    parts.press("marzipan\n")
    parts.until("typed: marzipan")
    parts.until("enter goes back to the mail")
    parts.press("\n")
    is_back(parts)


def test_a_command_that_fails_is_said(parts: Terminal) -> None:
    give_to(parts, "no-such-command-here")
    parts.until("enter goes back to the mail")
    parts.press("\n")
    parts.until("The command ended with status 127.")
    is_back(parts)


def test_ctrl_c_ends_the_command_and_not_the_client(parts: Terminal) -> None:
    give_to(parts, "echo run''ning; read line < /dev/tty")  # one process: none is being born when the key comes
    parts.until("running")
    parts.press(CTRL_C)
    parts.until("enter goes back to the mail")
    parts.press(CTRL_C)  # here it means nothing
    parts.press("\n")
    parts.until("The command was stopped.")
    is_back(parts)
    parts.press(ESCAPE)
    parts.until("Compose")
    parts.press(CTRL_C)
    assert parts.ended() == 0
