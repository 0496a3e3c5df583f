"""What is remembered of a domain: its evidence, never a rung (link-security.md §2.4). Pure.

DANE seen secure counts for 30 days, a policy until its max_age, a declaration until its own. An authenticated answer
replaces what was remembered; an error, or an answer that somebody could have forged, leaves it standing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from types import MappingProxyType

from linksec_tui.link.host_rung import dane_status
from linksec_tui.link.source import PromiseKind, Sighting
from linksec_tui.model.evidence import (
    DaneStatus,
    Declaration,
    Dnssec,
    Evidence,
    Mechanism,
    Observation,
    Promise,
    Source,
    StarttlsStatus,
    StsStatus,
)

DANE_REMEMBERED = timedelta(days=30)
GOOD_NEWS = timedelta(days=30)
BAD_NEWS = timedelta(hours=24)
LACKING = (StarttlsStatus.NOT_OFFERED, StarttlsStatus.FAILED)

_DISPROVED = (DaneStatus.ABSENT, DaneStatus.UNUSABLE)  # both are said only by an authenticated answer


def expiry_of(starttls: StarttlsStatus, observed_at: datetime) -> datetime:
    """Good news lasts 30 days, bad news 24 hours: servers are repaired more often than broken."""
    return observed_at + (BAD_NEWS if starttls in LACKING else GOOD_NEWS)


def newest_observations(observations: Iterable[Observation], now: datetime) -> dict[str, Observation]:
    """The newest per exchanger, if it still counts. What it replaced does not come back."""
    newest: dict[str, Observation] = {}
    for seen in observations:
        known = newest.get(seen.host)
        tells = seen.starttls is StarttlsStatus.OFFERED or seen.starttls in LACKING
        if tells and (known is None or _order(seen) > _order(known)):
            newest[seen.host] = seen
    return {host: seen for host, seen in newest.items() if seen.expires_at > now}


def _order(seen: Observation) -> tuple[datetime, bool]:
    """Of two of the same moment the worse one stands."""
    return seen.observed_at, seen.starttls in LACKING


def evidence_of(promise: Promise) -> str:
    """What an acknowledged downgrade was about, exactly: the same promise seen anew asks anew."""
    return f"{promise.mechanism} {promise.detail} {promise.seen_at.isoformat()}"


def promises_to_remember(evidence: Evidence, now: datetime) -> Sighting:
    """What this look leaves behind, from the evidence and what was remembered before it."""
    promises: dict[PromiseKind, tuple[Promise, ...]] = {
        Mechanism.DANE: _dane(evidence, now),
        "declaration": _declarations(evidence, now),
    }
    sts = _sts(evidence, now)
    if sts is not None:
        promises[Mechanism.MTA_STS] = sts
    return Sighting(promises=MappingProxyType(promises))


def _dane(evidence: Evidence, now: datetime) -> tuple[Promise, ...]:
    secure = {one.host for one in evidence.route.exchangers if dane_status(evidence, one) is DaneStatus.SECURE}
    kept = [promise for promise in _remembered(evidence, Mechanism.DANE, now) if _stands(evidence, promise.detail)]
    new = [
        Promise(mechanism=Mechanism.DANE, detail=host, seen_at=now, expires_at=now + DANE_REMEMBERED)
        for host in sorted(secure)
    ]
    return (*(promise for promise in kept if promise.detail not in secure), *new)


def _stands(evidence: Evidence, host: str) -> bool:
    """Was nothing authenticated said against it today?"""
    if evidence.route.dnssec is not Dnssec.SECURE:
        return True
    named = any(exchanger.host == host for exchanger in evidence.route.exchangers)
    dane = evidence.dane.get(host)
    return named and (dane is None or dane.status not in _DISPROVED)


def _sts(evidence: Evidence, now: datetime) -> tuple[Promise, ...] | None:
    """None: nothing was learnt that replaces what is remembered."""
    sts = evidence.sts
    if not sts.confirmed:
        return None
    if sts.status is not StsStatus.ENFORCE or sts.expires_at is None or sts.expires_at <= now:
        return ()
    return (Promise(mechanism=Mechanism.MTA_STS, detail=f"enforce {sts.id}", seen_at=now, expires_at=sts.expires_at),)


def _declarations(evidence: Evidence, now: datetime) -> tuple[Promise, ...]:
    """A first-hand statement replaces what was remembered of its name; a max-age of 0 takes it back (§3)."""
    said = [d for d in evidence.declarations if d.authenticated and d.source in (Source.DNS, Source.PROBE)]
    newest: dict[str, datetime] = {}
    for declaration in said:
        newest[declaration.name] = max(declaration.observed_at, newest.get(declaration.name, declaration.observed_at))
    kept = [
        promise
        for promise in _remembered(evidence, "declaration", now)
        if _declared(promise)[0] not in newest or promise.seen_at > newest[_declared(promise)[0]]
    ]
    stated: dict[str, Declaration] = {}
    for declaration in sorted(said, key=lambda d: (-d.level, d.expires_at)):  # of sources that disagree the lower
        if declaration.expires_at > now:
            stated[declaration.name] = declaration
    new = (
        Promise(mechanism="declaration", detail=f"{d.name} {d.level}", seen_at=d.observed_at, expires_at=d.expires_at)
        for d in stated.values()
    )
    return (*kept, *new)


def remembered_declarations(promises: Iterable[Promise]) -> tuple[Declaration, ...]:
    """The statements that earlier looks left behind: they count until their max-age."""
    return tuple(
        Declaration(
            name=_declared(promise)[0],
            level=_declared(promise)[1],
            source=Source.MEMORY,
            authenticated=True,
            observed_at=promise.seen_at,
            expires_at=promise.expires_at,
        )
        for promise in promises
        if promise.mechanism == "declaration"
    )


def _declared(promise: Promise) -> tuple[str, int]:
    name, _, level = promise.detail.rpartition(" ")
    return name, int(level) if level.isdecimal() else 0


def _remembered(evidence: Evidence, kind: PromiseKind, now: datetime) -> list[Promise]:
    return [promise for promise in evidence.promises if promise.mechanism == kind and promise.expires_at > now]
