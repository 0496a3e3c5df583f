"""The link-security declaration, in DNS and in the EHLO answer (link-security.md §3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from linksec_tui.formats.declaration_record import DeclarationRecord, parse_declaration
from linksec_tui.formats.sts_policy import Invalid
from linksec_tui.link.level import ANY_HOST_BELOW
from linksec_tui.link.source import Inquiry
from linksec_tui.model.evidence import Declaration, Dnssec, Failure, KnownEntry, Observation, Source, Unavailable
from linksec_tui.wire.resolver import Resolver

LISTED_FOR = timedelta(days=365)  # an entry of the known list tells a level for so long


async def ask(resolver: Resolver, inquiry: Inquiry, name: str) -> Declaration | Unavailable | None:
    """The statement at `_linksec.<name>`; asked only where the zone is signed. None: there is none.

    One that cannot be had, or that breaks the grammar, is a value with its reason: it declares nothing either way.
    """
    answer = await resolver.query(f"_linksec.{name}", "TXT", newer_than=inquiry.newer_than)
    if answer.failed:
        told = answer.failure or Unavailable(source=Source.DNS, kind=Failure.SERVER)
        return replace(told, source=Source.DECLARATION, detail=f"_linksec.{name}: {told.detail or told.kind.value}")
    match parse_declaration(answer.texts):
        case DeclarationRecord() as record:
            return Declaration(
                name=name,
                level=record.level,
                source=Source.DNS,
                authenticated=answer.dnssec is Dnssec.SECURE,
                observed_at=answer.observed_at,
                expires_at=answer.observed_at + timedelta(seconds=record.max_age),
                id=record.id,
            )
        case Invalid(reason=reason):
            return Unavailable(source=Source.DECLARATION, kind=Failure.INVALID, detail=f"_linksec.{name}: {reason}")
        case None:
            return None


def from_observation(seen: Observation) -> Declaration | None:
    """What the exchanger said of itself after a handshake; it counts only if that handshake verified."""
    if seen.linksec_level == 0:
        return None
    return Declaration(
        name=seen.host,
        level=seen.linksec_level,
        source=Source.PROBE,
        authenticated=bool(seen.verified_under),
        observed_at=seen.observed_at,
        expires_at=seen.observed_at + timedelta(seconds=seen.linksec_max_age),
    )


def from_known(entry: KnownEntry) -> Declaration | None:
    """A level that the known list reports, with an operator's source and not older than a year."""
    if entry.level == 0 or not entry.source or not entry.dated:
        return None
    dated = datetime.fromisoformat(entry.dated).replace(tzinfo=UTC)
    return Declaration(
        name=entry.matched if entry.kind == "domain" else f"{ANY_HOST_BELOW}{entry.matched}",
        level=entry.level,
        source=Source.KNOWN,
        authenticated=True,
        observed_at=dated,
        expires_at=dated + LISTED_FOR,
    )
