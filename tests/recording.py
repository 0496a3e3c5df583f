"""The demonstration as a recording: `demo --unattended` on a pseudo-terminal, a few moments of each second.

`screenshots/demo.cast` is in asciinema's format 2 (https://docs.asciinema.org/manual/asciicast/v2/): `asciinema play`
shows it. Of each moment only those cells are in it that are not as they were: Textual draws a screen in pieces, and
most of them more than once. Beside it a picture of each step, of the last moment before the next one. `make shots`
makes them anew.
"""

from __future__ import annotations

import fcntl
import html
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pyte
from pyte import graphics
from pyte.screens import Char

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "screenshots"
COLUMNS, LINES = 80, 24
QUIET = 0.25  # seconds in which nothing changes: what stands there is a picture
DRAWN = 0.04  # seconds in which nothing is written: the program has drawn what it wanted to
MOMENT = 0.2  # seconds after which a moment is kept in any case
LONGEST = 600  # seconds for the whole of it
CELL, LINE, SIZE = 9.0, 20, 15  # of a picture, in its units
INK, GROUND = "d6dde6", "10141a"  # what a terminal draws with where a program does not say
_NAMED = {"black": "10141a", "red": "ff8982", "green": "77c035", "brown": "ffb32b", "blue": "7ea6d9",
          "magenta": "e5a8ff", "cyan": "41b9ff", "white": "d6dde6"}  # fmt: skip
_KEYBOARD = re.compile(rb"\x1b\[[<>=?][0-9;]*u")  # kitty's keyboard protocol, which pyte takes for text
_INKS = {name: str(code) for code, name in (graphics.FG_ANSI | graphics.FG_AIXTERM).items()}  # ECMA-48 §8.3.117
_GROUNDS = {name: str(code) for code, name in (graphics.BG_ANSI | graphics.BG_AIXTERM).items()}
_STEP = re.compile(r"Tour (\d) of 7")


@dataclass
class Cells:
    """What a terminal shows by now, cell by cell."""

    known: dict[tuple[int, int], Char] = field(default_factory=dict[tuple[int, int], Char])

    def become(self, screen: pyte.Screen) -> str:
        """What makes this screen of it; nothing where it is the same."""
        written: list[str] = []
        pen, look = (-1, -1), ""
        for y, x in product(range(screen.lines), range(screen.columns)):
            char = screen.buffer[y][x]
            is_new = self.known.get((y, x)) != char
            self.known[y, x] = char
            if not char.data:  # the second cell of a wide character
                pen = (y, x + 1) if pen == (y, x) else pen
            elif is_new:
                wanted = _look(char)
                written.append("" if pen == (y, x) else f"\x1b[{y + 1};{x + 1}H")
                written.append("" if look == wanted else f"\x1b[{wanted}m")
                written.append(char.data)
                pen, look = (y, x + 1), wanted
        return "".join(written)


def _look(char: Char) -> str:
    """As a terminal is told of it."""
    traits = (char.bold, "1"), (char.italics, "3"), (char.underscore, "4"), (char.reverse, "7")
    ink, ground = _INKS.get(char.fg) or _mixed("38", char.fg), _GROUNDS.get(char.bg) or _mixed("48", char.bg)
    return ";".join(["0", *(code for is_on, code in traits if is_on), ink, ground])


def _mixed(which: str, colour: str) -> str:
    return f"{which};2;{';'.join(map(str, bytes.fromhex(colour)))}"


@dataclass
class Recorder:
    """One run of a command on a terminal of its own."""

    command: list[str]
    columns: int = COLUMNS
    lines: int = LINES
    moments: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    cells: Cells = field(default_factory=Cells)
    pictures: dict[str, str] = field(default_factory=dict[str, str])  # name → SVG
    _calm: set[str] = field(default_factory=set[str])  # names of those taken while nothing changed

    def run(self) -> int:
        """Its exit status; `moments` and `pictures` are filled."""
        self.screen = pyte.Screen(self.columns, self.lines)
        stream = pyte.ByteStream(self.screen)
        pid, terminal = pty.fork()
        if pid == 0:
            self._become()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", self.lines, self.columns, 0, 0))
        began = drawn = time.monotonic()
        try:
            for written in _written(terminal, began + LONGEST):
                now = time.monotonic()
                is_drawn = now - drawn > DRAWN
                if is_drawn or now - began - self._last > MOMENT:
                    self._moment(drawn - began)
                if is_drawn:  # as it stood, not while another screen was being drawn
                    self._picture(calm=now - began - self._last > QUIET)
                drawn = now
                stream.feed(_KEYBOARD.sub(b"", written))
            self._picture(calm=True)
            self._moment(drawn - began)
        finally:
            os.close(terminal)
        return _status(pid)

    def _become(self) -> None:
        os.chdir(ROOT)
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        os.execvpe(self.command[0], self.command, {**environment, "TEXTUAL_ANIMATIONS": "none"})

    @property
    def _last(self) -> float:
        return self.moments[-1][0] if self.moments else 0.0

    def _moment(self, at: float) -> None:
        if written := self.cells.become(self.screen):
            self.moments.append((at, written))

    def _picture(self, *, calm: bool) -> None:
        """Of a step of the tour, its beginning, or its end; also of one in which nothing ever stands still."""
        text = "\n".join(self.screen.display)
        if found := _STEP.search(text):
            name = f"tour-{found[1]}"
        else:
            name = "tour-end" if "What you saw" in text else "tour-offer" if "Take the tour" in text else ""
        if name and (calm or name not in self._calm):
            self.pictures[name] = svg(self.screen)
            self._calm |= {name} if calm else set()

    def cast(self, title: str) -> str:
        """As asciinema reads it: a line that says what this is, then a line for every time something was drawn."""
        environment = {"TERM": "xterm-256color"}
        head = {"version": 2, "width": self.columns, "height": self.lines, "title": title, "env": environment}
        moments = (
            (0.0, "\x1b[?25l"),
            *self.moments,
            (self._last, "\x1b[0m\x1b[?25h"),
        )  # without a cursor, but after it
        lines = [head, *([round(at, 3), "o", text] for at, text in moments)]
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _written(terminal: int, until: float) -> Iterator[bytes]:
    while time.monotonic() < until:
        if select.select([terminal], [], [], 1.0)[0]:
            try:
                written = os.read(terminal, 1 << 16)
            except OSError:  # Linux says EIO when the program has closed its end
                return
            if not written:
                return
            yield written


def _status(pid: int) -> int:
    ended, status = os.waitpid(pid, os.WNOHANG)
    for _ in range(50):
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.1)  # waitpid has no wait with a limit; the program has closed its terminal and is about to end
        ended, status = os.waitpid(pid, os.WNOHANG)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def svg(screen: pyte.Screen) -> str:
    """The screen as a picture: a rectangle for each ground, a text for each run of one look."""
    width, height = screen.columns * CELL, screen.lines * LINE
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f'<rect width="100%" height="100%" fill="#{GROUND}"/>',
        f'<g font-family="Fira Code, DejaVu Sans Mono, monospace" font-size="{SIZE}" xml:space="preserve">',
    ]
    for y in range(screen.lines):
        for x in range(screen.columns):
            drawn += _cell(screen.buffer[y][x], x, y)
    return "\n".join([*drawn, "</g>", "</svg>"])


def _cell(char: Char, x: int, y: int) -> Iterator[str]:
    ink, ground = _colour(char.fg, INK), _colour(char.bg, GROUND)
    if char.reverse:
        ink, ground = ground, ink
    if ground != GROUND:
        yield f'<rect x="{x * CELL:.1f}" y="{y * LINE}" width="{CELL + 0.4:.1f}" height="{LINE}" fill="#{ground}"/>'
    if char.data.strip():
        weight = ' font-weight="bold"' if char.bold else ""
        text = html.escape(char.data)
        yield f'<text x="{x * CELL:.1f}" y="{y * LINE + SIZE}" fill="#{ink}"{weight}>{text}</text>'


def _colour(name: str, default: str) -> str:
    if re.fullmatch(r"[0-9a-fA-F]{6}", name):
        return name
    return _NAMED.get(name.removeprefix("bright"), default)


def main() -> int:
    recorder = Recorder([sys.executable, "-m", "linksec_tui", "demo", "--unattended"])
    status = recorder.run()
    if status:
        print("The demonstration did not go as told:", *recorder.screen.display, sep="\n", file=sys.stderr)
        return status
    (TARGET / "demo.cast").write_text(recorder.cast("linksec-tui demo"), "utf-8")
    for name, picture in recorder.pictures.items():
        file = TARGET / f"{name}.svg"
        file.write_text(picture, "utf-8")
        if shutil.which("rsvg-convert"):
            subprocess.run(["rsvg-convert", str(file), "-o", str(file.with_suffix(".png"))], check=True)
            file.unlink()
        print(file.with_suffix(".png").relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
