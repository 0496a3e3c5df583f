"""The demonstration as a recording: `demo --unattended` on a pseudo-terminal, written down as it was drawn.

`screenshots/demo.cast` is in asciinema's format 2 (https://docs.asciinema.org/manual/asciicast/v2/): `asciinema play`
shows it. Beside it a picture of each step, of the last moment before the next one. `make shots` makes them anew.
"""

from __future__ import annotations

import codecs
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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyte
from pyte.screens import Char

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "screenshots"
COLUMNS, LINES = 80, 24
QUIET = 0.25  # seconds without anything new: what stands there is a picture
LONGEST = 600  # seconds for the whole of it
CELL, LINE, SIZE = 9.0, 20, 15  # of a picture, in its units
INK, GROUND = "d6dde6", "10141a"  # what a terminal draws with where a program does not say
_NAMED = {"black": "10141a", "red": "ff8982", "green": "77c035", "brown": "ffb32b", "blue": "7ea6d9",
          "magenta": "e5a8ff", "cyan": "41b9ff", "white": "d6dde6"}  # fmt: skip
_KEYBOARD = re.compile(rb"\x1b\[[<>=?][0-9;]*u")  # kitty's keyboard protocol, which pyte takes for text
_LOOK = re.compile(r"\x1b\[([0-9;:]*)m")  # ECMA-48 §8.3.117
_TRAIT = re.compile(r"[34]8[;:]2[;:]\d+[;:]\d+[;:]\d+|[34]8[;:]5[;:]\d+|\d+")
_KINDS = {
    **dict.fromkeys(map(str, [*range(30, 40), *range(90, 98)]), "ink"),
    **dict.fromkeys(map(str, range(40, 50)), "ground"),
}
_BEGUN = re.compile(r"\x1b(?:\[[0-9;:]*)?$")  # perhaps one that goes on in what is written next
_STEP = re.compile(r"Tour (\d) of 7")


@dataclass
class Recorder:
    """One run of a command on a terminal of its own."""

    command: list[str]
    columns: int = COLUMNS
    lines: int = LINES
    events: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    pictures: dict[str, str] = field(default_factory=dict[str, str])  # name → SVG

    def run(self) -> int:
        """Its exit status; `events` and `pictures` are filled."""
        self.screen = pyte.Screen(self.columns, self.lines)
        stream, decoder = pyte.ByteStream(self.screen), codecs.getincrementaldecoder("utf-8")("replace")
        pid, terminal = pty.fork()
        if pid == 0:
            self._become()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", self.lines, self.columns, 0, 0))
        began = time.monotonic()
        try:
            for written in _written(terminal, began + LONGEST):
                at = time.monotonic() - began
                if self.events and at - self.events[-1][0] > QUIET and (name := self._moment()):
                    self.pictures[name] = svg(self.screen)  # as it stood, not while another screen was being drawn
                self.events.append((at, decoder.decode(written)))
                stream.feed(_KEYBOARD.sub(b"", written))
            if last := self._moment():
                self.pictures[last] = svg(self.screen)
        finally:
            os.close(terminal)
        return _status(pid)

    def _become(self) -> None:
        os.chdir(ROOT)
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        os.execvpe(self.command[0], self.command, {**environment, "TEXTUAL_ANIMATIONS": "none"})

    def _moment(self) -> str:
        """The name of what the screen shows: a step of the tour, its beginning, or its end."""
        text = "\n".join(self.screen.display)
        if found := _STEP.search(text):
            return f"tour-{found[1]}"
        return "tour-end" if "What you saw" in text else "tour-offer" if "Take the tour" in text else ""

    def cast(self, title: str) -> str:
        """As asciinema reads it: a line that says what this is, then a line for every time something was drawn."""
        environment = {"TERM": "xterm-256color"}
        head = {"version": 2, "width": self.columns, "height": self.lines, "title": title, "env": environment}
        drawn = zip((at for at, _ in self.events), spare(text for _, text in self.events), strict=True)
        lines = [head, *([round(at, 3), "o", text] for at, text in drawn if text)]
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def spare(written: Iterable[str]) -> Iterator[str]:
    """The same on the screen in fewer characters: a look is set where something is drawn in it, and only if it is new.

    Textual sets every piece's look and takes it back after it, which is two thirds of all that it writes.
    """
    wanted = shown = held = ""
    for text in written:
        whole = held + text
        begun = _BEGUN.search(whole)
        held = begun[0] if begun else ""
        drawn: list[str] = []
        for at, piece in enumerate(_LOOK.split(whole.removesuffix(held))):
            if at % 2:
                wanted = "" if piece in {"", "0"} else f"{wanted};{piece}".strip(";")
            elif piece:
                drawn += [_change(shown, wanted), piece]
                shown = wanted
        yield "".join(drawn)


def _change(before: str, after: str) -> str:
    """From one look to another; what only changes or is added needs no new beginning."""
    old, new = _traits(before), _traits(after)
    if old.keys() <= new.keys():
        changed = ";".join(trait for kind, trait in new.items() if old.get(kind) != trait)
        return f"\x1b[{changed}m" if changed else ""
    return f"\x1b[{';'.join(['0', *new.values()])}m"


def _traits(look: str) -> dict[str, str]:
    """Ink, ground, and whatever else."""
    found: list[str] = _TRAIT.findall(look)
    return {_KINDS.get(trait[:2], trait): trait for trait in found}


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
        time.sleep(0.1)
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
