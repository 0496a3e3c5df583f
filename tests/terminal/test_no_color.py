"""NO_COLOR (https://no-color.org) on a real terminal: not one colour is written, and nothing is lost with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Launch, Terminal

pytestmark = pytest.mark.terminal

ESCAPE = "\x1b"
LOOKS = re.compile(rb"\x1b\[([0-9;:]*)m")
NO_COLOURS = {b"", *(str(number).encode() for number in (*range(10), *range(21, 30), 39, 49))}  # ECMA-48 §8.3.117


def reversed_line(terminal: Terminal) -> str:
    """What stands on the line that is drawn in reverse."""
    rows = (terminal.screen.buffer[y] for y in range(terminal.screen.lines))
    return "\n".join("".join(row[x].data for x in range(terminal.screen.columns) if row[x].reverse) for row in rows)


def test_no_colour_is_written_and_every_mark_has_its_sign_and_its_word(launch: Launch) -> None:
    terminal = launch("-m", "linksec_tui", "demo", NO_COLOR="1")
    terminal.until("Look around alone")
    terminal.press(ESCAPE)
    terminal.until_gone("Look around alone")
    terminal.until_true(lambda: "Back in stock" in reversed_line(terminal), "the cursor is not there")
    terminal.press("c")
    terminal.until("Letter  from Alice")
    terminal.press("bob@bank.example,grace@oldserver.example,")
    terminal.until("● Link-secure  bob@bank.example")
    terminal.until("○ Exposed  grace@oldserver.example")
    terminal.until_true(lambda: "grace@oldserver.example" in reversed_line(terminal), "nobody is under the cursor")
    terminal.until("▪Any")
    written = {part for found in LOOKS.findall(terminal.raw) for part in found.split(b";")}
    assert written <= NO_COLOURS
    terminal.press("\x03")
    assert terminal.ended() == 0
