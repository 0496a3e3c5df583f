"""kill -9 for the provider's Postfix: one of its programs, or all at once, as when a machine loses its power."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.lab.outage import POSTFIX
from tests.lab.servers import until
from tests.lab.topology import DIRECTORY

_EMPTIED_WITHIN = 60.0


def kill(program: str = "") -> None:
    """All running ones of that name; without a name, everything."""
    assert POSTFIX.pid_file is not None
    master = int(POSTFIX.pid_file.read_text())
    victims = [pid for pid, name in _children(master) if program in ("", name)]
    assert victims, f"no {program} runs"
    for pid in victims if program else [master, *victims]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def start_again() -> None:
    """In a process of its own: the servers are to be nobody's children here."""
    again = (sys.executable, "-m", "tests.lab.outage", POSTFIX.name)
    subprocess.run(again, cwd=Path(__file__).resolve().parents[2], check=True)


def queue_is_empty() -> bool:
    """Waited for: whatever it took has gone where it goes."""
    asked = ("postqueue", "-c", str(DIRECTORY / "provider"), "-j")
    return until(
        lambda: not subprocess.run(asked, capture_output=True, check=True).stdout,
        _EMPTIED_WITHIN,
    )


def _children(master: int) -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):  # it has ended meanwhile
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
                if int(rest.split()[1]) == master:
                    yield int(entry.name), name
