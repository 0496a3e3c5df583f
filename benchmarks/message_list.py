"""What does moving through a list cost the interface, and does it depend on how long the list is?

A store of 100,000 messages (and one of 1,000, the floor) is filled directly and opened by the client without a network.
For each key it is measured how long the interface's own thread works until the screen is painted, ANSI and all, less
what a key costs that does nothing. Resident memory is that of the whole process, which did not fill the store itself.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from textual.pilot import Pilot

from linksec_tui.config import Config, KeySource, Store
from linksec_tui.desk import Desk
from linksec_tui.desk.opening import open_desk
from linksec_tui.desk.store_files import MAIL_FILE
from linksec_tui.incoming import conversations
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import parse_address
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag, Header
from linksec_tui.store import mailboxes, messages
from linksec_tui.store.vault import Vault, open_vault
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.front import Leave
from linksec_tui.tui.screens.mailbox import MailboxScreen

FLOOR, MANY = 1_000, 100_000
ROUNDS = 20
FRAME = 16.0  # milliseconds
MEMORY = 120.0  # MiB
KEY = bytes(31) + b"\x01"
SIZE = (120, 40)
NOTHING = "f12"
KEYS = {"PageDown": ("pagedown", "home"), "End": ("end", "home"), "Home": ("home", "end"), "j": ("j", "home")}
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
CHUNK = 2_000
MATTERS = ("bread", "apples", "cake")


class Watched(LinksecApp):
    """The client over a desk that is open already; what a terminal would be sent is made, and thrown away."""

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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.state:
        gc.freeze()  # as the client does, once everything is loaded
        print(json.dumps(asyncio.run(_measure(asked.state))))
        return 0
    floor, many = _of(FLOOR), _of(MANY)
    kept = [
        _line(f"{key}, {words}", many[words][key], floor[words][key]) for words in ("flat", "threaded") for key in KEYS
    ]
    print(f"{'conversations of all, ms until they are shown':46} {many['to_conversations']:8.0f}")
    print(f"{'one more letter of a filter, ms until it is shown':46} {many['to_filter']:8.0f}")
    print(f"{'longest work of the interface meanwhile, ms':46} {many['stall']:8.0f}")
    memory = many["memory"]
    print(f"{'resident, MiB':46} {memory:8.1f} ≤ {MEMORY:6.1f}{'' if memory <= MEMORY else '  missed'}")
    return 0 if all(kept) and memory <= MEMORY else 1


def _of(count: int) -> dict[str, Any]:
    """In a process of its own."""
    with TemporaryDirectory() as directory:
        with open_vault(Path(directory) / MAIL_FILE, KEY, schema="mail") as vault:
            _fill(vault, count)
        told = subprocess.run(
            [sys.executable, __file__, "--state", directory], check=True, capture_output=True, text=True
        )
        found: dict[str, Any] = json.loads(told.stdout)
        return found


def _line(name: str, many: float, floor: float) -> bool:
    kept = many <= FRAME
    ratio = many / floor if floor > 0 else 1.0
    print(f"{name + ', ms':46} {many:8.1f} ≤ {FRAME:6.1f}  {ratio:5.2f} x of {FLOOR:,}{'' if kept else '  missed'}")
    return kept


def _fill(vault: Vault, count: int) -> None:
    inbox = Mailbox(id=0, account="bench", name="INBOX", wire_name="INBOX", role=Role.INBOX)
    box = vault.do(mailboxes.write_mailboxes, "bench", [inbox])[0].id
    chance = Random(1)
    headers = [_header(box, uid, chance) for uid in range(1, count + 1)]
    for start in range(0, count, CHUNK):
        vault.do(messages.write_headers, headers[start : start + CHUNK])
    while vault.do(conversations.settle, CHUNK):
        pass


def _header(box: int, uid: int, chance: Random) -> Header:
    answers = uid - chance.randrange(1, 40) if chance.random() < 0.6 else 0
    return Header(
        id=0, account="bench", mailbox=box, uid=uid, sender_name=f"Person {uid % 997}",
        sender_address=f"p{uid % 997}@club.example", recipients="alice@home.example",
        subject=f"{'Re: ' if answers > 0 else ''}The matter of {chance.choice(MATTERS)} {uid % 4001}",
        received_at=BEGIN + timedelta(minutes=7 * uid), message_id=f"<{uid}@club.example>",
        in_reply_to=f"<{answers}@club.example>" if answers > 0 else "", size=2_000 + uid % 9_000,
        flags=frozenset() if uid % 11 == 0 else frozenset({Flag.SEEN}), has_attachment=uid % 9 == 0,
    )  # fmt: skip


async def _measure(state: Path) -> dict[str, Any]:
    account = Account(
        name="bench", address=parse_address("bench@home.example"), imap=Server(host="imap.home.example", port=993)
    )
    config = Config(
        state=state, accounts=(account,), store=Store(key=KeySource.COMMAND, key_command=f"echo {KEY.hex()}")
    )
    async with open_desk(config, worker=False, mailboxes=False) as desk:
        app = Watched(desk)
        async with app.run_test(size=SIZE) as pilot:
            return await _walk(app, pilot)


async def _walk(app: Watched, pilot: Pilot[Leave]) -> dict[str, Any]:
    while not (isinstance(app.screen, MailboxScreen) and len(app.screen.messages.spine) > 50):
        await pilot.pause()
    screen = app.screen
    assert isinstance(screen, MailboxScreen)
    total = len(screen.messages.spine)
    flat = await _keys(pilot)
    stalls: list[float] = []
    watching = asyncio.create_task(_turns(stalls))
    began = time.perf_counter()
    await pilot.press("V")
    while not screen.messages.lines.spine.is_threaded:
        await pilot.pause()
    to_conversations = time.perf_counter() - began
    await pilot.press("Z")
    watching.cancel()
    threaded = await _keys(pilot)
    watching = asyncio.create_task(_turns(stalls))
    await pilot.press("V")
    await pilot.press("l", *"cake 7")
    while not 0 < (before := len(screen.messages.spine)) < total:
        await pilot.pause()
    began = time.perf_counter()
    await pilot.press("7")
    while len(screen.messages.spine) in (before, total):
        await pilot.pause()
    to_filter = time.perf_counter() - began
    watching.cancel()
    return {
        "flat": flat,
        "threaded": threaded,
        "to_conversations": 1e3 * to_conversations,
        "to_filter": 1e3 * to_filter,
        "stall": 1e3 * max(stalls),
        "memory": _resident(),
    }


async def _keys(pilot: Pilot[Leave]) -> dict[str, float]:
    """Milliseconds that each key costs this thread, less what one costs that does nothing."""
    nothing = statistics.median([await _press(pilot, NOTHING) for _ in range(ROUNDS)])
    costs: dict[str, float] = {}
    for name, (key, back) in KEYS.items():
        each: list[float] = []
        for turn in range(ROUNDS):
            if turn % 5 == 0 or key in ("end", "home"):
                await _press(pilot, back)
            each.append(await _press(pilot, key))
        costs[name] = 1e3 * max(statistics.median(each) - nothing, 0)
    return costs


async def _press(pilot: Pilot[Leave], key: str) -> float:
    began = time.thread_time()
    await pilot.press(key)
    await pilot.pause()
    return time.thread_time() - began


async def _turns(stalls: list[float]) -> None:
    """How long this thread works at a time, before anybody else has a turn."""
    while True:
        began = time.thread_time()
        await asyncio.sleep(0)
        stalls.append(time.thread_time() - began)
        await asyncio.sleep(0.002)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / (1 << 20)


if __name__ == "__main__":
    sys.exit(main())
