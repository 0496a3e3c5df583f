"""Hostile messages read on a real terminal: whatever they hold, nothing but our own drawing is written to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Launch

pytestmark = pytest.mark.terminal

# The client in the demo's world, where the bodies of the first messages are a stranger's.
READING = r"""
import asyncio, sys, tempfile
from pathlib import Path
from linksec_tui import config_file
from linksec_tui.store import bodies
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.world import World

ESCAPES = "\x1b]0;PWN\x07\x1b]52;c;UFdO\x07\x1b[31337m\x1b[6n\x9b31337m\x1bP1337q\x1b\\\x90x\x9c\x08\x7f"
ESCAPES += "\u202eevil\u2066\u200b\x00"
HTML = f"<p>{ESCAPES}<a href='https://x.example/{ESCAPES}'>link{ESCAPES}</a><pre>{ESCAPES}</pre>&#27;]0;PWN&#7;&#x9b;31337m"
HEAD = f"From: A{ESCAPES} <a@b.example>\r\nSubject: S{ESCAPES}\r\nDate: {ESCAPES}\r\nList-Unsubscribe: <https://x.example/{ESCAPES}>\r\n"
PARTS = [
    f"Content-Type: text/plain; charset=\"{ESCAPES}\"\r\n\r\nBEGINNING {ESCAPES}",
    f"Content-Type: text/html\r\n\r\n{HTML}",
    f"Content-Type: application/x-{ESCAPES}; name=\"../{ESCAPES}\"\r\n\r\nx",
    "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
    f"SUMMARY:{ESCAPES}\r\nDTSTART;TZID={ESCAPES}:20260101T000000\r\nEND:VEVENT\r\nEND:VCALENDAR",
    f"Content-Type: message/rfc822\r\n\r\n{HEAD}\r\n{ESCAPES}",
]
BODY = "".join(f"--b\r\n{part}\r\n" for part in PARTS)
RAW = (HEAD + f"Content-Type: multipart/mixed; boundary=b\r\n\r\n{BODY}--b--\r\n").encode()

class Client(LinksecApp):
    async def poison(self):
        while not (isinstance(self.screen, MailboxScreen) and len(self.screen.messages.spine) > 5):
            await asyncio.sleep(0.05)
        for ident in self.screen.messages.spine[1:3]:
            await self.desk.rooms.mail.run(bodies.write_body, ident, RAW, self.desk.now())
        self.say("poisoned")
    def begin(self):
        super().begin()
        self.run_worker(self.poison())

with tempfile.TemporaryDirectory() as directory, World.start(Path(directory), letters=10) as world:
    Client(config_file.load(world.config_path)).run()
"""

# What a terminal program may write: attributes, moves, modes, the shape of the pointer, character sets, keypad.
OURS = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\]22;[a-z-]*\x07|\x1b[()][0AB]|\x1b[=>78M]|\x1b\\")
CUT = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|\]22;[a-z-]*|[()])?\Z")  # reading stopped inside one of these
PAYLOADS = (
    b"PWN\x07",
    b"\x1b]52",
    b"\x1b[31337m",
    b"\xc2\x9b",
    b"\x1bP1337",
    b"\x1b[6n",
    "\u202e".encode(),
    "\u2066".encode(),
)


def test_nothing_of_a_message_steers_the_terminal(launch: Launch) -> None:
    terminal = launch("-c", READING, columns=120, lines=40)
    terminal.until("poisoned")
    before = len(terminal.raw)
    terminal.press("j\r")
    terminal.until("BEGINNING")
    terminal.press("G")
    terminal.until("Forwarded message")
    terminal.press("l")
    terminal.until("Open which link?")
    terminal.press("\x1b")
    terminal.until_gone("Open which link?")
    terminal.press("P")
    terminal.until("Parts of the message")  # the letter names them, too
    terminal.until("(an invitation)")
    terminal.press("\x1b")
    terminal.until_gone("Parts of the message")
    terminal.until("Forwarded message")
    terminal.press("h")
    terminal.until("Source of the message")
    written = terminal.raw[before:]
    assert not [payload for payload in PAYLOADS if payload in written]
    rest = CUT.sub(b"", OURS.sub(b"", written)).decode("utf-8", "replace")
    assert not set(re.findall(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", rest))
