"""Lines that cut, delay and garble, and a program that is killed in the middle: afterwards store and server are equal.

The soak does the same a hundred times.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from linksec_tui.store.vault import open_vault
from tests.lab import topology
from tests.lab.elsewhere import Elsewhere
from tests.lab.rogue import Mischief, Rogue
from tests.lab.sync_person import KEY, Place, Reader, stored

pytestmark = pytest.mark.usefixtures("running_lab")

_REPOSITORY = Path(__file__).resolve().parents[2]
_ENOUGH = 4  # times that something happened to the line
_LONGEST_LIFE = 1.5  # seconds that a synchronisation is left alive, at most


@pytest.fixture
def user() -> str:
    return f"{topology.READER}{secrets.token_hex(6)}@{topology.HOME}"


@pytest.fixture
def elsewhere(user: str) -> Iterator[Elsewhere]:
    program = Elsewhere(user)
    program.create("Box")
    program.letters("INBOX", (f"letter {number}" for number in range(1500)))
    program.letters("Box", (f"boxed {number}" for number in range(300)))
    yield program
    program.close()


@asynccontextmanager
async def rogue(mischief: Mischief, often: int) -> AsyncGenerator[Rogue]:
    line = Rogue(seed=7, mischief=mischief, often=often)
    await line.lay()
    try:
        yield line
    finally:
        await line.remove()


def stir(elsewhere: Elsewhere, chance: random.Random, number: int) -> None:
    """Something of everything, so that there is always something to be synchronised."""
    for mailbox in ("INBOX", "Box"):
        uids = elsewhere.uids(mailbox)
        some = chance.sample(uids, min(40, len(uids)))
        elsewhere.flag(mailbox, some[:10], add="\\Seen")
        elsewhere.flag(mailbox, some[5:15], remove="\\Seen")
        elsewhere.expunge(mailbox, some[20:])
        elsewhere.letters(mailbox, (f"round {number} letter {each}" for each in range(20)))


@pytest.mark.lab
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("mischief", "often"), [(Mischief.CUT, 40), (Mischief.DELAY, 4), (Mischief.GARBLE, 40)])
async def test_a_bad_line_loses_nothing(
    user: str, elsewhere: Elsewhere, tmp_path: Path, mischief: Mischief, often: int
) -> None:
    async with rogue(mischief, often) as line:
        with open_vault(tmp_path / "mail.db", KEY, schema="mail") as vault:
            reader = Reader(user, vault, Place("127.0.0.1", line.port), timeout=5.0)
            running = asyncio.create_task(reader.sync().run())
            try:
                for number in range(20):
                    await asyncio.to_thread(stir, elsewhere, random.Random(number), number)
                    there = await asyncio.to_thread(elsewhere.everything)
                    await reader.until(lambda here, there=there: here == there)
                    if line.met >= _ENOUGH:
                        break
                assert line.met >= _ENOUGH
            finally:
                running.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await running


@pytest.mark.lab
@pytest.mark.timeout(240)
def test_who_is_killed_in_the_middle_loses_nothing(user: str, elsewhere: Elsewhere, tmp_path: Path) -> None:
    killed_again_and_again(user, elsewhere, tmp_path, rounds=5)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_who_is_killed_a_hundred_times_loses_nothing(user: str, elsewhere: Elsewhere, tmp_path: Path) -> None:
    killed_again_and_again(user, elsewhere, tmp_path, rounds=100)


def killed_again_and_again(user: str, elsewhere: Elsewhere, tmp_path: Path, *, rounds: int) -> None:
    chance = random.Random(rounds)
    store = tmp_path / "mail.db"
    for number in range(rounds):
        kill_in_the_middle(user, store, chance)
        stir(elsewhere, chance, number)
        if number % 10 == 9:
            bring_to_an_end(user, store)
            compare(store, elsewhere)
    bring_to_an_end(user, store)
    compare(store, elsewhere)


def kill_in_the_middle(user: str, store: Path, chance: random.Random) -> None:
    """Begun, and killed at some moment; who was done before that was lucky."""
    with subprocess.Popen(
        (sys.executable, "-m", "tests.lab.sync_person", user, str(store)),
        cwd=_REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "begins\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(chance.uniform(0, _LONGEST_LIFE))
        program.kill()


def bring_to_an_end(user: str, store: Path) -> None:
    subprocess.run((sys.executable, "-m", "tests.lab.sync_person", user, str(store)), cwd=_REPOSITORY, check=True)


def compare(store: Path, elsewhere: Elsewhere) -> None:
    with open_vault(store, KEY, schema="mail") as vault:
        assert vault.do(stored) == elsewhere.everything()
