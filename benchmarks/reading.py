"""Opening a message that is here: from the key to its first lines on the screen, and what the whole costs afterwards.

The peer is an ordinary note of some lines, opened in the same run: whatever a message holds, its beginning should not
keep anybody waiting. Run: `.venv/bin/python benchmarks/reading.py`
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ.update(TEXTUAL_ANIMATIONS="none")

from textual.pilot import Pilot  # noqa: E402 - after the lines above

from linksec_tui import config_file  # noqa: E402
from linksec_tui.store import bodies  # noqa: E402
from linksec_tui.tui.app import LinksecApp  # noqa: E402
from linksec_tui.tui.front import Leave  # noqa: E402
from linksec_tui.tui.screens.mailbox import MailboxScreen  # noqa: E402
from linksec_tui.world import World  # noqa: E402

ROUNDS = 7
PATIENCE = 60
PAINTED = 50  # milliseconds: what an ordinary message may take
NEWSLETTER = 300  # … and a page of five megabytes

_ROW = (
    '<tr><td style="padding:10px 0;font-family:Arial,sans-serif;font-size:14px;color:#333333">'
    '<a href="https://click.shop.example/ls?upn={n}" style="color:#0066cc">Offer {n} of the week</a><br>Only today: '
    'the finest marzipan in the world, for <b>9,99 &euro;</b>.<img src="https://img.shop.example/{n}.png" width="120" '
    'alt="Picture"></td><td width="20">&nbsp;</td></tr>\r\n'
)


@dataclass(frozen=True)
class Case:
    """One message, and how long its beginning may take."""

    name: str
    raw: bytes
    allowed: int  # milliseconds


def note() -> bytes:
    return message("text/plain", "Dear Alice,\r\n\r\nBEGINNING: the meeting is on Friday.\r\n\r\n" + "> quoted\r\n" * 9)


def newsletter(size: int) -> bytes:
    rows = size // len(_ROW)
    table = "".join(_ROW.format(n=n) for n in range(rows))
    return message("text/html", f"<html><body><p>BEGINNING</p><table>{table}</table></body></html>")


def book(size: int) -> bytes:
    line = "A line of a very long text, as logs and patches have them, and nobody reads to the end.\r\n"
    return message("text/plain", "BEGINNING\r\n" + line * (size // len(line)))


def message(kind: str, body: str) -> bytes:
    head = "From: Bob <bob@club.example>\r\nTo: alice@home.example\r\nSubject: measured\r\n"
    return f"{head}Content-Type: {kind}; charset=utf-8\r\nMessage-ID: <{len(body)}@club.example>\r\n\r\n{body}".encode()


CASES = (
    Case("a note", note(), PAINTED),
    Case("a newsletter of 100 kB", newsletter(100_000), PAINTED),
    Case("a newsletter of 5 MB", newsletter(5_000_000), NEWSLETTER),
    Case("a text of 25 MB", book(25_000_000), NEWSLETTER),
)


async def measure(pilot: Pilot[Leave]) -> None:
    app = pilot.app
    assert isinstance(app, LinksecApp)
    await until(pilot, lambda: isinstance(app.screen, MailboxScreen) and len(app.screen.messages.spine) > 2)
    mailbox = app.screen
    assert isinstance(mailbox, MailboxScreen)
    floor = 0.0
    print(f"{'opened':<26} {'painted':>9} {'of a note':>10} {'whole':>9} {'longest stall':>14}   allowed")
    for at, case in enumerate(CASES):
        ident = mailbox.messages.spine[at + 5]  # not the one under the cursor, which is read by itself
        await app.desk.rooms.mail.run(bodies.write_body, ident, case.raw, app.desk.now())
        rounds = [await opened(pilot, mailbox, ident) for _ in range(ROUNDS)]
        painted, whole, stall = (min(each) for each in zip(*rounds, strict=True))
        floor = floor or painted
        verdict = "yes" if painted <= case.allowed else "NO"
        print(
            f"{case.name:<26} {painted:>6.0f} ms {painted / floor:>9.1f}x {whole:>6.0f} ms {stall:>11.0f} ms"
            f"   {case.allowed} ms: {verdict}"
        )


async def opened(pilot: Pilot[Leave], mailbox: MailboxScreen, ident: int) -> tuple[float, float, float]:
    """Milliseconds until the first lines are painted, until all of it is there, and the longest pause of the screen."""
    view = mailbox.view
    view.show_nothing()
    await pilot.pause()
    heart = asyncio.create_task(beating())
    start = time.perf_counter()
    reading = asyncio.create_task(view.read(ident))
    await soon(lambda: "BEGINNING" in view.body.text)
    painted_at: list[float] = []
    view.call_after_refresh(lambda: painted_at.append(time.perf_counter()))
    await soon(lambda: bool(painted_at))
    await reading
    await soon(lambda: view.body.is_whole)
    whole_at = time.perf_counter()
    heart.cancel()
    stall = max(STALLS, default=0.0)
    STALLS.clear()
    return (painted_at[0] - start) * 1000, (whole_at - start) * 1000, stall * 1000


async def soon(condition: Callable[[], bool]) -> None:
    """Looked at between any two steps of the loop, because a wait would be measured with it."""
    while not condition():  # noqa: ASYNC110 - as the docstring says
        await asyncio.sleep(0.0005)


STALLS: list[float] = []


async def beating() -> None:
    """How long the loop lets anybody else wait."""
    before = time.perf_counter()
    while True:
        await asyncio.sleep(0.002)
        now = time.perf_counter()
        STALLS.append(now - before - 0.002)
        before = now


async def until(pilot: Pilot[Leave], condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await pilot.pause(0.05)


async def main() -> None:
    with tempfile.TemporaryDirectory() as directory, World.start(Path(directory), letters=20) as world:
        app = LinksecApp(config_file.load(world.config_path))
        async with app.run_test(size=(120, 40)) as pilot:
            await measure(pilot)


if __name__ == "__main__":
    asyncio.run(main())
