"""Who is to be checked, one or a list of them, and what came of it against what was demanded."""

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
    name: str = ""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A piece of a list that is neither an address nor a domain: where it stands, and what is wrong with it."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientList:
    """A list as it was read: everybody once, in its order. `refused` and `beyond` count what is not in it."""

    wanted: tuple[Wanted, ...] = ()
    refusals: tuple[Refusal, ...] = ()  # the first of them
    refused: int = 0
    beyond: int = 0
