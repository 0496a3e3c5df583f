"""The warnings that come with an assessment (link-security.md §2.4). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from linksec_tui.link.exchangers import Exchangers
from linksec_tui.link.host_rung import HostRung, StarttlsNews, counting_observation, dane_status
from linksec_tui.link.memory import evidence_of
from linksec_tui.model.assessment import Warning  # noqa: A004 - the model's word
from linksec_tui.model.evidence import (
    Answer,
    DaneStatus,
    Dnssec,
    Mechanism,
    Promise,
    RouteStatus,
    Source,
    StsStatus,
)

_NOT_ENFORCING = (StsStatus.ABSENT, StsStatus.NONE, StsStatus.TESTING, StsStatus.INVALID)
_WEAKER = (DaneStatus.INSECURE, DaneStatus.BOGUS, DaneStatus.ERROR)
_DANE_DECIDES = (DaneStatus.SECURE, DaneStatus.UNUSABLE, DaneStatus.BOGUS)


def cautions(exchangers: Exchangers) -> tuple[Warning, ...]:
    """All that apply, those that open the gate first."""
    return (
        *_possible_attack(exchangers),
        *_downgrades(exchangers),
        *_comes_back(exchangers),
        *_policy(exchangers),
        *_hosts(exchangers),
    )


def _possible_attack(exchangers: Exchangers) -> Iterator[Warning]:
    for host in exchangers.remaining:
        if host.possible_attack:
            yield Warning(code="possible-attack", host=host.host)


def _downgrades(exchangers: Exchangers) -> Iterator[Warning]:
    """Weaker than remembered, while the promise has not expired and nothing authenticated replaced it."""
    for promise in exchangers.evidence.promises:
        current = promise.expires_at > exchangers.now and not promise.acknowledged
        if current and _is_weaker(exchangers, promise):
            yield Warning(
                code="downgrade",
                host=promise.detail if promise.mechanism is Mechanism.DANE else "",
                since=promise.seen_at,
                evidence=evidence_of(promise),
            )


def _is_weaker(exchangers: Exchangers, promise: Promise) -> bool:
    match promise.mechanism:
        case Mechanism.DANE:
            return _dane_is_weaker(exchangers, promise.detail)
        case Mechanism.MTA_STS:
            return _policy_is_weaker(exchangers)
        case "declaration":
            # a statement counts from memory until its max-age: only where the zone is no longer signed is it in doubt
            ours = promise.detail.rpartition(" ")[0] == exchangers.evidence.domain
            return ours and _lost_its_signature(exchangers)
        case Mechanism.STARTTLS | Mechanism.REQUIRETLS:
            return False


def _lost_its_signature(exchangers: Exchangers) -> bool:
    """The domain was signed when the promise was seen. `unchecked` is no evidence, and no answer tells nothing."""
    route = exchangers.evidence.route
    return route.status is not RouteStatus.NOT_ASKED and route.dnssec in (Dnssec.INSECURE, Dnssec.BOGUS)


def _dane_is_weaker(exchangers: Exchangers, host: str) -> bool:
    route = exchangers.evidence.route
    if route.dnssec is not Dnssec.SECURE:
        return _lost_its_signature(exchangers)
    exchanger = next((one for one in route.exchangers if one.host == host), None)
    # a signed answer that names other hosts is an authenticated replacement
    return exchanger is not None and dane_status(exchangers.evidence, exchanger) in _WEAKER


def _policy_is_weaker(exchangers: Exchangers) -> bool:
    sts, route = exchangers.evidence.sts, exchangers.evidence.route
    if Source.MTA_STS in exchangers.evidence.pending or route.status is RouteStatus.NOT_ASKED:
        return False
    offline = route.status is RouteStatus.FAILED and route.dnssec is not Dnssec.BOGUS
    if sts.status is StsStatus.ERROR and offline:
        return False  # nothing could be looked up at all
    return sts.status is not StsStatus.ENFORCE and not sts.confirmed


def _comes_back(exchangers: Exchangers) -> Iterator[Warning]:
    """A letter that cannot pass what the provider enforces is held for days, and then comes back."""
    if _surely(exchangers):
        yield Warning(code="will-come-back")
    elif _perhaps(exchangers):
        yield Warning(code="may-come-back")


def _surely(exchangers: Exchangers) -> bool:
    """No exchanger that the provider might use takes the letter under what it is known to enforce."""
    if exchangers.evidence.route.status is RouteStatus.FAILED:
        return _is_bogus(exchangers) and exchangers.answer(Mechanism.DANE) is Answer.YES
    if exchangers.unnamed and not exchangers.remaining:
        return exchangers.ground.insists(Mechanism.MTA_STS)
    return bool(exchangers.promised) and all(_fails(exchangers, host) for host in exchangers.promised)


def _fails(exchangers: Exchangers, host: HostRung) -> bool:
    """DANE decides where the provider enforces it and the host has any (§2.2); else the policy does."""
    if exchangers.answer(Mechanism.DANE) is Answer.YES and host.dane in _DANE_DECIDES:
        return Mechanism.DANE in host.failing
    return exchangers.ground.insists(Mechanism.MTA_STS) and Mechanism.MTA_STS in host.failing


def _perhaps(exchangers: Exchangers) -> bool:
    """As `_surely`, as far as is known: the provider may enforce it, or which mechanism decides there is open."""
    may_do = {m for m in (Mechanism.DANE, Mechanism.MTA_STS) if exchangers.answer(m) is not Answer.NO}
    if exchangers.evidence.route.status is RouteStatus.FAILED:
        return _is_bogus(exchangers) and Mechanism.DANE in may_do
    if exchangers.unnamed and not exchangers.remaining:
        return Mechanism.MTA_STS in may_do
    return bool(exchangers.remaining) and all(not may_do.isdisjoint(host.failing) for host in exchangers.remaining)


def _is_bogus(exchangers: Exchangers) -> bool:
    """Not even the exchangers' names can be had by somebody who checks signatures."""
    return exchangers.evidence.route.dnssec is Dnssec.BOGUS


def _policy(exchangers: Exchangers) -> Iterator[Warning]:
    evidence = exchangers.evidence
    if Source.MTA_STS in evidence.pending:
        return
    if exchangers.ground.policy and not evidence.sts.confirmed:
        yield Warning(code="policy-vanished")
    listed = [
        entry.dated
        for entry in evidence.known
        if entry.sts_enforce and entry.kind == "domain" and entry.matched == evidence.domain
    ]
    if listed and evidence.sts.status in _NOT_ENFORCING:
        newest = max(listed)
        since = datetime.fromisoformat(newest).replace(tzinfo=UTC) if newest else None
        yield Warning(code="listed-but-not-confirmed", since=since)
    if evidence.sts.status is StsStatus.INVALID:
        yield Warning(code="policy-invalid")


def _hosts(exchangers: Exchangers) -> Iterator[Warning]:
    if any(host.news is StarttlsNews.NOT_SURE for host in exchangers.remaining):
        yield Warning(code="network-may-remove-encryption")
    for host in exchangers.remaining:
        seen = counting_observation(exchangers.ground, host.exchanger)
        if host.news is StarttlsNews.TAKEN and seen is not None and seen.old_tls:
            yield Warning(code="old-tls", host=host.host)
