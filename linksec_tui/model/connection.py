"""What a TLS handshake with one of our own servers showed: the proof of the hop that we make ourselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFacts:
    """One verified connection. Names and issuer are visible text; times are UTC."""

    host: str
    port: int
    version: str
    cipher: str
    subject: str = ""
    issuer: str = ""
    not_after: datetime | None = None
    fingerprint: str = ""  # SHA-256 of the leaf, hex
    at: datetime | None = None
