"""Starting servers and ending exactly those again: by process id and start time, so that a reused id is nobody's."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN = 240.0
ENDED_WITHIN = 120.0
_REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server: its command, where it will listen, and, if it leaves the foreground, the file with its id."""

    name: str
    command: tuple[str, ...]
    listens: tuple[tuple[str, int], ...]
    pid_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """A running server; `since` is the kernel's start time of that process."""

    pid: int
    since: str

    @property
    def alive(self) -> bool:
        return _since(self.pid) == self.since


class Roster:
    """Which servers run, written down where the next command finds it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._started: dict[str, Started] = {}
        with contextlib.suppress(FileNotFoundError):
            rows: dict[str, tuple[int, str]] = json.loads(file.read_text())
            self._started = {name: Started(pid, since) for name, (pid, since) in rows.items()}

    @property
    def running(self) -> dict[str, bool]:
        return {name: started.alive for name, started in self._started.items()}

    def started(self, name: str) -> Started:
        """The process of that name."""
        return self._started[name]

    def start(self, server: Server, log: Path) -> None:
        with log.open("ab") as output:
            process = subprocess.Popen(
                server.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd=_REPOSITORY,
            )
        if server.pid_file is None:
            self._note(server.name, process.pid)
        elif process.wait(READY_WITHIN) == 0:
            self._note(server.name, int(server.pid_file.read_text()))
        else:
            raise SystemExit(f"The lab's {server.name} did not start; {log} says why.")

    def drop(self, name: str) -> None:
        """End this one, which is no longer counted on."""
        if (started := self._started.pop(name, None)) and started.alive:
            os.killpg(os.getpgid(started.pid), signal.SIGKILL)
        self._write()

    def stop(self) -> None:
        """End what was started, politely first."""
        for started in self._alive():
            os.kill(started.pid, signal.SIGTERM)
        until(lambda: not self._alive(), ENDED_WITHIN)
        for started in self._alive():
            os.killpg(os.getpgid(started.pid), signal.SIGKILL)
        self._file.unlink(missing_ok=True)
        self._started = {}

    def _alive(self) -> list[Started]:
        return [started for started in self._started.values() if started.alive]

    def _note(self, name: str, pid: int) -> None:
        self._started[name] = Started(pid, _since(pid))
        self._write()

    def _write(self) -> None:
        self._file.write_text(json.dumps({name: [s.pid, s.since] for name, s in self._started.items()}))


def wait_for(server: Server) -> None:
    """Until it listens everywhere it should."""
    for address in server.listens:
        if not until(lambda address=address: _listens(address), READY_WITHIN):
            raise SystemExit(f"The lab's {server.name} does not listen on {address[0]}:{address[1]}.")


def _listens(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=10):
            return True
    except OSError:
        return False


def until(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    end = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(pause)  # a port that somebody else opens can only be tried
    return met


def _since(pid: int) -> str:
    # proc(5): the fields behind the last parenthesis; state is the first, start time the twentieth.
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]
