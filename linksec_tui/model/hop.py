"""The way a message came: its Received fields, told apart into what our provider says and what strangers claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Protection(StrEnum):
    """How one hop was protected, by the word of the server that received; weakest first."""

    CLEAR = "clear"
    UNKNOWN = "unknown"
    OLD_TLS = "old-tls"  # TLS 1.0 or 1.1, or SSL
    ENCRYPTED = "encrypted"

    @property
    def strength(self) -> int:
        return tuple(Protection).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One hop; all texts are visible. `internal`: it stayed within one machine or one provider's network."""

    sent_by: str
    received_by: str
    protocol: str
    protection: Protection
    tls: bool | None
    tls_version: str = ""
    cipher: str = ""
    at: datetime | None = None
    delay: int | None = None  # seconds since the hop before
    trusted: bool = False
    internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """All hops, the newest first, and the weakest of those that are trusted and of those that are only claimed.

    The headlines say of both in a sentence what somebody on the network could do. `left_out`: hops beyond those shown.
    """

    hops: tuple[Hop, ...]
    weakest_trusted: Hop | None = None
    weakest_claimed: Hop | None = None
    trusted_headline: str = ""
    claimed_headline: str = ""
    left_out: int = 0

    @property
    def trusted(self) -> int:
        """How many hops from the top are more than a claim."""
        return sum(hop.trusted for hop in self.hops)
