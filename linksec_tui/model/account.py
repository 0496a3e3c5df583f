"""An account as the configuration tells it; never a secret in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from .address import Address
from .evidence_words import Mechanism
from .letter_words import Requirement
from .oauth import OAuth


class Tls(StrEnum):
    """How a submission server is spoken to; there is no third way (RFC 8314 §3.3)."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server of the user's own provider. `pin`: the SHA-256 of the one certificate that it may show, hex."""

    host: str
    port: int
    tls: Tls = Tls.IMPLICIT
    pin: str = ""


class SentCopy(StrEnum):
    """Who files the copy in Sent."""

    AUTO = "auto"
    SERVER = "server"
    CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody whom letters of an account may be from: `Name <address>`, and what its letters require by default.

    `require` is None where the account's own default counts.
    """

    written: str
    require: Requirement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What can stand in From: an address of an account, its name, and what its letters require by default."""

    account: str
    address: Address
    name: str = ""
    require: Requirement = Requirement.ANY

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else str(self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account. `insists` is None where the configuration does not say; `trusted_hosts` are the provider's own."""

    name: str
    address: Address
    display_name: str = ""
    identities: tuple[Identity, ...] = ()
    user: str = ""
    password_command: str = ""
    oauth: OAuth | None = None  # signs in there, instead of by password
    imap: Server | None = None
    submission: Server | None = None
    insists: frozenset[Mechanism] | None = None
    local_domains: frozenset[str] = frozenset()
    require: Requirement = Requirement.ANY
    sent: SentCopy = SentCopy.AUTO
    mailboxes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    signature: str = ""
    trusted_hosts: frozenset[str] = frozenset()
    authserv_id: str = ""  # whose Authentication-Results are believed (RFC 8601 §2.5); never learnt from mail
