"""Does the interface wait for lookups? From the key that completes an address to the badge on the screen.

The recipient's domain is at hand; meanwhile fifty others are being looked up, two seconds a round trip. The floor is
the same without them. A frame is one painting of the screen. The first one after the key is the key's own, the line
that it emptied; the badge shall be in the very next one, and among lookups as soon as without.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assessing.client import desk_in, last_word
from assessing.near import Near, world
from assessing.zones import PLAIN, SIGNED, domains
from textual.pilot import Pilot

from linksec_tui.desk import Desk
from linksec_tui.model.account import Account
from linksec_tui.model.address import parse_address
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.front import Leave
from linksec_tui.tui.screens.compose import ComposeScreen

KNOWN = 20
UNDER_WAY = 50
FAR = 2_000.0  # milliseconds
BADGE = "◑"  # Verifiable, as every signed domain of the world is
PROMISED_FRAMES = 2
PROMISED_RATIO = 1.5  # a busy machine does as much to two equal runs
ACCOUNT = Account(name="bench", address=parse_address("bench@home.test"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """How long, and how many paintings, until the address stood on the screen with its badge."""

    seconds: float
    frames: int


class Watched(LinksecApp):
    """The client over a desk that is open already; `paintings`: when, and whether `wanted` had its badge."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.config)
        self._open = desk
        self.wanted = ""
        self.paintings: list[tuple[float, bool]] = []

    @asynccontextmanager
    async def opening(self) -> AsyncGenerator[Desk]:
        yield self._open

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)  # pyright: ignore[reportUnknownMemberType]  # its screens are generic
        painted = time.perf_counter()
        strips = screen._compositor.render_strips()
        seen = any(BADGE in strip.text and self.wanted in strip.text for strip in strips)
        self.paintings.append((painted, seen))


def main() -> int:
    with TemporaryDirectory() as directory, world(Path(directory), KNOWN + 1) as near:
        alone = asyncio.run(_measure(near, busy=False))
        among = asyncio.run(_measure(near, busy=True))
    _tell("nothing else under way (the floor)", alone)
    _tell(f"{UNDER_WAY} lookups under way", among)
    ratio = _median(among) / _median(alone)
    kept = ratio <= PROMISED_RATIO and statistics.median(each.frames for each in among) <= PROMISED_FRAMES
    print(f"{'among lookups / alone':36} {ratio:6.2f} x{'' if kept else '  missed'}")
    return 0 if kept else 1


async def _measure(near: Near, *, busy: bool) -> Sequence[Painted]:
    names = domains(SIGNED, KNOWN)
    near.pace(0)
    with TemporaryDirectory() as state:
        async with desk_in(near, Path(state), (ACCOUNT,)) as desk:
            for name in names:
                await last_word(desk, name)
            near.pace(FAR)
            others = domains(PLAIN, UNDER_WAY) if busy else []
            lookups = [asyncio.create_task(last_word(desk, name)) for name in others]
            try:
                return await _type(desk, names)
            finally:
                for lookup in lookups:
                    lookup.cancel()
                await asyncio.gather(*lookups, return_exceptions=True)


async def _type(desk: Desk, names: Sequence[str]) -> Sequence[Painted]:
    app = Watched(desk)
    async with app.run_test(size=(100, 24)) as pilot:
        while app.open_desk_or_none is None:
            await pilot.pause()
        await app.push_screen(ComposeScreen(desk.new_draft()))
        await pilot.pause()
        return [await _one(app, pilot, name) for name in names]


async def _one(app: Watched, pilot: Pilot[Leave], name: str) -> Painted:
    keys = {"@": "at", ".": "full_stop"}
    await pilot.press(*(keys.get(letter, letter) for letter in f"anna@{name}"))
    await pilot.pause()
    app.wanted = f"anna@{name}"
    app.paintings.clear()
    began = time.perf_counter()
    await pilot.press("comma")
    async with asyncio.timeout(30):
        while not any(seen for _, seen in app.paintings):
            await pilot.pause()
    frames = next(number for number, (_, seen) in enumerate(app.paintings, 1) if seen)
    return Painted(seconds=app.paintings[frames - 1][0] - began, frames=frames)


def _tell(name: str, found: Sequence[Painted]) -> None:
    slowest = max(each.seconds for each in found)
    frames = statistics.median(each.frames for each in found)
    print(f"{name:36} {1e3 * _median(found):6.1f} ms, at most {1e3 * slowest:6.1f} ms; frame {frames:g}")


def _median(found: Sequence[Painted]) -> float:
    return statistics.median(each.seconds for each in found)


if __name__ == "__main__":
    sys.exit(main())
