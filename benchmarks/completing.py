"""Does the interface wait for the address book? From a letter typed to the names on the screen, with 20,000 people.

The floor is the same with forty of them: as many names are drawn. A key is done when the names stand below it, although
the next one need not wait for them.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from linksec_tui.config import Config, KeySource, Network, Store
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import Field, parse_address
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.front import Leave
from linksec_tui.tui.screens.compose import ComposeScreen

PEOPLE = 20_000
FEW = 40
TYPED = "anna person 19 zzz"
ROUNDS = 5
FRAME = 1 / 60
SERVER = Server(host="127.0.0.1", port=1)
ACCOUNT = Account(name="bench", address=parse_address("bench@home.test"), imap=SERVER, submission=SERVER)


class Open(LinksecApp):
    """The client over a desk that is open already."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.config)
        self._open = desk

    @asynccontextmanager
    async def opening(self) -> AsyncGenerator[Desk]:
        yield self._open


def main() -> int:
    with TemporaryDirectory() as directory:
        alone = asyncio.run(_measure(Path(directory, "few"), FEW))
        among = asyncio.run(_measure(Path(directory, "many"), PEOPLE))
    _tell(f"{FEW} people (the floor)", alone)
    _tell(f"{PEOPLE:,} people", among)
    added = statistics.median(among) - statistics.median(alone)
    kept = added < FRAME
    print(f"{'added to a key':36} {added * 1e3:6.1f} ms{'' if kept else '  missed'}")
    return 0 if kept else 1


async def _measure(state: Path, people: int) -> list[float]:
    store = Store(key=KeySource.COMMAND, key_command=f"echo {'ab' * 32}")
    config = Config(state=state, accounts=(ACCOUNT,), network=Network(resolver="127.0.0.1:1"), store=store)
    async with open_desk(config, worker=False) as desk:
        await desk.people.import_content(_cards(people))
        await desk.people.everybody()
        app = Open(desk)
        async with app.run_test(size=(120, 40)) as pilot:
            await _settled(pilot, lambda: app.open_desk_or_none is not None)
            screen = ComposeScreen(desk.new_draft())
            app.push_screen(screen)
            await _settled(pilot, lambda: app.focused is not None)
            return await _keys(pilot, screen)


async def _keys(pilot: Pilot[Leave], screen: ComposeScreen) -> list[float]:
    """Seconds of each key until everything that it set off is done, names included."""
    line = screen.form.fields[Field.TO].line
    taken: list[float] = []
    for _ in range(ROUNDS):
        line.value = ""
        await pilot.pause()
        for letter in TYPED:
            started = time.perf_counter()
            await pilot.press("space" if letter == " " else letter)
            await pilot.app.workers.wait_for_complete()  # pyright: ignore[reportUnknownMemberType]  # generic workers
            await pilot.pause()
            taken.append(time.perf_counter() - started)
    return taken


async def _settled(pilot: Pilot[Leave], condition: Callable[[], bool]) -> None:
    while not condition():
        await pilot.pause()


def _cards(people: int) -> bytes:
    names = ("Anna", "Bob", "Carol", "Zoë")
    card = "BEGIN:VCARD\nVERSION:4.0\nFN:{name} Person {n}\nEMAIL:p{n}@d{domain}.example\nEND:VCARD\n"
    return "".join(card.format(name=names[n % 4], n=n, domain=n % 4_999) for n in range(people)).encode()


def _tell(what: str, taken: list[float]) -> None:
    worst = sorted(taken)[int(len(taken) * 0.95)]
    print(f"{what:36} {statistics.median(taken) * 1e3:6.1f} ms a key, {worst * 1e3:.1f} ms at worst of 95 in 100")


if __name__ == "__main__":
    sys.exit(main())
