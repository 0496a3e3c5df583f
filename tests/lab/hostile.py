"""The hostile servers: what each of them is, on which ports, and what must be said of it. One table for every test.

Whoever meets one of them must refuse it within `REFUSED_WITHIN`, in one sentence, before any credential is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from linksec_tui.model.account import Server, Tls
from linksec_tui.model.errors import ConnectionProblem, CredentialsRefused, ProtocolBroken, Unreachable, Unverifiable
from tests.lab.topology import NET

REFUSED_WITHIN = 120.0  # seconds, on a machine that does much else: what never ends takes longer
ZONE = "hostile.test"
IMAPS, SUBMISSIONS, SUBMISSION = 993, 465, 587
_ALL = (IMAPS, SUBMISSIONS, SUBMISSION)
_IMPLICIT = (IMAPS, SUBMISSIONS)


class Flaw(Enum):
    """What is wrong with a certificate, and nothing else."""

    NONE = "none"
    SELF_SIGNED = "signed by itself"
    EXPIRED = "expired yesterday"
    NOT_YET = "valid from next week on"
    WRONG_NAME = "issued for another name"
    CN_ONLY = "the name only in CN"
    UNKNOWN_CA = "issued by a CA that nobody knows"
    NO_INTERMEDIATE = "issued below the CA, the link between them not shown"
    WEAK = "RSA with 1024 bits"
    CLIENT_ONLY = "for clients only"


class Trick(Enum):
    """What a server does that it should not."""

    NONE = "none"
    TLS_1_0 = "TLS 1.0 and nothing newer"
    TLS_1_1 = "TLS 1.1 and nothing newer"
    CLEAR = "clear text where TLS belongs"
    STRIPPED = "no STARTTLS, and AUTH in clear"
    REFUSED = "STARTTLS offered, then refused"
    FAKED = "STARTTLS agreed to, then clear text"
    INJECTED = "answers behind the one to STARTTLS, then TLS"
    PREAUTH = "lets anybody in"
    NO_LOGIN = "forbids every login that there is"
    SILENT = "takes the connection and says nothing"
    ENDLESS = "a line without end"
    FAREWELL = "a farewell with escape sequences in it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One hostile server. `says` stands in the sentence of refusal, which is of the kind `error`."""

    name: str
    says: str
    ports: tuple[int, ...] = _ALL
    flaw: Flaw = Flaw.NONE
    trick: Trick = Trick.NONE
    error: type[ConnectionProblem] = Unverifiable
    number: int = 0

    @property
    def host(self) -> str:
        return f"{self.name}.{ZONE}"

    @property
    def address(self) -> str:
        """Where it is met; what it received there is written down."""
        return f"{NET}.4.{self.number}"

    @property
    def stage(self) -> str:
        """Where it is played."""
        return f"{NET}.5.{self.number}"

    @property
    def cellar(self) -> str:
        """What comes out of its TLS passes here, and is written down too."""
        return f"{NET}.6.{self.number}"


_CERTIFICATES = (
    Hostile(name="selfsigned", flaw=Flaw.SELF_SIGNED, says="signed by itself"),
    Hostile(name="expired", flaw=Flaw.EXPIRED, says="has expired"),
    Hostile(name="notyet", flaw=Flaw.NOT_YET, says="not valid yet"),
    Hostile(name="mismatch", flaw=Flaw.WRONG_NAME, says="does not name mismatch.hostile.test"),
    Hostile(name="cnonly", flaw=Flaw.CN_ONLY, says="does not name cnonly.hostile.test"),
    Hostile(name="untrusted", flaw=Flaw.UNKNOWN_CA, says="an authority that we do not know"),
    Hostile(name="nochain", flaw=Flaw.NO_INTERMEDIATE, says="with a link missing"),
    Hostile(name="weak", flaw=Flaw.WEAK, says="too weak"),
    Hostile(name="clientonly", flaw=Flaw.CLIENT_ONLY, says="not meant for servers"),
)
_TLS = (
    Hostile(name="tls10", trick=Trick.TLS_1_0, says="expected TLS 1.2 or newer, found only older versions"),
    Hostile(name="tls11", trick=Trick.TLS_1_1, says="expected TLS 1.2 or newer, found only older versions"),
    Hostile(name="clear", trick=Trick.CLEAR, ports=_IMPLICIT, says="found something in the clear"),
)
_STARTTLS = (
    Hostile(name="stripped", trick=Trick.STRIPPED, ports=(SUBMISSION,), says="offers no encryption"),
    Hostile(name="refused", trick=Trick.REFUSED, ports=(SUBMISSION,), says="refused to start encryption"),
    Hostile(name="faked", trick=Trick.FAKED, ports=(SUBMISSION,), says="found something in the clear"),
    Hostile(
        name="injected", trick=Trick.INJECTED, ports=(SUBMISSION,), says="before it was asked", error=ProtocolBroken
    ),
)
_MANNERS = (
    Hostile(name="preauth", trick=Trick.PREAUTH, ports=(IMAPS,), says="PREAUTH", error=ProtocolBroken),
    Hostile(name="nologin", trick=Trick.NO_LOGIN, ports=(IMAPS,), says="on this connection", error=CredentialsRefused),
    Hostile(name="silent", trick=Trick.SILENT, says="nothing that was expected came", error=Unreachable),
    Hostile(name="endless", trick=Trick.ENDLESS, says="endless.hostile.test", error=ProtocolBroken),
    Hostile(name="farewell", trick=Trick.FAREWELL, says="does not want to talk", ports=(IMAPS,), error=Unreachable),
)
HOSTILE = tuple(
    replace(one, number=number) for number, one in enumerate((*_CERTIFICATES, *_TLS, *_STARTTLS, *_MANNERS), start=1)
)
# As willing as the others, and nothing is wrong with it: shows that the trap would have caught what was sent.
HONEST = Hostile(name="honest", says="", number=len(HOSTILE) + 1)
MEETINGS = tuple((one, port) for one in HOSTILE for port in one.ports)


def hostile(name: str) -> Hostile:
    """The one of that name."""
    return next(one for one in HOSTILE if one.name == name)


def server(one: Hostile, port: int) -> Server:
    """As a configuration would name it."""
    return Server(host=one.host, port=port, tls=Tls.STARTTLS if port == SUBMISSION else Tls.IMPLICIT)
