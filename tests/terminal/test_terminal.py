"""What only a real terminal shows: key delivery, the editor, the ways out, and that nothing steers the terminal."""

from __future__ import annotations

import signal
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Launch, Terminal

pytestmark = pytest.mark.terminal

CTRL_C, CTRL_G, CTRL_Q, CTRL_R, CTRL_S, ESCAPE, TAB = "\x03", "\x07", "\x11", "\x12", "\x13", "\x1b", "\t"

# The demo, with a help screen that breaks; what stands in its local variables must not come out.
BREAKING = """
import sys
from linksec_tui import start
from linksec_tui.tui.app import LinksecApp
def broken(self):
    password = "hunter2"
    raise RuntimeError("a fault of ours")
LinksecApp.action_help = broken
sys.exit(start.main(["demo"]))
"""

# A shell would miss a signal that comes just before it begins to wait.
PATIENT_EDITOR = f"""#!{sys.executable} -IS
import os, signal, sys
from pathlib import Path
again = Path(sys.argv[0] + ".again")
if again.exists():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    os.write(1, b"editing now")
    signal.sigwait([signal.SIGINT])
    Path(sys.argv[1]).write_text("Kept by ctrl+c.")
else:
    again.touch()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.write(1, b"editing now")
    signal.pause()
"""

NEVER_DONE = """
import asyncio, os, sys
from linksec_tui import start
from linksec_tui.tui.app import LinksecApp
async def never_done(self):
    os.write(sys.stderr.fileno(), b"It goes on and on.")
    await asyncio.Event().wait()
LinksecApp.keep_unsaved = never_done
sys.exit(start.main(["demo"]))
"""


def opened(launch: Launch, *arguments: str, **environment: str) -> Terminal:
    terminal = launch(*(arguments or ("-m", "linksec_tui", "demo")), **environment)
    terminal.until("Look around alone")
    terminal.press(ESCAPE)
    terminal.until_gone("Look around alone")
    terminal.until("Compose")
    terminal.until("TLS 1.3")
    return terminal


def restored(terminal: Terminal) -> bool:
    """The ordinary screen is back, the cursor shown, the mouse quiet, lines edited as before."""
    left = (
        terminal.raw.rpartition(b"\x1b[?1049l")[0] and b"\x1b[?25h" in terminal.raw and b"\x1b[?1000l" in terminal.raw
    )
    return bool(left)


def test_the_story_by_keyboard(launch: Launch) -> None:
    terminal = opened(launch)
    terminal.press("c")
    terminal.until("Letter  from Alice")
    terminal.press("bob@bank.example,grace@oldserver.example,carol@universty.example,")
    terminal.until("● Link-secure  bob@bank.example")
    terminal.until("○ Exposed  grace@oldserver.example")
    terminal.until("✕ No way there  carol@universty.example")
    terminal.press(TAB + "Hello" + TAB + TAB + "The word is marzipan.")
    terminal.press(CTRL_R * 3)
    terminal.until("1 of 3 meet Enforced")
    terminal.press(CTRL_S)
    terminal.until("2 recipients need a decision")
    terminal.press("n")
    terminal.until("1 not decided yet")
    terminal.press("l")
    terminal.until("1 gets the letter")
    terminal.press(CTRL_S)
    terminal.until("c Compose")
    terminal.press("o")
    terminal.until("sent, and filed in Sent")
    terminal.press(ESCAPE)
    terminal.until_gone("filed in Sent")
    terminal.press("t")
    terminal.until("The tap")
    terminal.until("oldserver.example")
    assert "marzipan" not in terminal.text
    terminal.press("i")
    terminal.until("impostor on: takes the encryption away")
    terminal.press(ESCAPE)
    terminal.until("Compose")
    terminal.press("q")
    assert terminal.ended() == 0
    assert restored(terminal)
    assert b"Traceback" not in terminal.raw


def test_keys_that_come_all_at_once_are_taken_in_their_order(launch: Launch) -> None:
    terminal = opened(launch)
    terminal.press("c")
    terminal.until("Letter  from Alice")
    terminal.press("bob@bank.example," + TAB + "All at once" + TAB + TAB + "Body" + CTRL_S)
    terminal.until("In the outbox: the letter")
    terminal.until_gone("Letter  from Alice")
    terminal.until("c Compose")
    terminal.press("c")
    terminal.until("Nobody to write to yet")
    terminal.press(TAB + "Begun and left" + CTRL_Q)
    assert terminal.ended() == 0


def test_the_editor_takes_the_terminal_and_gives_it_back(launch: Launch, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "editing now"; printf "Written elsewhere." > "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    terminal = opened(launch, EDITOR=str(editor))
    terminal.press("c")
    terminal.until("Letter  from Alice")
    terminal.press(TAB + TAB + TAB + CTRL_G)
    terminal.until("Written elsewhere.")
    assert b"editing now" in terminal.raw
    terminal.press(ESCAPE)
    terminal.until("Compose")
    terminal.press("b")
    terminal.until("(no subject)")


def test_ctrl_c_in_the_editor_is_the_editors(launch: Launch, tmp_path: Path) -> None:
    """The first time it dies of it, the second time it means something there."""
    editor = tmp_path / "editor"
    editor.write_text(PATIENT_EDITOR)
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    terminal = opened(launch, EDITOR=str(editor))
    terminal.press("c")
    terminal.until("Letter  from Alice")
    terminal.press("bob@bank.example," + TAB + "Friday" + TAB + TAB + "As it was." + CTRL_G)
    terminal.until_written(b"editing now")
    terminal.press(CTRL_C)
    terminal.until("was stopped")
    terminal.until("As it was.")
    asked_again = len(terminal.raw)
    terminal.press(CTRL_G)
    terminal.until_written(b"editing now", asked_again)
    terminal.press(CTRL_C)
    terminal.until("Kept by ctrl+c.")
    terminal.until("Friday")
    terminal.press(ESCAPE)
    terminal.until("Compose")


def test_an_editor_that_is_not_there_leaves_the_screen_alive(launch: Launch) -> None:
    terminal = opened(launch, EDITOR="/nowhere/at/all")
    terminal.press("c")
    terminal.until("Letter  from Alice")
    terminal.press(CTRL_G)
    terminal.until("/nowhere/at/all")
    terminal.press(ESCAPE)
    terminal.until("Compose")


@pytest.mark.parametrize("way", ["key", signal.SIGTERM, signal.SIGHUP], ids=str)
def test_every_way_out_restores_the_terminal(launch: Launch, way: str | int) -> None:
    terminal = opened(launch)
    if isinstance(way, int):
        terminal.signal(way)
    else:
        terminal.press(CTRL_C)
    terminal.ended()
    assert restored(terminal)


def test_who_asks_a_second_time_need_not_wait_for_what_never_ends(launch: Launch) -> None:
    terminal = opened(launch, "-c", NEVER_DONE)
    terminal.signal(signal.SIGTERM)
    terminal.until_written(b"It goes on and on.")
    terminal.signal(signal.SIGTERM)
    assert terminal.ended() == -signal.SIGTERM


def test_a_crash_is_one_sentence_and_a_report_without_secrets(launch: Launch) -> None:
    terminal = opened(launch, "-c", BREAKING)
    terminal.press("?")
    assert terminal.ended() == 70
    assert restored(terminal)
    assert "Something went wrong inside the program" in terminal.text
    assert b"hunter2" not in terminal.raw
    assert b"Traceback" not in terminal.raw


def test_a_plain_console_gets_ascii(launch: Launch) -> None:
    terminal = opened(launch, TERM="linux")
    terminal.press("c")
    terminal.until("Letter  from Alice")
    terminal.press("bob@bank.example,")
    terminal.until("# Link-secure  bob@bank.example")
    assert "●" not in terminal.text
