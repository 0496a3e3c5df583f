"""A letter in the provider's hands, and what became of it for each recipient."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from .envelope import Envelope, EnvelopeRecipient
from .relay_rules import Failure, Wishes
from .wanted import Asked, asked_of

_TLS_REQUIRED = re.compile(rb"^tls-required:[ \t]*(?:\r\n[ \t]+)?([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Taken over from a client; `content` has our Received field on top already."""

    id: str
    envelope: Envelope
    content: bytes
    arrived: datetime
    heeds_field: bool = False  # we have declared that Link-Security binds us
    deaf: frozenset[str] = frozenset()  # what our relay does not insist on

    @property
    def fields(self) -> bytes:
        return self.content.partition(b"\r\n\r\n")[0] + b"\r\n"

    @property
    def wishes(self) -> Wishes:
        """RFC 8689 §3: the field stands at most once, and `No` is all that it may say."""
        said = [value.strip().lower() for value in _TLS_REQUIRED.findall(self.fields)]
        asked = self.asks if self.heeds_field else None
        return Wishes(
            requiretls=self.envelope.requiretls and "requiretls" not in self.deaf,
            tls_optional=said == [b"no"],
            require=asked.require if asked else "",
            deaf=self.deaf,
        )

    @property
    def asks(self) -> Asked | None:
        """What the field Link-Security says; None where it cannot be read."""
        return asked_of(self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of the letter for one recipient. `remote` is the server that took it, where it left us."""

    recipient: EnvelopeRecipient
    failure: Failure | None = None
    remote: str = ""
    reply: str = ""
