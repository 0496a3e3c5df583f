"""What a person may wonder about beside what decided: notes on an assessment (link-security.md §2.1). Pure.

A source that failed is told here as "cannot tell", so that every front end shows it without asking for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from linksec_tui.link.exchangers import Exchangers
from linksec_tui.link.host_rung import HostRung
from linksec_tui.model.assessment import Assurance, Reason
from linksec_tui.model.evidence import (
    Answer,
    DaneStatus,
    Exchanger,
    Failure,
    Mechanism,
    RouteStatus,
    Source,
    StsStatus,
    Unavailable,
)

HOSTS_TOLD = 4  # of a long list of exchangers with the same to say of each; the others are counted
FAILURES_TOLD = 6

_HIGHEST_LEVEL = 4  # told by the rung that it lifts to, where it does
_POLICY_NOTES = {
    StsStatus.TESTING: "sts-testing",
    StsStatus.NONE: "sts-none",
    StsStatus.INVALID: "sts-invalid",
    StsStatus.ERROR: "sts-error",
}


def notes(exchangers: Exchangers, assurance: Assurance, level: int, *, local: bool) -> Iterator[Reason]:
    """Facts that did not decide. What is true of the way outside is of no interest for a letter that stays inside."""
    if not local:
        yield from _route_notes(exchangers)
        yield from _policy_notes(exchangers)
        yield from _provider_notes(exchangers, assurance)
        yield from _dnssec_notes(exchangers)
        yield from _failures(exchangers)
    if 0 < level < _HIGHEST_LEVEL or (level == _HIGHEST_LEVEL and assurance < Assurance.LINK_SECURE):
        yield Reason(code=f"declared-{level}", authenticated=True, source=Source.DECLARATION)


def told_once(exchangers: Exchangers, reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """What is true of every exchanger is said once, without a host; of a long list the first few are named."""
    told = list(dict.fromkeys(reasons))
    everyone = {host.host for host in exchangers.remaining}
    about: dict[str, set[str]] = {}
    for reason in told:
        about.setdefault(reason.code, set()).add(reason.host)
    return tuple(dict.fromkeys(_shortened(told, about, everyone)))


def _shortened(told: Iterable[Reason], about: dict[str, set[str]], everyone: set[str]) -> Iterator[Reason]:
    count: dict[str, int] = {}
    for reason in told:
        hosts = about[reason.code]
        if everyone and hosts >= everyone:
            yield replace(reason, host="") if reason.host else reason
            continue
        count[reason.code] = number = count.get(reason.code, 0) + 1
        if number < HOSTS_TOLD or len(hosts) <= HOSTS_TOLD:
            yield reason
        elif number == HOSTS_TOLD:
            yield replace(reason, others=len(hosts) - HOSTS_TOLD)


def _route_notes(exchangers: Exchangers) -> Iterator[Reason]:
    evidence = exchangers.evidence
    if evidence.route.status is RouteStatus.LITERAL:
        yield Reason(code="address-literal")
    for host in exchangers.absent:
        yield Reason(code="host-absent", host=host, authenticated=True)
    for exchanger in evidence.route.exchangers:
        if exchanger.forbidden:
            yield Reason(code="host-private", host=exchanger.host, detail=", ".join(exchanger.addresses[:3]))
        elif exchanger.exists is None and exchanger.host in evidence.dane:
            yield Reason(code="host-failed", host=exchanger.host)
    passed_by = sum(_was_passed_by(exchangers, exchanger) for exchanger in evidence.route.exchangers)
    if passed_by and evidence.dane and Source.DNS not in evidence.pending:
        yield Reason(code="hosts-not-asked", others=passed_by)


def _was_passed_by(exchangers: Exchangers, exchanger: Exchanger) -> bool:
    """Of a very long list only the first are looked at; whoever is leaves a DANE status, whatever came of it."""
    return exchanger.exists is None and exchanger.host not in exchangers.evidence.dane


def _policy_notes(exchangers: Exchangers) -> Iterator[Reason]:
    sts = exchangers.evidence.sts
    for host in exchangers.unnamed:
        yield Reason(code="sts-unnamed", source=Source.MTA_STS, host=host, authenticated=True)
    if sts.status not in _POLICY_NOTES or Source.MTA_STS in exchangers.evidence.pending:
        return
    if sts.failure is None or not _told_by_the_route(exchangers, sts.failure):
        detail = sts.failure.detail if sts.failure else sts.reason or ""
        fetched = sts.status in (StsStatus.TESTING, StsStatus.NONE)  # from their own host, over HTTPS
        yield Reason(code=_POLICY_NOTES[sts.status], source=Source.MTA_STS, detail=detail, authenticated=fetched)


def _provider_notes(exchangers: Exchangers, assurance: Assurance) -> Iterator[Reason]:
    """A claim about the way between servers needs to know what the sender's own provider does."""
    if assurance is Assurance.VERIFIABLE and _rests_on_unknown(exchangers):
        provider = exchangers.evidence.provider
        yield Reason(code="provider-unknown" if provider else "no-account", source=Source.PROVIDER)
    published = set[Mechanism]().union(*(host.published for host in exchangers.remaining))
    if exchangers.ground.policy:
        published.add(Mechanism.MTA_STS)
    for mechanism in sorted(published):
        if exchangers.answer(mechanism) is Answer.NO:
            yield Reason(code=f"provider-ignores-{mechanism.value}", source=Source.PROVIDER)


def _rests_on_unknown(exchangers: Exchangers) -> bool:
    """Does it hold only if the provider does what nobody told us that it does?"""
    left_out = bool(exchangers.unnamed) and exchangers.answer(Mechanism.MTA_STS) is Answer.UNKNOWN
    return left_out or any(_needs_unknown(exchangers, host) for host in exchangers.remaining)


def _needs_unknown(exchangers: Exchangers, host: HostRung) -> bool:
    user = exchangers.evidence.user
    named = [user.mechanism] if user and user.mechanism else []
    needed = list(host.covered) or named
    # an exchanger that nothing lifts to Verifiable by itself is held by REQUIRETLS, which has its own words
    return host.assurance >= Assurance.VERIFIABLE and not any(
        exchangers.answer(mechanism) is Answer.YES for mechanism in needed
    )


def _dnssec_notes(exchangers: Exchangers) -> Iterator[Reason]:
    if Source.DNS in exchangers.evidence.pending:
        return
    if any(h.dane is DaneStatus.UNCHECKED and not _was_passed_by(exchangers, h.exchanger) for h in exchangers.hosts):
        yield Reason(code="dnssec-unchecked")


def _failures(exchangers: Exchangers) -> Iterator[Reason]:
    """Each source that could not answer: cannot tell (§2.1). What another reason says already is not repeated."""
    evidence = exchangers.evidence
    told = _about(evidence.route.failure)
    for failure in list(dict.fromkeys(evidence.unavailable))[:FAILURES_TOLD]:
        policy_told = failure.source is Source.MTA_STS and evidence.sts.status is StsStatus.ERROR
        if not policy_told and _about(failure) != told:
            yield _failure(failure)


def _told_by_the_route(exchangers: Exchangers, failure: Unavailable) -> bool:
    """Where not even the exchangers could be looked up, that is told; that the policy failed likewise tells no more."""
    route = exchangers.evidence.route.failure
    return route is not None and (route.kind, route.detail) == (failure.kind, failure.detail)


def _about(failure: Unavailable | None) -> tuple[Source, str] | None:
    return (failure.source, failure.detail) if failure else None


def _failure(failure: Unavailable) -> Reason:
    invalid = failure.source is Source.DECLARATION and failure.kind is Failure.INVALID
    code = "declaration-invalid" if invalid else f"{failure.source.value}-unavailable"
    return Reason(code=code, source=failure.source, detail=failure.detail or failure.kind.value)
