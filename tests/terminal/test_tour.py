"""The tour of the demonstration on a real terminal: by its own hand, by keys, and left in the middle."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Launch, Terminal

pytestmark = pytest.mark.terminal

WHOLE_TOUR = 500  # seconds, on a machine that does much else
DEMO = ("-m", "linksec_tui", "demo")
ESCAPE, ENTER, UP, HOME, CTRL_S, CTRL_P, F9 = "\x1b", "\r", "\x1b[A", "\x1b[H", "\x13", "\x10", "\x1b[20~"
STEPS = (
    "Write a letter", "Watch the badges", "Look at the path", "Send it", "See through the tap's eyes",
    "Switch the impostor on", "Read what came back",
)  # fmt: skip

# The client is told a lie about one domain; it must be the client that finds out.
LYING = """
import sys
from dataclasses import replace
from linksec_tui import start
from linksec_tui.model.assessment import Assurance
told = start._characters
def lying(world):
    return tuple(replace(p, truth=Assurance.LINK_SECURE) if p.domain == "club.example" else p for p in told(world))
start._characters = lying
sys.exit(start.main(["demo", "--unattended", "--fast"]))
"""

FAULTY = """
import sys
from linksec_tui import start
from linksec_tui.tui.touring import Touring
def offer(self):
    raise RuntimeError("marzipan")
Touring.offer_tour = offer
sys.exit(start.main(["demo"]))
"""


def words_of(terminal: Terminal) -> str:
    """Everything that was ever drawn, without what steers the terminal."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]", " ", terminal.raw.decode("utf-8", "replace"))
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
def test_it_plays_itself_to_its_end(launch: Launch, size: tuple[int, int]) -> None:
    terminal = launch(*DEMO, "--unattended", "--fast", columns=size[0], lines=size[1])
    assert terminal.ended(WHOLE_TOUR) == 0
    drawn = words_of(terminal)
    for step in STEPS:
        assert step in drawn
    assert "What you saw" in drawn
    assert b"Traceback" not in terminal.raw


def test_a_world_that_is_not_as_told_ends_it_with_a_sentence(launch: Launch) -> None:
    terminal = launch("-c", LYING)
    assert terminal.ended(WHOLE_TOUR) == 1
    said = terminal.text.replace("\n", "")  # the terminal breaks lines where they are full
    assert "club.example is Link-secure, and was taken for Encrypted, unproven" in said


def test_a_fault_of_ours_leaves_a_report_that_stays_when_the_world_is_gone(launch: Launch, tmp_path: Path) -> None:
    terminal = launch("-c", FAULTY, columns=160)
    assert terminal.ended() == 70
    assert "Something went wrong inside the program (RuntimeError)." in terminal.text
    report = next(tmp_path.rglob("crash-*.txt")).read_text("utf-8")
    assert "marzipan" not in report
    assert " offer" in report


def test_by_keyboard_alone_at_80x24(launch: Launch) -> None:
    terminal = launch(*DEMO, "--fast")
    terminal.until("Take the tour")
    terminal.press(ENTER)
    terminal.until("Tour 1 of 7")
    terminal.press("c")
    terminal.until("Letter  from Alice")
    terminal.press("carol@university.example,erin@club.example,grace@oldserver.example,")
    terminal.until("Tour 3 of 7")  # the badges were there, and with --fast no sentence stands to be read
    terminal.press(UP)
    terminal.until("club.example takes mail over TLS")
    terminal.press(UP)
    terminal.until("Tour 4 of 7")
    terminal.press("\t" + "The spare key")
    terminal.until("Subject  The spare key")
    terminal.press("\t")
    terminal.until("? Help")
    terminal.press("\t")
    terminal.until("f1 Help")
    terminal.press("It lies under the third stone.")
    terminal.until("It lies under the third stone.")
    terminal.press(CTRL_S)
    terminal.until("Tour 5 of 7")
    terminal.press("t")
    terminal.until("It lies under the third stone.")
    terminal.until("Tour 6 of 7")
    terminal.press("i")
    terminal.until("impostor on: takes the encryption away")
    terminal.press("s")
    terminal.until("Letter  from Alice")
    terminal.until("◔ Encrypted, unproven  erin@club.example")
    terminal.press(CTRL_S)
    terminal.until("Tour 7 of 7")
    terminal.press("q")
    terminal.until("to read what came back")
    terminal.press(HOME + ENTER)
    terminal.until("Came back: The spare key")
    terminal.press("N")
    terminal.until("What you saw")
    terminal.until("came back")
    terminal.press(ENTER)
    terminal.until("Inbox")
    terminal.until_gone("impostor on")
    terminal.press("q")
    assert terminal.ended() == 0


def test_whoever_sends_before_they_are_asked_to_is_met_there(launch: Launch) -> None:
    terminal = launch(*DEMO, "--fast")
    terminal.until("Take the tour")
    terminal.press(ENTER)
    terminal.until("Tour 1 of 7")
    terminal.press("c")
    terminal.until("Letter  from Alice")
    terminal.press("carol@university.example,erin@club.example,grace@oldserver.example,")
    terminal.until("Tour 3 of 7")
    terminal.press("\t" + "The spare key" + CTRL_S)
    terminal.until("Tour 5 of 7")
    terminal.press("t")
    terminal.until("Tour 6 of 7")


def test_it_does_a_step_for_whoever_asks_and_ends_at_escape(launch: Launch) -> None:
    terminal = launch(*DEMO, "--fast")
    terminal.until("Take the tour")
    terminal.press(ENTER)
    terminal.until("Tour 1 of 7")
    terminal.press(F9)
    terminal.until("grace@oldserver.example")
    terminal.until("Tour 3 of 7")
    terminal.press(ESCAPE)
    terminal.until("The tour is over.")
    terminal.until_gone("Tour 3 of 7")
    terminal.until("Letter  from Alice")
    terminal.press(CTRL_P)
    terminal.until("Search for")
    terminal.press("Tour")
    terminal.until("Seven steps")
    terminal.press(ENTER)
    terminal.until("Tour 3 of 7")  # the letter is written, and its badges are there
    terminal.press("\x11")
    assert terminal.ended() == 0


def test_whoever_looks_around_alone_is_left_alone(launch: Launch) -> None:
    terminal = launch(*DEMO)
    terminal.until("Take the tour")
    terminal.press(ESCAPE)
    terminal.until_gone("Take the tour")
    terminal.until("Compose")
    assert "Tour" not in terminal.text
    terminal.press("q")
    assert terminal.ended() == 0
