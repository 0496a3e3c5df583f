"""What all results of a check amount to: how many on each rung, who falls short, and the exit status."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.evidence import Failure, RouteStatus
from linksec_tui.model.letter import Requirement

_NAMED = 3  # of those who fall short: more than that is a list, and the list stands above


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts, whatever the number of recipients. `before` were done by an earlier run; of the others `unheard` are
    those about whom no resolver said anything, `silence` of them one after the other; `deaf`: none says anything.
    """

    requirement: Requirement
    rungs: Counter[Assurance] = field(default_factory=Counter[Assurance])
    meet: int = 0
    before: int = 0
    unheard: int = 0
    silence: int = 0
    deaf: bool = False
    _named: list[str] = field(default_factory=list[str])

    @property
    def total(self) -> int:
        return self.rungs.total()

    @property
    def asked(self) -> int:
        """How many were asked about by this run."""
        return self.total - self.before

    @property
    def all_unheard(self) -> bool:
        return self.unheard == self.asked > 0

    def add(self, shown: str, assurance: Assurance, *, meets: bool) -> None:
        self.rungs[assurance] += 1
        self.meet += meets
        if not meets and len(self._named) < _NAMED:
            nowhere = assurance is Assurance.UNDELIVERABLE
            self._named.append(f"no way to {shown}" if nowhere else f"{shown} is {assurance.word}")

    def heard(self, people: int, *, nothing: bool) -> None:
        """What the lookup of a domain with so many people brought."""
        self.unheard += people if nothing else 0
        self.silence = self.silence + 1 if nothing else 0

    def sentence(self) -> str:
        """All of it in a line."""
        return " · ".join(self.facts())

    def facts(self) -> list[str]:
        """How many meet the requirement, and who does not: a few by name."""
        demand = "can be written to" if self.requirement is Requirement.ANY else f"meet {self.requirement.word}"
        short = self.total - self.meet
        more = [f"{short - len(self._named):,} more"] if short > len(self._named) else []
        return [f"{self.meet:,} of {self.total:,} {demand}", *self._named, *more]


def is_unheard(assessment: Assessment) -> bool:
    """Nothing came back, not even that the domain is broken: that may be our network's state and not the domain's."""
    route = assessment.evidence.route
    return route.status is RouteStatus.FAILED and route.failure is not None and route.failure.kind is not Failure.BOGUS
