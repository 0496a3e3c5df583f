"""Two hundred recipients of two hundred domains, and a letter of a megabyte: is each key on the screen within a frame?

A world 20 ms away (`assessing/`): first all badges are waited for, then keys are typed into the text, at its beginning,
in its middle, at its end, and into the line of recipients. A key costs what the interface's own thread works from the
key until everything that it brings is painted, less what it works in as long a time without a key. The floor is that
in a letter to one person of one line.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assessing.client import desk_in
from assessing.near import Near, world
from assessing.zones import PLAIN, SIGNED, STS, domains
from textual.events import Key

from linksec_tui.desk import Desk
from linksec_tui.model.account import Account
from linksec_tui.model.address import Field, parse_address
from linksec_tui.model.letter import Draft
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.screens.compose import ComposeScreen

MANY = 200
OCTETS = 1 << 20
ROUND_TRIP = 20.0  # milliseconds
CHECKED_WITHIN = 3.0  # seconds
FRAME = 16.0  # milliseconds of the interface's thread
ROUNDS = 15
SETTLED = 0.15  # seconds after which a key has had all its consequences but the keeping of the letter
LINE = "The quick brown fox jumps over the lazy dog and goes on to the next line.\n"
ACCOUNT = Account(name="bench", address=parse_address("bench@home.test"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Seconds until all badges were there, and those of them that the interface's thread worked; milliseconds of a key,
    by where it was typed; the longest turn besides."""

    checked: float
    worked: float
    keys: dict[str, float]
    turn: float


class Watched(LinksecApp):
    """The client over a desk that is open already."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.config)
        self._open = desk

    @asynccontextmanager
    async def opening(self) -> AsyncGenerator[Desk]:
        yield self._open

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)  # pyright: ignore[reportUnknownMemberType]  # its screens are generic
        if hasattr(renderable, "render_segments"):
            renderable.render_segments(self.console)


def main() -> int:
    gc.freeze()  # as the client does, once everything is loaded
    third = MANY // 3
    everybody = [*domains(SIGNED, third), *domains(STS, third), *domains(PLAIN, MANY - 2 * third)]
    with TemporaryDirectory() as directory, world(Path(directory), MANY) as near:
        floor = asyncio.run(_measure(near, everybody[:1], LINE))
        many = asyncio.run(_measure(near, everybody, LINE * (OCTETS // len(LINE))))
    kept = [_line(f"{MANY} recipients of {MANY} domains checked, s", many.checked, CHECKED_WITHIN)]
    kept += [
        _line(f"a key {where}, ms ({floor.keys[where]:.1f} in a short letter)", cost, FRAME)
        for where, cost in many.keys.items()
    ]
    print(f"{'… of which the interface worked, s':58} {many.worked:8.1f}")
    print(f"{'longest turn of the interface meanwhile, ms':58} {many.turn:8.1f}")
    return 0 if all(kept) else 1


def _line(words: str, found: float, promised: float) -> bool:
    print(f"{words:58} {found:8.1f} ≤ {promised:5.1f}{'' if found <= promised else '  missed'}")
    return found <= promised


async def _measure(near: Near, names: Sequence[str], body: str) -> Found:
    near.pace(ROUND_TRIP)
    with TemporaryDirectory() as state:
        async with desk_in(near, Path(state), (ACCOUNT,)) as desk:
            people = tuple(desk.parse_recipient(f"anna@{name}") for name in names)
            return await _write(desk, replace(desk.new_draft(), recipients=people, subject="Fox", body=body))


async def _write(desk: Desk, draft: Draft) -> Found:
    app = Watched(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        while app.open_desk_or_none is None:
            await pilot.pause()
        began, worked = time.perf_counter(), time.thread_time()
        screen = ComposeScreen(draft)
        await app.push_screen(screen)
        wanted = {recipient.address.domain for recipient in draft.recipients}
        while not wanted <= screen.assessing.known.keys() or _asking(app):  # noqa: ASYNC110 - nobody tells of the last
            await asyncio.sleep(0.01)
        await pilot.pause()  # until they are painted
        checked, worked = time.perf_counter() - began, time.thread_time() - worked
        await pilot.pause(1.0)  # until the last word is drawn
        turns: list[float] = []
        watching = asyncio.create_task(_turns(turns))
        keys = await _keys(app, screen)
        watching.cancel()
        return Found(checked=checked, worked=worked, keys=keys, turn=1e3 * max(turns))


def _asking(app: Watched) -> bool:
    return any(worker.group.startswith("assess:") and not worker.is_finished for worker in app.workers)


async def _keys(app: Watched, screen: ComposeScreen) -> dict[str, float]:
    last = screen.body.document.end
    places = {"at the beginning": (0, 0), "in the middle": (last[0] // 2, 10), "at the end": last}
    found: dict[str, float] = {}
    for name, place in places.items():
        screen.body.focus()
        screen.body.move_cursor(place)
        found[name] = await _typed(app)
    screen.form.fields[Field.TO].line.focus()
    found["into the recipients"] = await _typed(app)
    return found


async def _typed(app: Watched) -> float:
    await asyncio.sleep(0.5)
    nothing = statistics.median([await _work(app, "") for _ in range(ROUNDS)])
    return 1e3 * max(statistics.median([await _work(app, "x") for _ in range(ROUNDS)]) - nothing, 0)


async def _work(app: Watched, key: str) -> float:
    """Seconds of this thread from a key, as the terminal hands it over."""
    began = time.thread_time()
    if key:
        event = Key(key, key)
        event.set_sender(app)
        app.post_message(event)
    await asyncio.sleep(SETTLED)
    return time.thread_time() - began


async def _turns(turns: list[float]) -> None:
    """How long this thread works at a time, before anybody else has a turn."""
    while True:
        began = time.thread_time()
        await asyncio.sleep(0)
        turns.append(time.thread_time() - began)
        await asyncio.sleep(0.002)


if __name__ == "__main__":
    sys.exit(main())
