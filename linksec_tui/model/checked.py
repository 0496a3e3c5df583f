"""Somebody who is to be checked, and what came of it against what was demanded."""

from __future__ import annotations

from dataclasses import dataclass

from .address import Address
from .assessment import Assessment
from .letter import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Somebody to be checked. `address` is None where a whole domain was named; `shown` is what people read."""

    domain: str
    shown_domain: str
    address: Address | None = None

    @property
    def shown(self) -> str:
        return f"{self.address.local}@{self.shown_domain}" if self.address else self.shown_domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One recipient, the judgement of the way there, and what was demanded of it."""

    wanted: Wanted
    assessment: Assessment
    requirement: Requirement

    @property
    def meets(self) -> bool:
        return self.assessment.meets(self.requirement.minimum)
