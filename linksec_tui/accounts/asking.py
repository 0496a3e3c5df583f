"""What a source of settings is asked, and what it gives back: the promises of this room.

Each source is one file with an `ask`. Failures of the world are values in the answer; the deadline comes from
`discover`, which runs all sources inside one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from linksec_tui.model.address import Address
from linksec_tui.model.discovery import Candidate, SourceReport, Unusable
from linksec_tui.wire.https import HttpsReader
from linksec_tui.wire.resolver import Resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One address whose servers are looked for, and the means to look."""

    address: Address
    resolver: Resolver
    https: HttpsReader
    seconds: float

    @property
    def domain(self) -> str:
        return self.address.domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one source had. Candidates stand in its own order of preference."""

    report: SourceReport
    offers: tuple[Candidate | Unusable, ...] = ()
    provider: str = ""
    help: tuple[str, ...] = field(default=())
    no_such_domain: bool = False
