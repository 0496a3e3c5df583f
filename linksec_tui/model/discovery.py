"""What was found out about how an address connects: candidates, what cannot be used and why, and who said it.

"Nothing there", "cannot tell" and "not asked" are three values, and what anybody on the network could have forged is
told apart from what nobody could.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .account import Server
from .address import Address
from .evidence import DaneStatus


class Service(StrEnum):
    """What a server is for."""

    IMAP = "imap"
    SUBMISSION = "submission"


class Origin(StrEnum):
    """Where settings came from. Of two that are equally vouched for, the earlier here counts: it tells more."""

    PACC = "pacc"
    AUTOCONFIG = "autoconfig"
    WELL_KNOWN = "well-known"
    SRV = "srv"
    LIST = "provider-list"
    MX_AUTOCONFIG = "mx-autoconfig"
    MX_LIST = "mx-provider-list"

    @property
    def words(self) -> str:
        """As in: it was found in …"""
        return _WORDS[self]


_WORDS = {
    Origin.PACC: "the domain's own file (PACC)",
    Origin.AUTOCONFIG: "the domain's own file (autoconfig)",
    Origin.WELL_KNOWN: "the domain's web site",
    Origin.SRV: "DNS (SRV records)",
    Origin.LIST: "the list that comes with this program",
    Origin.MX_AUTOCONFIG: "a file of whoever receives its mail (autoconfig)",
    Origin.MX_LIST: "that list, under whoever receives its mail",
}


class AuthMethod(StrEnum):
    """How one proves who one is. Always inside TLS."""

    PASSWORD = "password"  # noqa: S105 - the name of a method
    HASHED_PASSWORD = "password-encrypted"  # noqa: S105 - CRAM-MD5, SCRAM and their like
    OAUTH2 = "oauth2"


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthEndpoints:
    """The authorization server that the settings name; every address is https. Only `issuer` may be all there is."""

    issuer: str
    authorization: str = ""
    token: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """What may be believed of one source. `doubt` says in words why a person must confirm what it says."""

    origin: Origin
    authenticated: bool
    doubt: str = ""

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Best vouched first."""
        return bool(self.doubt), not self.authenticated, list(Origin).index(self.origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One server that can be used. `also` are further sources that name the same one.

    `user` is ready for use; `user_told` says that a source told it, else it is the address. `auth` is empty where
    nobody told. `dane` is a fact about this server's own name, not about who told it.
    """

    service: Service
    server: Server
    user: str
    user_told: bool = False
    auth: tuple[AuthMethod, ...] = ()
    oauth: OAuthEndpoints | None = None
    vouching: Vouching
    also: tuple[Vouching, ...] = ()
    note: str = ""
    dane: DaneStatus | None = None  # None: not asked

    @property
    def source(self) -> Origin:
        return self.vouching.origin

    @property
    def authenticated(self) -> bool:
        """Could nobody on the network have forged that this is the server?"""
        return self.vouching.authenticated

    @property
    def needs_confirmation(self) -> bool:
        """Must a person say that this is their provider's, before a password goes there?"""
        return bool(self.vouching.doubt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """Settings that were published and are never used, and the reason in words."""

    service: Service
    host: str
    port: int
    source: Origin
    reason: str


class Found(StrEnum):
    """What became of one source."""

    SETTINGS = "settings"
    NOTHING = "nothing"
    CANNOT_TELL = "cannot-tell"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """One source: what it had, and where it was asked."""

    source: Origin
    found: Found
    asked: str = ""
    detail: str = ""
    authenticated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Everything that was found for one address. Candidates stand best first, those for reading before the others."""

    address: Address
    shown_domain: str = ""  # the address's domain as people read it
    candidates: tuple[Candidate, ...] = ()
    unusable: tuple[Unusable, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    provider: str = ""
    help: tuple[str, ...] = field(default=())
    no_such_domain: bool = False  # DNS says so; most often a slip of the finger
    elapsed_ms: int = 0

    @property
    def imap(self) -> Candidate | None:
        return self._best(Service.IMAP)

    @property
    def submission(self) -> Candidate | None:
        return self._best(Service.SUBMISSION)

    @property
    def complete(self) -> bool:
        """Is there a server for reading and one for sending?"""
        return self.imap is not None and self.submission is not None

    def _best(self, service: Service) -> Candidate | None:
        return next((each for each in self.candidates if each.service is service), None)


def revealed(domain: str) -> str:
    """What looking learns others: said before it happens."""
    return (
        f"Looking for the mail settings of {domain}: your DNS resolver, the web servers of {domain} and those of "
        "whoever receives its mail see that somebody asks. Nobody is told your address."
    )
