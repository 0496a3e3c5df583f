"""How fast is a check, what does it ask, and what does it cost, beside checkdmarc and beside what was promised?

`python benchmarks/assessment.py` prints the table of docs/benchmarks.md; a line in which a promise is missed ends with
“missed”, and then the exit status is 1. `--without-peer` and `--quick` (a tenth of everything) are for trying it out.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from assessing.client import Measured, Round, cold, known, whole_list
from assessing.crowd import crowd
from assessing.near import Near, world
from assessing.peer import VERSION, ask_the_peer
from assessing.zones import PLAIN, SIGNED, STS, domains

ROUND_TRIP = 20.0  # milliseconds
ROUNDS = 3  # of what is compared by processor time
FAR = 120.0  # another distance: the difference tells how many round trips stand one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How many domains each question is about."""

    signed: int
    sts: int
    serial: int
    far: int
    crowd: int
    peer: int


WHOLE = Scale(signed=101, sts=21, serial=50, far=20, crowd=10_000, peer=30)
QUICK = Scale(signed=21, sts=6, serial=10, far=5, crowd=1_000, peer=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure beside its promise. `least`: the promise is a minimum, else a maximum."""

    name: str
    found: float
    promised: float
    unit: str = ""
    least: bool = False

    @property
    def kept(self) -> bool:
        return self.found >= self.promised if self.least else self.found <= self.promised

    def __str__(self) -> str:
        bound = "≥" if self.least else "≤"
        ratio = self.found / self.promised if self.promised else self.found
        end = "" if self.kept else "  missed"
        return f"{self.name:58} {self.found:9.2f} {self.unit:4} {bound} {self.promised:7.1f}  {ratio:5.2f} x{end}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    scale = QUICK if asked.quick else WHOLE
    kept = True
    with TemporaryDirectory() as directory, world(Path(directory), scale.signed) as near:
        for line in _lines(near, scale, with_peer=not asked.without_peer):
            print(line, flush=True)
            kept = kept and line.kept
    return 0 if kept else 1


def _lines(near: Near, scale: Scale, *, with_peer: bool) -> Iterator[Line]:
    signed = domains(SIGNED, scale.signed)
    near.pace(ROUND_TRIP)
    one = _one(near, signed[: scale.serial + 1])
    rounds = [asyncio.run(whole_list(near, signed[0], signed[1:]))]
    if with_peer:
        peer = ask_the_peer(near.dns, near.https, near.ca_file, signed[: scale.peer + 1])
        rounds += [asyncio.run(whole_list(near, signed[0], signed[1:])) for _ in range(ROUNDS - 1)]
        yield from _beside(peer, one, rounds)
    hundred = min(rounds, key=lambda each: each.wall)
    yield Line(
        name="one cold domain, signed, two exchangers, TLSA, MTA-STS", found=1e3 * one.median, promised=140, unit="ms"
    )
    declared = one.asked.get("declaration", 0) / len(one.each)
    yield Line(name="… DNS questions, those about declarations included", found=one.questions, promised=10)
    yield Line(name="… and without them", found=one.questions - declared, promised=7)
    probed = _one(near, signed[: scale.serial + 1], probe=True)
    yield Line(name="… with a probe of both exchangers", found=1e3 * probed.median, promised=220, unit="ms")
    sts = _one(near, domains(STS, scale.sts))
    yield Line(name="an unsigned domain with MTA-STS: DNS questions", found=sts.questions, promised=5)
    plain = _one(near, domains(PLAIN, scale.sts))
    yield Line(name="an unsigned domain without: DNS questions", found=plain.questions, promised=5)
    yield Line(name=f"{len(signed) - 1} signed domains, 10 at once", found=hundred.wall, promised=3, unit="s")
    yield from _at_hand(near, signed[1:])
    yield from _round_trips(near, signed[: scale.far + 1])
    yield from _many(near, scale.crowd)


def _one(near: Near, names: Sequence[str], *, probe: bool = False) -> Measured:
    return asyncio.run(cold(near, names[0], Round(domains=names[1:], probe=probe)))


def _beside(peer: dict[str, list[float]], one: Measured, rounds: Sequence[Measured]) -> Iterator[Line]:
    """Processor time is the least of several rounds, the peer's as ours: a neighbour on the machine only adds to it."""
    seconds = statistics.median(peer["each"])
    share = max(1, len(peer["cpu_each"]) // ROUNDS)
    theirs = min(statistics.mean(peer["cpu_each"][at : at + share]) for at in range(0, share * ROUNDS, share))
    ours = min(each.cpu_each for each in rounds)
    print(f"checkdmarc {VERSION}: {1e3 * seconds:.0f} ms, {1e3 * theirs:.1f} ms CPU a domain")
    print(f"linksec-tui: {1e3 * one.median:.0f} ms alone; 10 at once {1e3 * ours:.1f} ms CPU a domain")
    yield Line(name="times faster than checkdmarc, one cold domain", found=seconds / one.median, promised=6, least=True)
    yield Line(name="times less CPU than checkdmarc, 10 at once", found=theirs / ours, promised=4, least=True)


def _at_hand(near: Near, names: Sequence[str]) -> Iterator[Line]:
    found = asyncio.run(known(near, Round(domains=names)))
    yield Line(name="a domain that is at hand", found=1e3 * found.median, promised=1, unit="ms")
    yield Line(name="… DNS questions", found=found.questions, promised=0)


def _round_trips(near: Near, names: Sequence[str]) -> Iterator[Line]:
    """Twice the same at two distances: what the difference is made of are round trips, and nothing else."""
    for words, probe, promised in (("signed", False, 5), ("with a probe", True, 8)):
        near.pace(ROUND_TRIP)
        here = _one(near, names, probe=probe)
        near.pace(FAR)
        there = _one(near, names, probe=probe)
        trips = 1e3 * (there.median - here.median) / (FAR - ROUND_TRIP)
        # a tenth is what timers and a busy machine add
        yield Line(name=f"round trips one after the other, {words}", found=round(trips, 1), promised=promised + 0.1)


def _many(near: Near, count: int) -> Iterator[Line]:
    near.pace(0)
    found = crowd(near, count)
    yield Line(name=f"{count} unsigned domains a second", found=found.a_second, promised=120, unit="/s", least=True)
    yield Line(name="… memory at the end", found=found.mebibytes_at_the_end, promised=200, unit="MiB")
    grown = found.mebibytes_at_the_end - found.mebibytes_at_a_tenth
    yield Line(name="… of which came after the first tenth", found=grown, promised=10, unit="MiB")


if __name__ == "__main__":
    sys.exit(main())
