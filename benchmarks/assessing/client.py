"""Our side of the benchmark: a desk as `check` opens it, asked about domains of the world."""

from __future__ import annotations

import asyncio
import resource
import statistics
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from linksec_tui.config import Config, ConnectTo, KeySource, Network, Store
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.account import Account
from linksec_tui.model.assessment import Assessment

from .near import Near


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Seconds: the whole round, its processor time, and each domain's own."""

    wall: float
    cpu: float
    each: Sequence[float]
    found: Sequence[Assessment]
    asked: dict[str, int]

    @property
    def median(self) -> float:
        return statistics.median(self.each)

    @property
    def cpu_each(self) -> float:
        return self.cpu / len(self.each)

    @property
    def questions(self) -> float:
        """DNS questions a domain."""
        return sum(self.asked.values()) / len(self.each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Which domains, how many at a time, and whether their exchangers are looked at."""

    domains: Sequence[str]
    width: int = 1
    probe: bool = False


@asynccontextmanager
async def desk_in(near: Near, state: Path, accounts: tuple[Account, ...] = ()) -> AsyncGenerator[Desk]:
    """A desk whose network is the world."""
    network = Network(
        resolver=f"127.0.0.1:{near.dns}",
        ca_file=near.ca_file,
        private_addresses=True,
        connect_to=(
            ConnectTo(host="", port=443, address="", to_port=near.https),
            ConnectTo(host="", port=25, address="127.0.0.1", to_port=near.smtp),
        ),
        timeout=20,
    )
    store = Store(key=KeySource.COMMAND, key_command="printf %064d 1")
    config = Config(state=state, network=network, store=store, accounts=accounts)
    async with open_desk(config, worker=False, mailboxes=False) as desk:
        yield desk


async def cold(near: Near, warming: str, measured: Round) -> Measured:
    """A round with nothing in any cache. `warming` is asked first: modules are loaded and certificates read."""
    with TemporaryDirectory() as state:
        async with desk_in(near, Path(state)) as desk:
            await last_word(desk, warming, probe=measured.probe)
            return await go_round(near, desk, measured)


async def known(near: Near, measured: Round) -> Measured:
    """A round about domains that were asked about a moment ago."""
    with TemporaryDirectory() as state:
        async with desk_in(near, Path(state)) as desk:
            await go_round(near, desk, measured)
            return await go_round(near, desk, measured)


async def whole_list(near: Near, warming: str, names: Sequence[str]) -> Measured:
    """A list as `check --file` asks about it: so many at once as it has decided."""
    with TemporaryDirectory() as state:
        async with desk_in(near, Path(state)) as desk:
            await last_word(desk, warming)
            near.zero()
            began, spent = time.perf_counter(), cpu_seconds()
            found = [assessment async for assessment in desk.assess_many(names)]
            wall, cpu = time.perf_counter() - began, cpu_seconds() - spent
            each = [assessment.elapsed_ms / 1000 for assessment in found]
            return Measured(wall=wall, cpu=cpu, each=each, found=found, asked=near.counted())


async def go_round(near: Near, desk: Desk, measured: Round) -> Measured:
    waiting = iter(measured.domains)
    each: list[float] = []
    found: list[Assessment] = []

    async def one_after_the_other() -> None:
        for domain in waiting:
            began = time.perf_counter()
            found.append(await last_word(desk, domain, probe=measured.probe))
            each.append(time.perf_counter() - began)

    near.zero()
    began, spent = time.perf_counter(), cpu_seconds()
    async with asyncio.TaskGroup() as group:
        for _ in range(measured.width):
            group.create_task(one_after_the_other())
    wall, cpu = time.perf_counter() - began, cpu_seconds() - spent
    return Measured(wall=wall, cpu=cpu, each=each, found=found, asked=near.counted())


async def last_word(desk: Desk, domain: str, *, probe: bool = False) -> Assessment:
    """As `check` asks: every assessment is taken, the last counts."""
    said = [each async for each in desk.assess(domain, probe=probe)]
    return said[-1]


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
