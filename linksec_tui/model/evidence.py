"""What was found out about a recipient's domain: dated facts, each with more values than yes and no.

"No record", "not authenticated", "no answer" and "not asked" are four different values; an error is never "none"
(link-security.md §2.1). Times are aware datetimes in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from .evidence_words import Answer, DaneStatus, Mechanism


class Dnssec(StrEnum):
    """What may be believed of a DNS answer."""

    SECURE = "secure"
    INSECURE = "insecure"
    BOGUS = "bogus"
    ERROR = "error"
    UNCHECKED = "unchecked"  # the resolver's word cannot be believed: not evidence


class Source(StrEnum):
    """Where a piece of evidence came from."""

    DNS = "dns"
    MTA_STS = "mta-sts"
    KNOWN = "known-list"
    MEMORY = "memory"
    PROBE = "probe"
    BOUNCE = "bounce"
    PROVIDER = "provider"
    USER = "user"
    DECLARATION = "declaration"  # the link-security declaration, wherever it stands (link-security.md §3)


class Failure(StrEnum):
    """Why a source could not answer."""

    TIMEOUT = "timeout"
    SERVER = "server"  # SERVFAIL and not bogus, or REFUSED
    BOGUS = "bogus"
    NETWORK = "network"
    HTTP = "http"
    TLS = "tls"
    FORBIDDEN = "forbidden"  # a name that leads to a private address
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """A source's failure, as a value: it removes that source's own contribution and nothing else."""

    source: Source
    kind: Failure
    detail: str = ""


class RouteStatus(StrEnum):
    """Where the domain's mail goes."""

    FOUND = "found"
    IMPLICIT = "implicit"  # no MX but an address: the domain is its own exchanger
    LITERAL = "literal"
    NULL_MX = "null-mx"  # RFC 7505
    NO_SUCH_DOMAIN = "no-such-domain"
    NO_MAIL_HOST = "no-mail-host"
    FAILED = "failed"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanger:
    """One MX host. `dnssec` is that of its address records; `exists` is None where they were not had.

    `forbidden`: every address is a private one, and the configuration does not allow such (link-security.md §10).
    """

    host: str
    preference: int = 0
    addresses: tuple[str, ...] = ()
    dnssec: Dnssec = Dnssec.UNCHECKED
    exists: bool | None = None
    forbidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The domain's exchangers, best first, and whether DNSSEC vouches for the list of their names."""

    status: RouteStatus
    dnssec: Dnssec
    exchangers: tuple[Exchanger, ...] = ()
    failure: Unavailable | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tlsa:
    """One TLSA record (RFC 6698 §2.1)."""

    usage: int
    selector: int
    matching: int
    association: bytes

    def __str__(self) -> str:
        return f"{self.usage} {self.selector} {self.matching} {self.association.hex()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dane:
    """The TLSA state of one exchanger; `records` are the usable ones, `base` the name they stand at."""

    host: str
    status: DaneStatus
    records: tuple[Tlsa, ...] = ()
    base: str = ""
    expires_at: datetime | None = None


class StsStatus(StrEnum):
    """The domain's MTA-STS policy (RFC 8461)."""

    ENFORCE = "enforce"
    TESTING = "testing"
    NONE = "none"
    ABSENT = "absent"
    INVALID = "invalid"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sts:
    """The policy in force. `confirmed`: by this check (TXT with the cached id, or fetched), not from cache alone."""

    status: StsStatus
    id: str = ""
    max_age: int = 0
    mx: tuple[str, ...] = ()
    reason: str | None = None
    cached: bool = False
    confirmed: bool = False
    expires_at: datetime | None = None
    failure: Unavailable | None = None

    def names(self, host: str) -> bool:
        """Does the policy name this exchanger? `*.` stands for exactly one label (RFC 8461 §4.1)."""
        name = host.lower().rstrip(".")
        parent = name.partition(".")[2]
        return name in self.mx or (parent != "" and f"*.{parent}" in self.mx)


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedPolicy:
    """A policy as it is kept on disk: in force until `expires_at`, whatever becomes of the record (RFC 8461 §3.3)."""

    domain: str
    id: str
    status: StsStatus
    max_age: int
    mx: tuple[str, ...]
    fetched_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One link-security statement about `name`, a mail domain or an MX host (link-security.md §3)."""

    name: str
    level: int
    source: Source
    authenticated: bool
    observed_at: datetime
    expires_at: datetime
    id: str = ""


class StarttlsStatus(StrEnum):
    OFFERED = "offered"
    NOT_OFFERED = "not-offered"
    FAILED = "failed"  # offered, but no handshake succeeded
    UNREACHABLE = "unreachable"
    NOT_TRIED = "not-tried"


class CertificateState(StrEnum):
    """A certificate seen on a handshake that did not insist."""

    VALID = "valid"
    EXPIRED = "expired"
    WRONG_NAME = "wrong-name"
    UNTRUSTED = "untrusted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one exchanger did when somebody connected: by a probe, or as told by a bounce that is ours.

    `chain` is the certificates it showed, leaf first, DER; `verified_under` names the domain's own mechanisms
    under which that handshake verified, `failed_under` those under which it did not.
    """

    domain: str
    host: str
    starttls: StarttlsStatus
    source: Source
    observed_at: datetime
    expires_at: datetime
    version: str = ""
    cipher: str = ""
    certificate: CertificateState = CertificateState.UNKNOWN
    chain: tuple[bytes, ...] = ()
    requiretls: bool = False
    linksec_level: int = 0
    linksec_max_age: int = 0
    old_tls: bool = False
    verified_under: frozenset[Mechanism] = frozenset()
    failed_under: frozenset[Mechanism] = frozenset()
    detail: str = ""


INSISTS_FROM_LEVEL = 3  # link-security.md §3: from here on a server heeds what a letter requires


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """What the sender's own provider does with outgoing mail, and what its submission server offered after TLS."""

    account: str
    insists: Mapping[Mechanism, Answer] = field(default_factory=lambda: MappingProxyType({}))
    origin: str = ""  # where `insists` comes from, in a word: configuration, shipped list, audit, EHLO
    local_domains: frozenset[str] = frozenset()
    requiretls_offered: bool | None = None
    dsn_offered: bool | None = None
    smtputf8_offered: bool | None = None
    size_limit: int | None = None  # octets
    deliver_by_offered: bool | None = None
    linksec_level: int = 0
    observed_at: datetime | None = None

    @property
    def heeds(self) -> bool:
        """Does it promise to heed what a letter requires?"""
        return self.linksec_level >= INSISTS_FROM_LEVEL

    def answer(self, mechanism: Mechanism) -> Answer:
        return self.insists.get(mechanism, Answer.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """An entry of the known list that matches; a hint, never today's fact. `exact`: not of the hosts below it."""

    matched: str
    kind: Literal["domain", "exchanger"]
    exact: bool = False
    starttls: bool = False
    sts_enforce: bool = False
    level: int = 0
    source: str = ""
    dated: str = ""  # ISO date


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A protection that was seen before and has not expired: the recipient's evidence, never a rung."""

    mechanism: Mechanism | Literal["declaration"]
    detail: str
    seen_at: datetime
    expires_at: datetime
    acknowledged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollection:
    """What is remembered of one domain: promises that have not expired, and the newest observation per exchanger."""

    promises: tuple[Promise, ...] = ()
    observations: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserWord:
    """The user's own entry for a domain: lower to Exposed, or raise to Verifiable by naming the mechanism."""

    exposed: bool = False
    mechanism: Mechanism | None = None
    dated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything known about one domain at one moment: what the reckoning is made from.

    `observations` holds the newest per exchanger of this domain; `strips_starttls` is true where this network was
    not seen to let STARTTLS through; `pending` names sources that are still being asked.
    """

    domain: str
    route: Route
    dane: Mapping[str, Dane] = field(default_factory=lambda: MappingProxyType({}))
    sts: Sts = field(default_factory=lambda: Sts(status=StsStatus.ABSENT))
    declarations: tuple[Declaration, ...] = ()
    observations: Mapping[str, Observation] = field(default_factory=lambda: MappingProxyType({}))
    known: tuple[KnownEntry, ...] = ()
    promises: tuple[Promise, ...] = ()
    provider: ProviderFacts | None = None
    user: UserWord | None = None
    strips_starttls: bool = False
    unavailable: tuple[Unavailable, ...] = ()
    pending: frozenset[Source] = frozenset()
