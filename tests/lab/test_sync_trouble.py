"""Lines that cut, delay and garble, and a program that is killed in the middle: afterwards store and server are equal.

The soak does the same a hundred times.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from linksec_tui.store.vault import open_vault
from tests.lab.elsewhere import Elsewhere
from tests.lab.imap_servers import ImapServer
from tests.lab.rogue import Mischief, Rogue
from tests.lab.sync_person import KEY, Place, Reader, stored

pytestmark = pytest.mark.usefixtures("running_lab")

_REPOSITORY = Path(__file__).resolve().parents[2]
_ENOUGH = 4  # times that something happened to the line
_LONGEST_LIFE = 1.5  # seconds that a synchronisation is left alive, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Somebody with much mail at a server, another program that reads it, and a store that is empty yet."""

    server: ImapServer
    user: str
    elsewhere: Elsewhere
    store: Path

    @property
    def command(self) -> tuple[str, ...]:
        """Synchronises once."""
        return (sys.executable, "-m", "tests.lab.sync_person", self.user, str(self.store), self.server.host)


@pytest.fixture
def trouble(server: ImapServer, tmp_path: Path) -> Iterator[Trouble]:
    user = server.new_reader()
    program = Elsewhere(user, server.address)
    program.create("Box")
    program.letters("INBOX", (f"letter {number}" for number in range(1500)))
    program.letters("Box", (f"boxed {number}" for number in range(300)))
    yield Trouble(server=server, user=user, elsewhere=program, store=tmp_path / "mail.db")
    program.close()


@asynccontextmanager
async def rogue(to: str, mischief: Mischief, often: int) -> AsyncGenerator[Rogue]:
    line = Rogue(seed=7, mischief=mischief, often=often, to=to)
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
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("mischief", "often"), [(Mischief.CUT, 40), (Mischief.DELAY, 4), (Mischief.GARBLE, 40)])
async def test_a_bad_line_loses_nothing(trouble: Trouble, mischief: Mischief, often: int) -> None:
    elsewhere, host = trouble.elsewhere, trouble.server.full_name
    async with rogue(trouble.server.address, mischief, often) as line:
        with open_vault(trouble.store, KEY, schema="mail") as vault:
            reader = Reader(trouble.user, vault, Place("127.0.0.1", line.port, host), timeout=5.0)
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
@pytest.mark.timeout(1800)
def test_who_is_killed_in_the_middle_loses_nothing(trouble: Trouble) -> None:
    killed_again_and_again(trouble, rounds=5)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_who_is_killed_a_hundred_times_loses_nothing(trouble: Trouble) -> None:
    killed_again_and_again(trouble, rounds=100)


def killed_again_and_again(trouble: Trouble, *, rounds: int) -> None:
    chance = random.Random(rounds)
    for number in range(rounds):
        kill_in_the_middle(trouble, chance)
        stir(trouble.elsewhere, chance, number)
        if number % 10 == 9:
            bring_to_an_end_and_compare(trouble)
    bring_to_an_end_and_compare(trouble)


def kill_in_the_middle(trouble: Trouble, chance: random.Random) -> None:
    """Begun, and killed at some moment; who was done before that was lucky."""
    with subprocess.Popen(trouble.command, cwd=_REPOSITORY, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "begins\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(chance.uniform(0, _LONGEST_LIFE))
        program.kill()


def bring_to_an_end_and_compare(trouble: Trouble) -> None:
    subprocess.run(trouble.command, cwd=_REPOSITORY, check=True)
    with open_vault(trouble.store, KEY, schema="mail") as vault:
        assert vault.do(stored) == trouble.elsewhere.everything()
