"""A program on a pseudo-terminal, its screen as an emulator draws it: how long until somebody sees the words?"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyte

COLUMNS, LINES = 120, 40
_GIVEN_TO_END = 5.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a process has taken so far."""

    resident: float  # MiB, now
    peak: float  # MiB
    processor: float  # seconds


class Screen:
    """A running program; times count from the moment before it was started."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._ended = False
        self.began = time.perf_counter()
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            with contextlib.suppress(OSError):
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
                os.execvpe(command[0], list(command), dict(environment))
            os._exit(127)

    @property
    def text(self) -> str:
        columns = range(COLUMNS)
        lines = (self._screen.buffer[line] for line in range(LINES))
        return "\n".join("".join(line[column].data for column in columns).rstrip() for line in lines)

    def until(self, seen: Callable[[str], bool], patience: float = 120.0, since: float | None = None) -> float:
        """Seconds until the screen satisfies `seen`."""
        since = self.began if since is None else since
        while time.perf_counter() < since + patience:
            if self._read(0.02) and seen(self.text):
                return time.perf_counter() - since
        raise SystemExit(f"What was waited for did not appear. The screen:\n{self.text}")

    def settle(self, quiet: float, patience: float = 300.0) -> None:
        """Read on until nothing has been drawn for so long."""
        drawn, give_up = time.perf_counter(), time.perf_counter() + patience
        while time.perf_counter() < min(drawn + quiet, give_up):
            if self._read(0.05):
                drawn = time.perf_counter()

    def press(self, keys: str) -> float:
        """When they were pressed."""
        pressed = time.perf_counter()
        os.write(self._descriptor, keys.encode())
        return pressed

    def used(self) -> Used:
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{self.pid}/status").read_text().splitlines() if ":" in line
        )
        ticks = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return Used(
            resident=int(status["VmRSS"].split()[0]) / 1024,
            peak=int(status["VmHWM"].split()[0]) / 1024,
            processor=(int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"),
        )

    def close(self) -> None:
        """Politely, so that it can write down what it keeps; then not."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        deadline = time.perf_counter() + _GIVEN_TO_END
        while not self._gone() and time.perf_counter() < deadline:
            self._read(0.05)
        if not self._ended:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._descriptor)

    def _gone(self) -> bool:
        if not self._ended:
            self._ended = os.waitpid(self.pid, os.WNOHANG)[0] != 0
        return self._ended

    def _read(self, patience: float) -> bool:
        """True where something was drawn."""
        if not select.select([self._descriptor], [], [], patience)[0]:
            return False
        try:
            written = os.read(self._descriptor, 1 << 16)
        except OSError:  # Linux says EIO when the program has closed its end
            return False
        self._stream.feed(written)
        return bool(written)


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Generator[Screen]:
    screen = Screen(command, environment)
    try:
        yield screen
    finally:
        screen.close()
