"""What a source is asked, and what it may lean on: the promises that desk keeps for this room.

Each source is one file with an `ask`. It gets an `Inquiry` and gives back a value; the world's failures are values
too. Deadlines come from `gather`, which runs every source inside one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, Protocol

from linksec_tui.model.evidence import CachedPolicy, Mechanism, Observation, Promise, Recollection

PromiseKind = Mechanism | Literal["declaration"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One look at one domain. Nothing older than `newer_than` counts as an answer, where it is set.

    `public_only`: no exchanger may stand at a private address; the configuration allows none (link-security.md §10).
    """

    domain: str
    at: datetime
    newer_than: datetime | None = None
    public_only: bool = False
    waited_for: bool = False  # by a person: what may prove needless is asked for, if it spares a round trip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a look leaves behind. `promises` replaces all that was remembered of the mechanisms it names.

    `spent` are probes that told nothing of the domain, but were made: nobody asks those exchangers again that day.
    """

    promises: Mapping[PromiseKind, tuple[Promise, ...]] = field(default_factory=lambda: MappingProxyType({}))
    observations: tuple[Observation, ...] = ()
    spent: tuple[Observation, ...] = ()


class PolicyCache(Protocol):
    """Policies outlive the program: they are the memory that keeps a policy from being stripped (RFC 8461 §10)."""

    async def read_policy(self, domain: str) -> CachedPolicy | None:
        """The policy that is still in force."""
        ...

    async def write_policy(self, policy: CachedPolicy) -> None: ...


class Memory(Protocol):
    """What was seen of a domain before."""

    async def recall(self, domain: str) -> Recollection: ...

    async def remember(self, domain: str, sighting: Sighting) -> None: ...

    async def probed(self, host: str) -> Observation | None:
        """The newest probe of an exchanger, whosever mail it was asked for (link-security.md §2.5: once a day)."""
        ...
