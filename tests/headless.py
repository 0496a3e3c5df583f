"""The client without a screen, as a process: keeps up with the server, submits, and prints what happens.

`python -m tests.headless CONFIG`: a line an event. It may be stopped, continued and killed like the real one.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from linksec_tui import config_file
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.events import ConnectionChanged, Event, MailboxChanged, OutboxChanged, RoomNeeded

_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Client:
    """One running client, and what it says."""

    process: subprocess.Popen[str]
    said: IO[str]

    def says(self, *wanted: str) -> None:
        """All of these, in whatever order; what else it says is passed over. The test's time limit ends the wait."""
        missing = set(wanted)
        for line in self.said:
            missing = {each for each in missing if each not in line}
            if not missing:
                return
        raise AssertionError(f"it ended before it said {sorted(missing)}")

    def signal(self, number: int) -> None:
        os.kill(self.process.pid, number)


@contextmanager
def running(config: Path, *wrapped: str) -> Generator[Client]:
    """The client for the time of a test; `wrapped` is a command that starts it elsewhere."""
    command = (*wrapped, sys.executable, "-m", "tests.headless", str(config))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT)
    assert process.stdout is not None
    try:
        yield Client(process, process.stdout)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def _main(config: Path) -> None:
    async with open_desk(config_file.load(config)) as desk:
        async for event in desk.events():
            for line in [line async for line in _lines(desk, event)]:
                print(line, flush=True)


async def _lines(desk: Desk, event: Event) -> AsyncIterator[str]:
    match event:
        case ConnectionChanged():
            yield f"link {event.link} {event.detail}"
        case MailboxChanged():
            for header in (await desk.rows(event.arrived)).values():
                yield f"arrived {header.subject}"
        case OutboxChanged():
            items = {item.id: item for item in await desk.outbox()}
            subject = items[event.item].subject if event.item in items else ""
            yield f"outbox {event.state} {subject}"
        case RoomNeeded():
            yield f"room needed {event.detail}"
        case _:
            pass


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_main(Path(sys.argv[1])))
