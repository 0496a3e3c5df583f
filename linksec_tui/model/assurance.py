"""The ladder that a recipient stands on, a rung each (link-security.md §2)."""

from __future__ import annotations

from enum import Enum
from functools import total_ordering


@total_ordering
class Assurance(Enum):
    """What somebody on the network would have to do to read the message; ordered, weakest first."""

    UNDELIVERABLE = "undeliverable"
    EXPOSED = "exposed"
    UNKNOWN = "unknown"
    ENCRYPTED = "encrypted"
    VERIFIABLE = "verifiable"
    ENFORCED = "enforced"
    LINK_SECURE = "link-secure"

    @property
    def rung(self) -> int:
        return _LADDER.index(self)

    def __lt__(self, other: object) -> bool:
        return self.rung < other.rung if isinstance(other, Assurance) else NotImplemented

    @property
    def word(self) -> str:
        """The name that people see, the same everywhere."""
        return _WORDS[self]


_LADDER = tuple(Assurance)
_WORDS = {
    Assurance.UNDELIVERABLE: "No way there",
    Assurance.EXPOSED: "Exposed",
    Assurance.UNKNOWN: "Unknown",
    Assurance.ENCRYPTED: "Encrypted, unproven",
    Assurance.VERIFIABLE: "Verifiable",
    Assurance.ENFORCED: "Enforced",
    Assurance.LINK_SECURE: "Link-secure",
}

# The warnings that open the gate (link-security.md §4) and count as not meeting a requirement.
GATE_WARNINGS = frozenset({"downgrade", "possible-attack", "not-who-you-think"})
