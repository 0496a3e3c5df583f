"""Pictures on a real terminal: it is asked once what it can, and gets nothing that it did not say it understands."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Launch, Terminal

pytestmark = pytest.mark.terminal

# The client in the demo's world, where the first message has a picture.
WITH_PICTURE = r"""
import asyncio, base64, io, os, tempfile
from pathlib import Path
from PIL import Image
from linksec_tui import config_file
from linksec_tui.store import bodies
from linksec_tui.tui import graphics
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.world import World

graphics.PATIENCE = float(os.environ["PATIENCE"])
octets = io.BytesIO()
Image.new("RGB", (60, 40), (255, 0, 0)).save(octets, format="PNG")
HEAD = b"Content-Type: image/png; name=red.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
RAW = HEAD + base64.b64encode(octets.getvalue())

class Client(LinksecApp):
    async def put_there(self):
        while not (isinstance(self.screen, MailboxScreen) and len(self.screen.messages.spine) > 5):
            await asyncio.sleep(0.05)
        await self.desk.rooms.mail.run(bodies.write_body, self.screen.messages.spine[1], RAW, self.desk.now())
        self.say("put there")
    def begin(self):
        super().begin()
        self.run_worker(self.put_there())

with tempfile.TemporaryDirectory() as directory, World.start(Path(directory), letters=10) as world:
    Client(config_file.load(world.config_path)).run()
"""

ATTRIBUTES = b"\x1b[c"
PIXELS = re.compile(rb"\x1bP|\x1b_|\x1b\[16t")


def asked_about_a_picture(launch: Launch, patience: int = 200, **environment: str) -> Terminal:
    """Until it is asked; the program waits so long for the answer, which is ours and comes when we have our turn."""
    terminal = launch("-c", WITH_PICTURE, PATIENCE=str(patience), **environment)
    terminal.until("put there")
    terminal.press("j\r")
    terminal.until("red.png")
    terminal.press("P")
    terminal.until("Parts of the message")
    terminal.press("\r")
    terminal.until_written(ATTRIBUTES)
    return terminal


def test_a_terminal_that_cannot_gets_coloured_cells(launch: Launch) -> None:
    terminal = asked_about_a_picture(launch)
    terminal.press("\x1b[?64;1;2;22c")
    terminal.until("coloured cells")
    terminal.until("▀")
    assert not PIXELS.search(terminal.raw)
    terminal.press("q")
    terminal.until("Parts of the message")


def test_a_terminal_that_does_not_answer_gets_them_as_well_and_keys_are_kept(launch: Launch) -> None:
    terminal = asked_about_a_picture(launch, patience=1)
    terminal.press("q")  # while it is asked
    terminal.until("Parts of the message")
    terminal.press("\r")
    terminal.until("coloured cells")
    assert terminal.raw.count(ATTRIBUTES) == 1
    assert not PIXELS.search(terminal.raw)


def test_the_client_goes_on_while_the_terminal_keeps_it_waiting(launch: Launch) -> None:
    terminal = asked_about_a_picture(launch, patience=1000)
    terminal.until("Decoding")
    asked = len(terminal.raw)
    terminal.signal(signal.SIGTERM)
    terminal.ended()
    assert b"\x1b[?1049l" in terminal.raw[asked:], "it took its leave"


def test_a_terminal_that_says_so_gets_sixels(launch: Launch) -> None:
    terminal = asked_about_a_picture(launch)
    terminal.press("\x1b[?64;4c")
    terminal.until_written(b"\x1b[16t")
    terminal.press("\x1b[6;20;10t\x1b[?64;4c")
    terminal.until_written(b"\x1bP0;1;0q")
    terminal.until_written(b"\x1b\\\x1b8")
    body = terminal.raw.partition(b"\x1bP0;1;0q")[2].partition(b"\x1b\\")[0]
    assert re.fullmatch(rb"[ -~]+", body)
    assert b'"1;1;60;40' in body


def test_a_kitty_is_asked_in_its_own_language(launch: Launch) -> None:
    terminal = asked_about_a_picture(launch, TERM="xterm-kitty")
    assert b"\x1b_Gi=31,s=1,v=1,a=q" in terminal.raw
    terminal.press("\x1b_Gi=31;OK\x1b\\\x1b[?62c")
    terminal.until_written(b"\x1b[16t")
    terminal.press("\x1b[6;20;10t\x1b[?62c")
    terminal.until_written(b"a=T,U=1,q=2,f=100")
    terminal.until_written("\U0010eeee".encode())
    terminal.press("q")
    terminal.until_written(b"\x1b_Ga=d,d=I")
