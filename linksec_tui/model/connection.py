"""What a TLS handshake with one of our own servers showed: the proof of the hop that we make ourselves.

A server is verified by an authority and its name, or, where the person said so at set-up, by exactly one certificate
(RFC 8314 §5.4); there is no third way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .evidence_words import DaneStatus


class Trust(StrEnum):
    """Why the server is believed to be the one that was meant."""

    VERIFIED = "verified"
    PINNED = "pinned"
    NOBODY = "nobody"  # it was only looked at; nothing was said to it

    @property
    def words(self) -> str:
        return _TRUST[self]


_TRUST = {
    Trust.VERIFIED: "its certificate is valid for that name",
    Trust.PINNED: "pinned, below the minimum: no authority vouches for it, it is the certificate that you accepted",
    Trust.NOBODY: "nobody vouches for it",
}


class Fault(StrEnum):
    """What was wrong with a server that could not be verified."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NAME = "wrong-name"
    SELF_SIGNED = "self-signed"
    UNKNOWN_ISSUER = "unknown-issuer"
    WEAK = "weak"
    WRONG_PURPOSE = "wrong-purpose"
    OTHER_CERTIFICATE = "other-certificate"  # not the one that is pinned
    CERTIFICATE = "certificate"  # not verifiable for another reason
    OLD_TLS = "old-tls"
    NO_TLS = "no-tls"
    HANDSHAKE = "handshake"


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFacts:
    """One connection. Names and issuer are visible text; times are UTC.

    `matched_name` is the one of `names` that stands for `host`. `dane` is None where nobody asked; `dane_matches` is
    None where there is nothing to compare with.
    """

    host: str
    port: int
    version: str
    cipher: str
    subject: str = ""
    names: tuple[str, ...] = ()
    matched_name: str = ""
    issuer: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    key: str = ""  # as in "RSA 2048"
    fingerprint: str = ""  # SHA-256 of the leaf, hex
    trust: Trust = Trust.VERIFIED
    at: datetime | None = None
    dane: DaneStatus | None = None
    dane_matches: bool | None = None
    chain: tuple[bytes, ...] = field(default=(), repr=False)  # DER, leaf first
