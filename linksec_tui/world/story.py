"""Who lives in the world: one line a domain, with what a client should find out about it.

The names say what the domains are. This table is the truth that the client is judged by, so nothing here is computed
from the client's own rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from linksec_tui.model.assessment import Assurance

PARENT = "example"
HOME = "home.example"
SENDER = "alice@home.example"
SENDER_NAME = "Alice Archer"
SUBMISSION_HOST = "smtp.home.example"
IMAP_HOST = "imap.home.example"
WEEK = 604_800  # seconds: for how long policies and declarations hold

BUSY = "busy"  # refused for the moment at the first try, taken at the next: 451 4.3.0
FULL = "full"  # no room left: 552 5.2.2; has no mailbox

# Each of these has a mailbox in every domain that takes mail; anybody else is unknown there (550 5.1.1).
PEOPLE = (
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory", "oscar", "peggy",
    "info", "service", "postmaster", BUSY,
)  # fmt: skip

# Whom an audit of the provider writes to: what is broken there, and the address.
CANARIES = (
    ("nothing", "info@shop.example"),
    ("dane", "info@museum.example"),
    ("mta-sts", "info@gallery.example"),
    ("requiretls", "info@university.example"),
)


class Starttls(Enum):
    """What an exchanger does with STARTTLS."""

    OFFERED = "offered"
    ABSENT = "absent"
    BROKEN = "broken"  # offers it, and fails every handshake


class Certificate(Enum):
    """Who signed an exchanger's certificate, and whether it is still good."""

    TRUSTED = "trusted"
    SELF_SIGNED = "self-signed"
    EXPIRED = "expired"


class Existence(Enum):
    """What the name system says of a domain."""

    MAIL = "mail"
    NULL_MX = "null-mx"
    ABSENT = "absent"
    BOGUS = "bogus"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangerPlan:
    """One MX host. `dane` is the usage of its TLSA record, None where it has none."""

    host: str
    starttls: Starttls = Starttls.OFFERED
    certificate: Certificate = Certificate.TRUSTED
    dane: int | None = None
    dane_matches: bool = True
    requiretls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPlan:
    """One mail domain. `policy` is the list of patterns in its MTA-STS policy (mode enforce); empty means none."""

    name: str
    what: str
    truth: Assurance
    person: str = "bob"
    existence: Existence = Existence.MAIL
    signed: bool = False
    exchangers: tuple[ExchangerPlan, ...] = ()
    policy: tuple[str, ...] = ()
    level: int = 0
    tour: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRecipient:
    """Somebody to write to, and the assurance that is true of the way there.

    True means: with the world's own configuration, everything looked up and every exchanger probed. `tour` marks the
    eight domains of the demonstration.
    """

    address: str
    domain: str
    what: str
    truth: Assurance
    tour: bool = False


DOMAINS = (
    DomainPlan(
        name="bank.example",
        what="a link-secure bank",
        truth=Assurance.LINK_SECURE,
        person="bob",
        signed=True,
        level=4,
        exchangers=(ExchangerPlan(host="mx.bank.example", dane=3, requiretls=True),),
        tour=True,
    ),
    DomainPlan(
        name="university.example",
        what="a university with DANE",
        truth=Assurance.ENFORCED,
        person="carol",
        signed=True,
        exchangers=(
            ExchangerPlan(host="mx1.university.example", dane=3),
            ExchangerPlan(host="mx2.university.example", dane=2),
        ),
        tour=True,
    ),
    DomainPlan(
        name="shop.example",
        what="a shop with MTA-STS",
        truth=Assurance.ENFORCED,
        person="dave",
        exchangers=(ExchangerPlan(host="mx.shop.example"),),
        policy=("mx.shop.example",),
        tour=True,
    ),
    DomainPlan(
        name="club.example",
        what="an ordinary club, self-signed",
        truth=Assurance.ENCRYPTED,
        person="erin",
        exchangers=(ExchangerPlan(host="mx.club.example", certificate=Certificate.SELF_SIGNED),),
        tour=True,
    ),
    DomainPlan(
        name="office.example",
        what="an office whose certificate expired",
        truth=Assurance.ENCRYPTED,
        person="frank",
        exchangers=(ExchangerPlan(host="mx.office.example", certificate=Certificate.EXPIRED),),
        tour=True,
    ),
    DomainPlan(
        name="oldserver.example",
        what="an old server without TLS",
        truth=Assurance.EXPOSED,
        person="grace",
        exchangers=(ExchangerPlan(host="mx.oldserver.example", starttls=Starttls.ABSENT),),
        tour=True,
    ),
    DomainPlan(
        name="broken.example",
        what="a server whose TLS is broken",
        truth=Assurance.EXPOSED,
        person="heidi",
        exchangers=(ExchangerPlan(host="mx.broken.example", starttls=Starttls.BROKEN),),
        tour=True,
    ),
    DomainPlan(
        name="universty.example",
        what="a misspelt domain",
        truth=Assurance.UNDELIVERABLE,
        person="carol",
        existence=Existence.ABSENT,
        tour=True,
    ),
    DomainPlan(
        name="notary.example",
        what="a notary with MTA-STS and REQUIRETLS",
        truth=Assurance.ENFORCED,
        person="judy",
        exchangers=(ExchangerPlan(host="mx.notary.example", requiretls=True),),
        policy=("*.notary.example",),
    ),
    DomainPlan(
        name="museum.example",
        what="a museum whose DANE record is wrong",
        truth=Assurance.ENFORCED,
        person="ivan",
        signed=True,
        exchangers=(ExchangerPlan(host="mx.museum.example", dane=3, dane_matches=False),),
    ),
    DomainPlan(
        name="gallery.example",
        what="a gallery whose certificate breaks its own policy",
        truth=Assurance.ENFORCED,
        person="oscar",
        exchangers=(ExchangerPlan(host="mx.gallery.example", certificate=Certificate.SELF_SIGNED),),
        policy=("mx.gallery.example",),
    ),
    DomainPlan(
        name="nomail.example",
        what="a domain that takes no mail",
        truth=Assurance.UNDELIVERABLE,
        person="mallory",
        existence=Existence.NULL_MX,
        signed=True,
    ),
    DomainPlan(
        name="bogus.example",
        what="a domain whose signatures are wrong",
        truth=Assurance.UNKNOWN,
        person="oscar",
        existence=Existence.BOGUS,
        signed=True,
        exchangers=(ExchangerPlan(host="mx.bogus.example"),),
    ),
    DomainPlan(
        name=HOME,
        what="a neighbour at the same provider",
        truth=Assurance.ENFORCED,
        person="peggy",
        signed=True,
        exchangers=(ExchangerPlan(host="mx.home.example", dane=3, requiretls=True),),
    ),
)


def recipients() -> tuple[StoryRecipient, ...]:
    """One recipient a domain, those of the tour first."""
    return tuple(
        StoryRecipient(
            address=f"{domain.person}@{domain.name}",
            domain=domain.name,
            what=domain.what,
            truth=domain.truth,
            tour=domain.tour,
        )
        for domain in DOMAINS
    )
