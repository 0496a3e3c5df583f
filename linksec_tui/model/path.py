"""An assessment as a path in words: four stations, three stretches between them, and what is known of each.

Only the first stretch is proved by us; the second is what they publish and what our provider insists on; the third is
what they declare (link-security.md §1). Nothing here claims more than the evidence that it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from .assessment import Assessment, Assurance, Reason
from .connection import TlsFacts, Trust
from .evidence import Dnssec, Exchanger, Source


class Strength(Enum):
    """How firmly a stretch of the way is known to be protected."""

    FIRM = "firm"
    LOOSE = "loose"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known of a stretch, and where from; `forgeable` by somebody on the network."""

    text: str
    origin: str
    forgeable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The way from one station to the next; `assurance` lends the relay hop its colour."""

    station: str
    strength: Strength
    facts: tuple[Fact, ...]
    assurance: Assurance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The three stretches, and the reader at their end."""

    stretches: tuple[Stretch, Stretch, Stretch]
    reader: str


_ORIGINS = {
    Source.DNS: "DNS",
    Source.MTA_STS: "their published policy",
    Source.KNOWN: "known list",
    Source.MEMORY: "seen before",
    Source.PROBE: "seen by connecting",
    Source.BOUNCE: "a returned letter",
    Source.PROVIDER: "your provider",
    Source.USER: "your own word",
    Source.DECLARATION: "their operator's declaration",
}

_OVER_THE_NETWORK = (Source.DNS, Source.MTA_STS, Source.PROBE)

_RELAY = {
    Assurance.UNDELIVERABLE: Strength.OPEN,
    Assurance.EXPOSED: Strength.OPEN,
    Assurance.UNKNOWN: Strength.OPEN,
    Assurance.ENCRYPTED: Strength.LOOSE,
    Assurance.VERIFIABLE: Strength.LOOSE,
    Assurance.ENFORCED: Strength.FIRM,
    Assurance.LINK_SECURE: Strength.FIRM,
}


def path_of(assessment: Assessment, submission: TlsFacts | None, reader: str) -> Path:
    """The path of one recipient, as far as it is known."""
    return Path(stretches=(_submission(submission), _relay(assessment), _access(assessment)), reader=reader)


def _submission(facts: TlsFacts | None) -> Stretch:
    if facts is None:
        known = Fact(text="always TLS, with a certificate that we check", origin="not connected yet")
        return Stretch(station="you", strength=Strength.FIRM, facts=(known,))
    version = facts.version.replace("TLSv", "TLS ")
    if facts.trust is Trust.PINNED:
        pinned = Fact(text=f"{version}; {facts.trust.words}", origin="your own word")
        return Stretch(station="you", strength=Strength.LOOSE, facts=(pinned,))
    checked = Fact(text=f"{version}, certificate of {facts.host} checked", origin="proved by us")
    return Stretch(station="you", strength=Strength.FIRM, facts=(checked,))


def _relay(assessment: Assessment) -> Stretch:
    facts = tuple(_fact(reason) for reason in assessment.reasons if not _about_access(reason))
    nothing = "nothing that one could rely on" if assessment.complete else "being asked"
    return Stretch(
        station="your provider",
        strength=_RELAY[assessment.assurance],
        facts=facts or (Fact(text=nothing, origin="so far"),),
        assurance=assessment.assurance,
    )


def _access(assessment: Assessment) -> Stretch:
    told = tuple(_fact(reason) for reason in assessment.reasons if _about_access(reason))
    firm = assessment.declared_level >= 2  # link-security.md §3: from level 2 on, reading only over TLS
    if not told and assessment.assurance is not Assurance.UNDELIVERABLE:
        told = (Fact(text="nobody can tell how they read it", origin="not declared"),)
    return Stretch(
        station=", ".join(_exchangers(assessment)) or assessment.domain,
        strength=Strength.LOOSE if firm else Strength.OPEN,
        facts=told,
    )


def _exchangers(assessment: Assessment) -> Iterator[str]:
    for exchanger in assessment.evidence.route.exchangers[:3]:
        yield exchanger.host + _dnssec(exchanger)
    if len(assessment.evidence.route.exchangers) > 3:
        yield f"and {len(assessment.evidence.route.exchangers) - 3} more"


def _dnssec(exchanger: Exchanger) -> str:
    match exchanger.dnssec:
        case Dnssec.SECURE:
            return " (signed)"
        case Dnssec.BOGUS:
            return " (signature wrong)"
        case Dnssec.INSECURE | Dnssec.ERROR | Dnssec.UNCHECKED:
            return ""


def _about_access(reason: Reason) -> bool:
    return reason.code.startswith(("declared", "declaration", "level"))


def _fact(reason: Reason) -> Fact:
    origin = _ORIGINS[reason.source]
    if reason.source is Source.DNS and reason.authenticated:
        origin = "signed DNS"
    forgeable = reason.source in _OVER_THE_NETWORK and not reason.authenticated and not reason.claims_nothing
    return Fact(text=reason.text or reason.code, origin=origin, forgeable=forgeable)
