"""How this terminal draws pictures: it is asked once, when the first one is looked at, and has a second to answer.

Nothing but questions that every terminal knows is written to one that has not said that it can do more. While it is
asked, Textual does not listen: it would take the answers for keys. Whoever asks listens in its place, beside the loop,
and is its listener from then on; what was typed meanwhile is handed on.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import select
import struct
import termios
import time
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread

from textual.drivers.linux_driver import LinuxDriver

from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.picture import Drawing
from linksec_tui.tui.front import Front

PATIENCE = 1.0  # seconds; an answer that comes later would be taken for keys, so this is long for a distant machine
MOST_ANSWER = 4096  # octets
_A_LOOK = 0.1  # seconds, as often as Textual's own listener looks whether the program ends

_ATTRIBUTES = "\x1b[c"  # DA1: every terminal answers; 4 among the answers is Sixel
_CELL = "\x1b[16t"  # how many pixels a cell has
_KITTY = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
_SAID_ATTRIBUTES = re.compile(r"\x1b\[\?([\d;]*)c")
_SAID_CELL = re.compile(r"\x1b\[6;(\d{1,3});(\d{1,3})t")
_SAID_KITTY = re.compile(r"\x1b_G([^\x1b]{0,200})\x1b\\")
_SIXEL = "4"
_MUTE = frozenset({"", "dumb", "linux"})  # values of TERM that have no pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Graphics:
    """How it draws, and the pixels of one cell."""

    drawing: Drawing = Drawing.BLOCKS
    cell_width: int = 1
    cell_height: int = 2


_BLANKS = Graphics(drawing=Drawing.BLANKS, cell_height=1)


async def graphics_of(app: Front) -> Graphics:
    """What can be done here. It takes a moment, and is asked for once, however often somebody wants to know."""
    if app.glyphs is Glyphs.ASCII:
        return _BLANKS
    driver = app._driver  # pyright: ignore[reportPrivateUsage] - Textual has no other way to it
    if app.no_color or app.is_web or not isinstance(driver, LinuxDriver) or not _can_be_asked(driver):
        return Graphics()
    if app.graphics_question is None:
        app.graphics_question = question = Question(driver)
        await question.put()
    return await asyncio.shield(asyncio.wrap_future(app.graphics_question.found))


def _can_be_asked(driver: LinuxDriver) -> bool:
    return os.environ.get("TERM", "") not in _MUTE and os.isatty(driver.fileno)


def calls_itself_kitty(environment: Mapping[str, str]) -> bool:
    """Only such a terminal is asked in Kitty's language; within a multiplexer it is another one that answers."""
    inside = environment.get("TMUX") or environment.get("STY")
    names = f"{environment.get('TERM', '')} {environment.get('TERM_PROGRAM', '')}".lower()
    return not inside and (bool(environment.get("KITTY_WINDOW_ID")) or "kitty" in names or "ghostty" in names)


def graphics_said(answers: str) -> Graphics:
    """What the answers come to."""
    attributes = _SAID_ATTRIBUTES.search(answers)
    kitty = _SAID_KITTY.search(answers)
    cell = _SAID_CELL.search(answers)
    height, width = (int(cell[1]), int(cell[2])) if cell else (0, 0)
    if not (2 <= width <= 200 and 2 <= height <= 200):
        return Graphics()
    if kitty and kitty[1].endswith(";OK"):
        return Graphics(drawing=Drawing.KITTY, cell_width=width, cell_height=height)
    if attributes and _SIXEL in attributes[1].split(";")[1:]:
        return Graphics(drawing=Drawing.SIXEL, cell_width=width, cell_height=height)
    return Graphics()


def without_answers(said: str) -> str:
    """What was typed meanwhile."""
    for answer in (_SAID_ATTRIBUTES, _SAID_CELL, _SAID_KITTY):
        said = answer.sub("", said)
    return said


@dataclass(slots=True)
class Question:
    """Put to the terminal by the one thread that reads from it."""

    driver: LinuxDriver
    found: Future[Graphics] = field(default_factory=Future)
    said: str = ""

    async def put(self) -> None:
        """Take the listener's place. Whoever closes the screen meanwhile does not leave the terminal without one."""
        driver = self.driver
        listener = driver._key_thread  # pyright: ignore[reportPrivateUsage]
        if listener is None:
            self.found.set_result(Graphics())
            return
        driver.exit_event.set()
        try:
            await asyncio.to_thread(listener.join)
        finally:
            listener.join()
            driver.exit_event.clear()
            driver._key_thread = Thread(target=self._listen, name="textual-input")  # pyright: ignore[reportPrivateUsage]
            driver._key_thread.start()  # pyright: ignore[reportPrivateUsage]

    def _listen(self) -> None:
        graphics = Graphics()
        try:
            with suppress(OSError):  # the terminal is gone
                graphics = self._asked(os.environ)
        finally:
            self.found.set_result(graphics)
            self._hand_on()
            self.driver._run_input_thread()  # pyright: ignore[reportPrivateUsage]

    def _asked(self, environment: Mapping[str, str]) -> Graphics:
        self._exchange(_KITTY if calls_itself_kitty(environment) else "")
        width, height = _cell_of(self.driver.fileno)
        size = f"\x1b[6;{height};{width}t"
        found = graphics_said(self.said + size)
        if found.drawing is not Drawing.BLOCKS or not graphics_said(f"{self.said}\x1b[6;20;10t").drawing.is_pixels:
            return found
        self._exchange(_CELL)  # it can, and the system does not know how large a cell is
        return graphics_said(self.said)

    def _exchange(self, question: str) -> None:
        """Whatever it answers to the question, it answers to the other one after it."""
        self.driver.write(question + _ATTRIBUTES)
        self.driver.flush()
        before, deadline = len(self.said), time.monotonic() + PATIENCE
        while not _SAID_ATTRIBUTES.search(self.said, before) and len(self.said) < MOST_ANSWER:
            if time.monotonic() >= deadline or self.driver.exit_event.is_set():
                return
            if select.select([self.driver.fileno], [], [], _A_LOOK)[0]:
                self.said += os.read(self.driver.fileno, 1024).decode("utf-8", "replace")

    def _hand_on(self) -> None:
        from textual._xterm_parser import XTermParser  # deferred: Textual's own, and needed by nobody else

        for message in XTermParser().feed(without_answers(self.said)):
            self.driver.process_message(message)


def _cell_of(terminal: int) -> tuple[int, int]:
    """Pixels of a cell as the system knows them; zeros where it does not."""
    with suppress(OSError):
        lines, columns, across, down = struct.unpack("HHHH", fcntl.ioctl(terminal, termios.TIOCGWINSZ, b"\0" * 8))
        if lines and columns:
            return across // columns, down // lines
    return 0, 0
