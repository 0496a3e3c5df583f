"""A program on a real pseudo-terminal, its screen read by pyte."""

from __future__ import annotations

import copy
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte
import pytest

ROOT = Path(__file__).parents[1]
PATIENCE = 240  # seconds, on a machine that does much else
ALTERNATE = 1049  # xterm's mode for programs that fill the screen: what was there before comes back after them


class Screen(pyte.Screen):
    """pyte's, and what the shell had on it stands there again when the program has left."""

    _before: tuple[pyte.screens.Cursor, dict[int, pyte.screens.StaticDefaultDict[int, pyte.screens.Char]]] | None = None

    def set_mode(self, *modes: int, **kwargs: object) -> None:
        super().set_mode(*modes, **kwargs)
        if kwargs.get("private") and ALTERNATE in modes and self._before is None:
            self._before = copy.copy(self.cursor), copy.deepcopy(dict(self.buffer))
            self.erase_in_display(2)

    def reset_mode(self, *modes: int, **kwargs: object) -> None:
        super().reset_mode(*modes, **kwargs)
        if kwargs.get("private") and ALTERNATE in modes and self._before is not None:
            self.cursor, shown = self._before
            self.buffer.clear()
            self.buffer.update(shown)
            self._before = None


class Terminal:
    """One program on one terminal; `raw` is everything that it wrote."""

    def __init__(self, command: list[str], environment: dict[str, str], columns: int, lines: int) -> None:
        self.screen = Screen(columns, lines)
        self.raw = b""
        self.status: int | None = None
        self._stream = pyte.ByteStream(self.screen)
        self._hung_up = False
        self._fd, program = pty.openpty()
        fcntl.ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))  # before anybody looks
        self._pid = os.fork()
        if self._pid == 0:
            os.login_tty(program)
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # who runs the tests in the background ignores it
            os.chdir(ROOT)
            os.execvpe(command[0], command, environment)
        os.close(program)

    @property
    def text(self) -> str:
        """The screen; pyte's own `display` fails on what is left of an overwritten wide character."""
        columns = range(self.screen.columns)
        lines = (self.screen.buffer[y] for y in range(self.screen.lines))
        return "\n".join("".join(line[x].data for x in columns).rstrip() for line in lines)

    def press(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def until(self, words: str) -> None:
        """Read what the program writes until its screen shows `words`."""
        self.until_true(lambda: words in self.text, f"{words!r} did not appear")

    def until_true(self, condition: Callable[[], bool], failure: str) -> None:
        """Read what the program writes until this holds: a screen that is read halfway shows half of it."""
        self._read_until(condition, failure)

    def until_written(self, octets: bytes, start: int = 0) -> None:
        """Read what the program writes until these are among it, from that place on."""
        self._read_until(lambda: octets in self.raw[start:], f"{octets!r} was not written")

    def until_gone(self, words: str) -> None:
        self._read_until(lambda: words not in self.text, f"{words!r} did not go away")

    def ended(self, patience: float = PATIENCE) -> int:
        """The program's exit status, once it has one and its last word is read."""
        self._read_until(lambda: self._hung_up, "it did not end", patience)
        self._read_until(self._gone, "it hung up and did not end", patience)
        assert self.status is not None
        return self.status

    def signal(self, number: int) -> None:
        os.kill(self._pid, number)

    def close(self) -> None:
        if self.status is None and not self._gone():
            self.signal(signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._fd)

    def _gone(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if pid else None
        return self.status is not None

    def _read_until(self, condition: Callable[[], bool], failure: str, patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"{failure}. The screen:\n{self.text}")
            self._read()

    def _read(self) -> None:
        if select.select([self._fd], [], [], 0.05)[0]:
            try:
                written = os.read(self._fd, 1 << 16)
            except OSError:  # Linux says EIO when all is read and the program has closed its end
                self._hung_up = True
                return
            self.raw += written
            self._stream.feed(written)
