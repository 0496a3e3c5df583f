"""The roll: who is being checked, and what is known of each so far. Counts are kept, never counted anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.checked import Result, Wanted
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.packed import pack, unpack

MOST = 100_000  # rows: what one can wait for, some two hundred megabytes with all that is found of them

Kind = tuple[Assurance, bool]  # the rung, and whether a warning opens the gate


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Known:
    """What a row shows of an assessment. The whole of it is packed away, and looked into for one row at a time.

    Told apart as objects: each result is another one.
    """

    rung: int
    gated: bool
    warned: bool
    complete: bool
    headline: str
    server: str  # the first of the exchangers
    packed: bytes

    @property
    def assurance(self) -> Assurance:
        return _LADDER[self.rung]

    @property
    def assessment(self) -> Assessment:
        return unpack(self.packed)

    def meets(self, requirement: Requirement) -> bool:
        return self.rung >= requirement.minimum.rung and not self.gated


_LADDER = tuple(Assurance)


def _known(assessment: Assessment) -> Known:
    exchangers = assessment.evidence.route.exchangers
    return Known(
        rung=assessment.assurance.rung,
        gated=bool(assessment.gate_warnings),
        warned=bool(assessment.warnings),
        complete=assessment.complete,
        headline=assessment.headline,
        server=exchangers[0].host if exchangers else "",
        packed=pack(assessment),
    )


class Roll:
    """Rows are numbered in the order in which they came, and keep their numbers when others are taken out."""

    def __init__(self) -> None:
        self.account: str | None = None  # whose letters it is judged for
        self.wanted: list[Wanted] = []
        self.folded: list[str] = []  # for finding and sorting: what is shown, in lower case
        self.known: dict[str, Known] = {}
        self.asked: set[str] = set()
        self.gone: set[int] = set()
        self._number: dict[tuple[str, str], int] = {}
        self._rows: dict[str, list[int]] = {}
        self._kinds: Counter[Kind] = Counter()
        self._complete = 0

    def __len__(self) -> int:
        return len(self.wanted) - len(self.gone)

    # Who

    def add(self, wanted: Wanted) -> bool:
        """Put somebody on it; False for one who stands there already."""
        key = (wanted.address.local if wanted.address else "", wanted.domain)
        number = self._number.setdefault(key, len(self.wanted))
        if number == len(self.wanted):
            self.wanted.append(wanted)
            self.folded.append(wanted.shown.casefold())
            self._rows.setdefault(wanted.domain, []).append(number)
        elif number in self.gone:
            self.gone.discard(number)
        else:
            return False
        self._count(self.known.get(wanted.domain), 1)
        return True

    def take_out(self, rows: Iterable[int]) -> None:
        for row in set(rows) - self.gone:
            self.gone.add(row)
            self._count(self.of(row), -1)

    # What is known

    def note(self, assessment: Assessment) -> None:
        """Something new is known of a domain."""
        rows = self._standing(assessment.domain)
        self._count(self.known.get(assessment.domain), -rows)
        self.known[assessment.domain] = known = _known(assessment)
        self._count(known, rows)

    def forget(self, account: str | None) -> None:
        """Another sender: what was judged for the last one means nothing."""
        self.account = account
        self.known.clear()
        self.asked.clear()
        self._kinds.clear()
        self._complete = 0

    def of(self, row: int) -> Known | None:
        return self.known.get(self.wanted[row].domain)

    def results(self, rows: Iterable[int], requirement: Requirement) -> Iterator[Result]:
        """Of those of whom something is known, unpacked one after the other."""
        for row in rows:
            if (known := self.of(row)) is not None:
                yield Result(wanted=self.wanted[row], assessment=known.assessment, requirement=requirement)

    def _standing(self, domain: str) -> int:
        rows = self._rows.get(domain, [])
        return len(rows) if not self.gone else sum(row not in self.gone for row in rows)

    def _count(self, known: Known | None, rows: int) -> None:
        if known is not None:
            self._kinds[known.assurance, known.gated] += rows
            self._complete += rows if known.complete else 0

    # How many

    @property
    def complete(self) -> int:
        """Recipients of whose domains every source has answered."""
        return self._complete

    def levels(self) -> Counter[Assurance]:
        """Recipients at each rung, as far as something is known."""
        levels: Counter[Assurance] = Counter()
        for (assurance, _), rows in self._kinds.items():
            levels[assurance] += rows
        return levels

    def meeting(self, requirement: Requirement) -> int:
        return sum(
            rows for (assurance, gated), rows in self._kinds.items() if assurance >= requirement.minimum and not gated
        )

    def unfinished(self) -> Iterator[str]:
        """Domains that nobody asked about yet, or whose answer did not come."""
        for domain in self._rows:
            known = self.known.get(domain)
            if (known is None or not known.complete) and self._standing(domain):
                yield domain

    @property
    def domains(self) -> int:
        return len(self._rows)
