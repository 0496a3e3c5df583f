"""The recipient domains: what each of them is for, one line each.

They bear the names under which `tests/cases/lab/outcomes.tsv` recorded what several mail servers did with a letter to
them, so that what is said of a domain here can be laid beside what happened there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from tests.lab.topology import NET


class Way(Enum):
    """How the name system leads to a domain's mail."""

    MX = "an MX record"
    ADDRESS = "no MX, only an address"
    NULL_MX = "takes no mail and says so"
    ABSENT = "proved not to exist"


class Tls(Enum):
    """What an exchanger does about TLS."""

    OFFERED = "offered"
    DEMANDED = "demanded before anything else"
    REQUIRETLS = "offered, and REQUIRETLS after it"
    OLD = "TLS 1.0 and nothing newer"
    BROKEN = "offered, and every handshake fails"
    STRIPPED = "taken, but something on the way removes the offer"
    NONE = "no STARTTLS at all"
    NOBODY = "nobody listens"


class Certificate(Enum):
    """What an exchanger shows after STARTTLS."""

    TRUSTED = "issued by the lab's CA"
    CHAIN = "issued by an authority below the lab's CA"
    SELF_SIGNED = "signed by itself"
    EXPIRED = "expired yesterday"
    WRONG_NAME = "issued for another name"


class Signing(Enum):
    """What DNSSEC says of a zone."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    BOGUS = "signed, the signatures spoilt"
    BOGUS_TLSA = "signed, the signature of its TLSA records spoilt"
    EXPIRED = "signed, the signatures expired"
    LAME = "delegated to a server that does not answer"


class Tlsa(Enum):
    """What the exchanger's TLSA records name."""

    NONE = "no record"
    KEY = "its key"
    AUTHORITY = "the authority that issued its certificate"
    WRONG = "another key"
    ROLLED = "another key, and its own"
    UNUSABLE = "its certificate, in a usage that mail does not know"


class Served(Enum):
    """What the host of an MTA-STS policy answers."""

    POLICY = "the policy"
    NOT_FOUND = "404"
    UNTRUSTED = "the policy, under a certificate that nobody trusts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """An MTA-STS policy. `exchanger` is its mx line; empty: the domain's own exchanger."""

    mode: str = "enforce"
    exchanger: str = ""
    served: Served = Served.POLICY


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One recipient domain. `number` ends its exchanger's address; `fallback`: a second exchanger, without TLS."""

    name: str
    what: str
    way: Way = Way.MX
    tls: Tls = Tls.OFFERED
    certificate: Certificate = Certificate.TRUSTED
    signing: Signing = Signing.SIGNED
    tlsa: Tlsa = Tlsa.NONE
    policy: Policy | None = None
    declared_level: int = 0
    fallback: bool = False
    number: int = field(default=0)

    @property
    def exchanger(self) -> str:
        return self.name if self.way is Way.ADDRESS else f"mx.{self.name}"

    @property
    def address(self) -> str:
        return f"{NET}.2.{self.number}"

    @property
    def fallback_exchanger(self) -> str:
        return f"mx2.{self.name}"

    @property
    def fallback_address(self) -> str:
        return f"{NET}.2.{self.number + 100}"

    @property
    def recipient(self) -> str:
        return f"user@{self.name}"

    @property
    def has_exchanger(self) -> bool:
        return self.way in (Way.MX, Way.ADDRESS)

    @property
    def listens(self) -> bool:
        """Can a letter be handed over there, once its address is known?"""
        return self.has_exchanger and self.tls is not Tls.NOBODY and self.signing is not Signing.LAME

    @property
    def has_zone(self) -> bool:
        return self.way is not Way.ABSENT and self.signing is not Signing.LAME

    @property
    def policy_line(self) -> str:
        """The mx line of its policy."""
        return (self.policy.exchanger if self.policy else "") or self.exchanger

    @property
    def policy_in_force(self) -> str:
        """The mx line that a sender who honours MTA-STS acts on; empty where it has nothing to act on."""
        served = self.policy is not None and self.policy.served is Served.POLICY
        return self.policy_line if served and self.policy and self.policy.mode == "enforce" else ""


_DANE = (
    Domain(name="dane.test", what="DANE, the record names its key", tlsa=Tlsa.KEY),
    Domain(
        name="dane-ta.test",
        what="DANE, the record names its authority",
        certificate=Certificate.CHAIN,
        tlsa=Tlsa.AUTHORITY,
    ),
    Domain(name="dane-bad.test", what="DANE, the record names another key", tlsa=Tlsa.WRONG),
    Domain(name="dane-strip.test", what="DANE, but no STARTTLS", tls=Tls.NONE, tlsa=Tlsa.WRONG),
    Domain(
        name="dane-expired.test",
        what="DANE, the certificate expired",
        certificate=Certificate.EXPIRED,
        tlsa=Tlsa.KEY,
    ),
    Domain(
        name="dane-self.test",
        what="DANE, the certificate signed by itself",
        certificate=Certificate.SELF_SIGNED,
        tlsa=Tlsa.KEY,
    ),
    Domain(name="dane-unusable.test", what="DANE records that mail cannot use (1 0 1)", tlsa=Tlsa.UNUSABLE),
    Domain(name="dane-roll.test", what="DANE, amid a change of keys", tlsa=Tlsa.ROLLED),
    Domain(name="dane-tls10.test", what="DANE, TLS 1.0 only", tls=Tls.OLD, tlsa=Tlsa.KEY),
    Domain(name="dane-broken.test", what="DANE, every handshake fails", tls=Tls.BROKEN, tlsa=Tlsa.KEY),
    Domain(name="declared.test", what="DANE, and declares level 4", tlsa=Tlsa.KEY, declared_level=4),
)
_STS = (
    Domain(name="sts.test", what="MTA-STS", policy=Policy()),
    Domain(
        name="sts-testing.test",
        what="MTA-STS in mode testing, signed by itself",
        certificate=Certificate.SELF_SIGNED,
        policy=Policy(mode="testing"),
    ),
    Domain(
        name="sts-mxmismatch.test",
        what="MTA-STS that names another exchanger",
        policy=Policy(exchanger="mail.elsewhere.test"),
    ),
    Domain(
        name="sts-selfsigned.test",
        what="MTA-STS, the certificate signed by itself",
        certificate=Certificate.SELF_SIGNED,
        policy=Policy(),
    ),
    Domain(
        name="sts-expired.test",
        what="MTA-STS, the certificate expired",
        certificate=Certificate.EXPIRED,
        policy=Policy(),
    ),
    Domain(
        name="sts-mismatch.test",
        what="MTA-STS, the certificate bears another name",
        certificate=Certificate.WRONG_NAME,
        policy=Policy(),
    ),
    Domain(name="sts-notls.test", what="MTA-STS, but no STARTTLS", tls=Tls.NONE, policy=Policy()),
    Domain(name="sts-tls10.test", what="MTA-STS, TLS 1.0 only", tls=Tls.OLD, policy=Policy()),
    Domain(
        name="sts-badhttps.test",
        what="MTA-STS, the policy's host has a certificate that nobody trusts",
        policy=Policy(served=Served.UNTRUSTED),
    ),
    Domain(name="sts-404.test", what="MTA-STS, there is no policy", policy=Policy(served=Served.NOT_FOUND)),
    Domain(name="sts-none.test", what="MTA-STS in mode none", policy=Policy(mode="none")),
    Domain(
        name="sts-wild.test",
        what="MTA-STS that names its exchanger by a wildcard",
        policy=Policy(exchanger="*.sts-wild.test"),
    ),
    Domain(name="sts-broken.test", what="MTA-STS, every handshake fails", tls=Tls.BROKEN, policy=Policy()),
    Domain(name="both.test", what="DANE and MTA-STS", tlsa=Tlsa.KEY, policy=Policy()),
    Domain(name="danebad-sts.test", what="DANE that names another key, and MTA-STS", tlsa=Tlsa.WRONG, policy=Policy()),
)
_PLAIN = (
    Domain(name="opportunistic.test", what="STARTTLS and nothing published"),
    Domain(name="selfsigned.test", what="STARTTLS, signed by itself", certificate=Certificate.SELF_SIGNED),
    Domain(name="plain.test", what="no STARTTLS", tls=Tls.NONE),
    Domain(name="tls10.test", what="TLS 1.0 only", tls=Tls.OLD),
    Domain(name="broken.test", what="STARTTLS, every handshake fails", tls=Tls.BROKEN),
    Domain(name="expired.test", what="STARTTLS, the certificate expired", certificate=Certificate.EXPIRED),
    Domain(name="mismatch.test", what="STARTTLS, another name", certificate=Certificate.WRONG_NAME),
    Domain(name="mustls.test", what="takes nothing without STARTTLS", tls=Tls.DEMANDED),
    Domain(name="elsewhere.test", what="STARTTLS; a policy of others names it"),
)
_NAMES = (
    Domain(
        name="unsigned.test",
        what="a TLSA record in a zone that is not signed",
        signing=Signing.UNSIGNED,
        tlsa=Tlsa.WRONG,
    ),
    Domain(name="bogus.test", what="a signed zone, its signatures spoilt", signing=Signing.BOGUS, tlsa=Tlsa.KEY),
    Domain(
        name="bogustlsa.test",
        what="only the signature of its TLSA record is spoilt",
        signing=Signing.BOGUS_TLSA,
        tlsa=Tlsa.KEY,
    ),
    Domain(
        name="expiredsig.test", what="a signed zone, its signatures expired", signing=Signing.EXPIRED, tlsa=Tlsa.KEY
    ),
    Domain(name="lame.test", what="its name server does not answer", signing=Signing.LAME),
    Domain(name="nullmx.test", what="takes no mail and says so", way=Way.NULL_MX),
    Domain(name="nomx.test", what="no MX, only an address", way=Way.ADDRESS),
    Domain(name="nodomain.test", what="proved not to exist", way=Way.ABSENT),
    Domain(name="deadmx.test", what="DANE, nobody listens", tls=Tls.NOBODY, tlsa=Tlsa.WRONG),
    Domain(name="weaklink.test", what="DANE, and a second exchanger without STARTTLS", tlsa=Tlsa.KEY, fallback=True),
)
_OTHERS = (
    Domain(name="requiretls.test", what="DANE and REQUIRETLS", tls=Tls.REQUIRETLS, tlsa=Tlsa.KEY),
    Domain(name="requiretls-sts.test", what="MTA-STS and REQUIRETLS", tls=Tls.REQUIRETLS, policy=Policy()),
    Domain(
        name="requiretls-bad.test",
        what="DANE that names another key, and REQUIRETLS",
        tls=Tls.REQUIRETLS,
        tlsa=Tlsa.WRONG,
    ),
    Domain(name="requiretls-npm.test", what="DANE and REQUIRETLS, of another make", tls=Tls.REQUIRETLS, tlsa=Tlsa.KEY),
    Domain(name="stripped.test", what="STARTTLS, removed on the way", tls=Tls.STRIPPED),
    Domain(name="dane-stripped.test", what="DANE, STARTTLS removed on the way", tls=Tls.STRIPPED, tlsa=Tlsa.KEY),
    Domain(name="sts-stripped.test", what="MTA-STS, STARTTLS removed on the way", tls=Tls.STRIPPED, policy=Policy()),
    Domain(
        name="declared-requiretls.test",
        what="DANE and REQUIRETLS, and declares level 4",
        tls=Tls.REQUIRETLS,
        tlsa=Tlsa.KEY,
        declared_level=4,
    ),
)

DOMAINS = tuple(
    replace(domain, number=number) for number, domain in enumerate((*_DANE, *_STS, *_PLAIN, *_NAMES, *_OTHERS), start=1)
)
ZONES = tuple(domain for domain in DOMAINS if domain.has_zone)
RECEIVING = tuple(domain for domain in DOMAINS if domain.listens)
POLICIES = {f"mta-sts.{domain.name}": domain for domain in DOMAINS if domain.policy}


def domain(name: str) -> Domain:
    """The domain of that name."""
    return next(domain for domain in DOMAINS if domain.name == name)
