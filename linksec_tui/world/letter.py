"""A letter in the provider's hands, and what became of it for each recipient."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from .envelope import Envelope, EnvelopeRecipient
from .relay_rules import Failure, Wishes

_TLS_REQUIRED = re.compile(rb"^tls-required:[ \t]*(?:\r\n[ \t]+)?([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Taken over from a client; `content` has our Received field on top already."""

    id: str
    envelope: Envelope
    content: bytes
    arrived: datetime

    @property
    def fields(self) -> bytes:
        return self.content.partition(b"\r\n\r\n")[0] + b"\r\n"

    @property
    def wishes(self) -> Wishes:
        """RFC 8689 §3: the field stands at most once, and `No` is all that it may say."""
        said = [value.strip().lower() for value in _TLS_REQUIRED.findall(self.fields)]
        return Wishes(requiretls=self.envelope.requiretls, tls_optional=said == [b"no"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of the letter for one recipient. `remote` is the server that took it, where it left us."""

    recipient: EnvelopeRecipient
    failure: Failure | None = None
    remote: str = ""
    reply: str = ""
