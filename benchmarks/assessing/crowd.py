"""Very many domains in a process of its own: how many a second on one core, and does memory stay where it is?"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .client import cpu_seconds, desk_in, last_word
from .near import BENCHMARKS, Near
from .zones import PLAIN, domains

_PAGES_IN_A_MEBIBYTE = (1 << 20) // os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """`a_second` is of one core's time: a process with one loop has no more, and less on a busy machine."""

    a_second: float
    a_second_of_wall: float
    mebibytes_at_a_tenth: float
    mebibytes_at_the_end: float


def crowd(near: Near, count: int) -> Crowd:
    numbers = map(str, (near.dns, near.https, near.smtp, count))
    command = (sys.executable, "-m", "assessing.crowd", str(near.directory), *numbers)
    told = subprocess.run(command, cwd=BENCHMARKS, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Crowd(**json.loads(told))


async def _measure(near: Near, count: int) -> Crowd:
    warming, *names = domains(PLAIN, count + 1)
    at_a_tenth = 0.0
    with TemporaryDirectory() as state:
        async with desk_in(near, Path(state)) as desk:
            await last_word(desk, warming)
            began, spent = time.perf_counter(), cpu_seconds()
            number = 0
            async for _ in desk.assess_many(names):
                number += 1
                if number == count // 10:
                    at_a_tenth = _mebibytes()
            wall, cpu = time.perf_counter() - began, cpu_seconds() - spent
    return Crowd(
        a_second=count / cpu,
        a_second_of_wall=count / wall,
        mebibytes_at_a_tenth=at_a_tenth,
        mebibytes_at_the_end=_mebibytes(),
    )


def _mebibytes() -> float:
    """Resident memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) / _PAGES_IN_A_MEBIBYTE


if __name__ == "__main__":
    directory, *numbers = sys.argv[1:]
    dns, https, smtp, count = map(int, numbers)
    found = asyncio.run(_measure(Near(directory=Path(directory), dns=dns, https=https, smtp=smtp), count))
    print(json.dumps(asdict(found)))
