"""How long until a mailbox of 100,000 is on the screen? Against aerc and neomutt, the same Dovecot, the same run.

From the start of the program to the first screen of the list, as an emulator of a terminal draws it; the median of
rounds in turns. "Again": what the client has kept from its first start is there. "Ever": nothing is. "With a keyring":
as again, and the store's key is in gnome-keyring, which is unlocked.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from mailboxes import dovecot, keyring
from mailboxes.clients import AERC, NEOMUTT, OURS, Client, Seat, shows_list
from mailboxes.dovecot import Served, serving
from mailboxes.screen import Screen, running

BASE = Path(os.environ.get("LINKSEC_BENCH", "/var/tmp/linksec-bench"))  # the letters stay here for the next time
SMALL, LARGE = 1_000, 100_000
ROUNDS = 3
FILLED = 10.0  # seconds without anything drawn: then everything is kept
PATIENCE = 900.0  # seconds until all headers are here, on a machine that does much else
OLDEST = "m1z"
DOWN, END, HOME = "\x1b[B", "\x1b[F", "\x1b[H"
PROMISED_MEMORY = 120.0  # MiB
PROMISED_GROWTH = 1.2
Case = TypeVar("Case")


def main() -> int:
    absent = dovecot.missing() or next((f"This needs {c.name}." for c in (AERC, NEOMUTT) if c.missing()), "")
    if absent:
        print(f"{absent} Nothing was measured.")
        return 0
    BASE.mkdir(mode=0o755, parents=True, exist_ok=True)
    with TemporaryDirectory() as homes, serving(BASE, (SMALL, LARGE)) as served:
        return _questions(served, Path(homes))


def _questions(served: Served, homes: Path) -> int:
    ever = _median([{client.name: _ever(client, served, homes) for client in (OURS, AERC)} for _ in range(ROUNDS)])
    resident = max(_fill(client, served, homes, count) for client, count in _FILLED)
    rounds = [
        {(client.name, count): _start(client, _seat(client, served, homes, count)) for client, count in _FILLED}
        for _ in range(ROUNDS)
    ]
    again = _median(rounds)
    for name, seconds in ever.items():
        print(f"first start ever, {LARGE:,}: {name:12} {seconds:6.2f} s")
    for (name, count), seconds in again.items():
        print(f"started again, {count:7,}: {name:12} {seconds:6.2f} s")
    print(f"started again with a keyring: {_with_keyring(_seat(OURS, served, homes, LARGE))}")
    ours = again[OURS.name, LARGE]
    return _judged(
        {
            "first start ever / aerc": (ever[OURS.name] / ever[AERC.name], 1.0),
            "started again / aerc": (ours / again[AERC.name, LARGE], 1.0),
            "started again / neomutt": (ours / again[NEOMUTT.name, LARGE], 1.0),
            f"{LARGE:,} / {SMALL:,} messages": (ours / again[OURS.name, SMALL], PROMISED_GROWTH),
            "resident memory, MiB": (resident, PROMISED_MEMORY),
        }
    )


_FILLED = ((OURS, SMALL), (OURS, LARGE), (AERC, LARGE), (NEOMUTT, LARGE))


def _judged(found: dict[str, tuple[float, float]]) -> int:
    for question, (measured, promised) in found.items():
        print(f"{question:28} {measured:7.2f}, promised {promised:g}{'' if measured <= promised else '  missed'}")
    return int(any(measured > promised for measured, promised in found.values()))


def _median(rounds: Sequence[Mapping[Case, float]]) -> dict[Case, float]:
    return {case: statistics.median(each[case] for each in rounds) for case in rounds[0]}


def _ever(client: Client, served: Served, homes: Path) -> float:
    shutil.rmtree(homes / f"{client.name}-{LARGE}", ignore_errors=True)
    return _start(client, _seat(client, served, homes, LARGE))


def _fill(client: Client, served: Served, homes: Path, count: int) -> float:
    """Its first start, until it has kept all that it keeps; our memory once all of it was gone through, in MiB."""
    seat = _seat(client, served, homes, count)
    with running(client.command(seat), seat.environment()) as screen:
        screen.until(shows_list)
        if client is OURS:
            screen.until(lambda text: f"{count:,} messages" in text, PATIENCE)
            _go_through(screen)
        screen.settle(FILLED)
        return screen.used().resident if client is OURS else 0.0


def _go_through(screen: Screen) -> None:
    """To the oldest message and back, so that what is measured has drawn something."""
    screen.press(END)
    screen.until(lambda text: OLDEST in text, PATIENCE)
    screen.press(HOME)
    screen.until(shows_list, PATIENCE)
    screen.press(DOWN)


def _with_keyring(seat: Seat) -> str:
    if keyring.missing():
        return "not measured, this needs dbus-run-session and gnome-keyring-daemon"
    seconds: list[float] = []
    for _ in range(ROUNDS):
        with running(keyring.command(seat), seat.environment()) as screen:
            screen.until(lambda text: keyring.OPEN in text)
            seconds.append(screen.until(shows_list, since=time.perf_counter()))
    return f"{statistics.median(seconds):.2f} s"


def _start(client: Client, seat: Seat) -> float:
    with running(client.command(seat), seat.environment()) as screen:
        return screen.until(shows_list)


def _seat(client: Client, served: Served, homes: Path, count: int) -> Seat:
    home = homes / f"{client.name}-{count}"
    home.mkdir(parents=True, exist_ok=True)
    return Seat(served=served, user=f"b{count}", home=home)


if __name__ == "__main__":
    sys.exit(main())
