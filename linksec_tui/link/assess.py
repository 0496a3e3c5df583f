"""Evidence → assessment: the reckoning of link-security.md §2.2. Pure.

An attacker can steer a letter to any of the domain's exchangers, so the weakest decides. Evidence that somebody on
the network could have forged lifts to "Encrypted, unproven" at most; green needs a provider that is known to insist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from linksec_tui.link.caution import cautions
from linksec_tui.link.exchangers import Exchangers, judge_exchangers
from linksec_tui.link.host_rung import HostRung
from linksec_tui.link.level import effective_level
from linksec_tui.link.notes import notes, told_once
from linksec_tui.model.assessment import Assessment, Assurance, Reason, Warning  # noqa: A004 - the model's word
from linksec_tui.model.evidence import (
    Answer,
    Dnssec,
    Evidence,
    Mechanism,
    RouteStatus,
    Source,
)

HIGHEST_LEVEL = 4
_NO_WAY = {
    RouteStatus.NULL_MX: "null-mx",
    RouteStatus.NO_SUCH_DOMAIN: "no-such-domain",
    RouteStatus.NO_MAIL_HOST: "no-mail-host",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is special about one address of a domain: it is a list's, or may not be whom it looks like (§2.4)."""

    mailing_list: bool = False
    not_who_you_think: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rung:
    """A step of the reckoning: how high, and why."""

    assurance: Assurance
    reasons: tuple[Reason, ...] = ()
    needs_requiretls: bool = False


def assess(evidence: Evidence, now: datetime) -> Assessment:
    """The judgement of one domain. Its texts are `explain`'s."""
    exchangers = judge_exchangers(evidence, now)
    level = effective_level(evidence, [host.host for host in exchangers.promised], now)
    local = _is_local(evidence)
    found = _local() if local else _highest(exchangers)
    rung = _capped(evidence, _declared(level, found), local=local)
    reasons = (*rung.reasons, *notes(exchangers, rung.assurance, level, local=local))
    undeliverable = rung.assurance is Assurance.UNDELIVERABLE
    return Assessment(
        domain=evidence.domain,
        assurance=rung.assurance,
        evidence=evidence,
        checked_at=now,
        reasons=told_once(exchangers, reasons),
        # what stands on the way outside threatens no letter that stays inside
        warnings=() if local else cautions(exchangers),
        dropped_hosts=(*exchangers.unnamed, *exchangers.absent),
        securely_undeliverable=undeliverable and evidence.route.dnssec is Dnssec.SECURE,
        needs_requiretls=rung.needs_requiretls,
        offers_requiretls=exchangers.all_offer_requiretls,
        declared_level=level,
        complete=not evidence.pending,
    )


def for_person(assessment: Assessment, circumstances: Circumstances) -> Assessment:
    """The same for one address: what is written to a list, or to the wrong person, is never green."""
    codes = [
        code
        for code, applies in (
            ("not-who-you-think", circumstances.not_who_you_think),
            ("list", circumstances.mailing_list),
        )
        if applies
    ]
    if not codes:
        return assessment
    return replace(
        assessment,
        assurance=min(assessment.assurance, Assurance.VERIFIABLE),
        needs_requiretls=False,
        warnings=(*(Warning(code=code) for code in codes), *assessment.warnings),
    )


def _is_local(evidence: Evidence) -> bool:
    """Listed literally for this account; never inferred from exchangers or from equal domains (rule 5)."""
    return evidence.provider is not None and evidence.domain in evidence.provider.local_domains


def _local() -> _Rung:
    return _Rung(assurance=Assurance.ENFORCED, reasons=(_reason("local", Source.PROVIDER),))


def _highest(exchangers: Exchangers) -> _Rung:
    """Rules 1 to 5."""
    evidence = exchangers.evidence
    no_way = _NO_WAY.get(evidence.route.status)
    if no_way is not None:
        proved = evidence.route.dnssec is Dnssec.SECURE
        reason = Reason(code=no_way, authenticated=proved)
        return _Rung(assurance=Assurance.UNDELIVERABLE, reasons=(reason,))
    if not exchangers.hosts:
        return _Rung(assurance=Assurance.UNKNOWN, reasons=(_no_route(evidence),))
    weakest = min((host.assurance for host in exchangers.remaining), default=Assurance.UNKNOWN)
    reasons = tuple(_reasons_of(exchangers.remaining))
    return _enforced(exchangers, _Rung(assurance=weakest, reasons=reasons))


def _no_route(evidence: Evidence) -> Reason:
    if evidence.route.status is RouteStatus.NOT_ASKED:
        return Reason(code="being-asked")
    return Reason(code="route-bogus" if evidence.route.dnssec is Dnssec.BOGUS else "route-failed")


def _reasons_of(hosts: Iterable[HostRung]) -> Iterator[Reason]:
    """The weakest host's first: it decides."""
    for host in sorted(hosts, key=lambda host: host.assurance.rung):
        yield from host.reasons


def _enforced(exchangers: Exchangers, rung: _Rung) -> _Rung:
    """Rule 5: the letter comes back rather than travel unprotected."""
    insisted = [_insisted(exchangers, host) for host in exchangers.promised]
    if rung.assurance >= Assurance.VERIFIABLE and insisted and all(insisted):
        by = frozenset[Mechanism]().union(*insisted)
        codes = [f"provider-enforces-{mechanism.value}" for mechanism in sorted(by)]
        reasons = tuple(_reason(code, Source.PROVIDER) for code in codes)
        return replace(rung, assurance=Assurance.ENFORCED, reasons=(*reasons, *rung.reasons))
    return _through_requiretls(exchangers, rung)


def _insisted(exchangers: Exchangers, host: HostRung) -> frozenset[Mechanism]:
    """The mechanisms that cover the host and that the provider surely enforces."""
    return frozenset(filter(exchangers.ground.insists, host.covered))


def _through_requiretls(exchangers: Exchangers, rung: _Rung) -> _Rung:
    """RFC 8689: every exchanger takes REQUIRETLS, and the provider offers it; does it also refuse to do without?"""
    provider = exchangers.evidence.provider
    offered = provider is not None and provider.requiretls_offered is True
    if not offered or not exchangers.all_offer_requiretls or rung.assurance < Assurance.ENCRYPTED:
        return rung
    match exchangers.answer(Mechanism.REQUIRETLS):
        case Answer.YES:
            reason = _reason("requiretls-enforced", Source.PROVIDER)
            return _Rung(assurance=Assurance.ENFORCED, reasons=(reason, *rung.reasons), needs_requiretls=True)
        case Answer.UNKNOWN:
            reason = _reason("requiretls-agreed", Source.PROVIDER)
            assurance = max(rung.assurance, Assurance.VERIFIABLE)
            return replace(rung, assurance=assurance, reasons=(*rung.reasons, reason))
        case Answer.NO:
            return rung


def _declared(level: int, rung: _Rung) -> _Rung:
    """Rule 6."""
    if rung.assurance is not Assurance.ENFORCED or level < HIGHEST_LEVEL:
        return rung
    reason = Reason(code="declared-4", authenticated=True, source=Source.DECLARATION)
    return replace(rung, assurance=Assurance.LINK_SECURE, reasons=(reason, *rung.reasons))


def _capped(evidence: Evidence, rung: _Rung, *, local: bool) -> _Rung:
    """What nothing may exceed: the provider's own lack of TLS, the user's word, and answers that are still missing."""
    if evidence.provider is not None and evidence.provider.answer(Mechanism.STARTTLS) is Answer.NO:
        rung = _lowered(rung, Assurance.EXPOSED, _reason("provider-no-starttls", Source.PROVIDER))
    if evidence.user is not None and evidence.user.exposed:
        rung = _lowered(rung, Assurance.EXPOSED, _reason("user-exposed", Source.USER))
    # green is a promise, and one does not take it back; that a letter stays inside hangs on no answer
    most = Assurance.ENFORCED if local else Assurance.VERIFIABLE
    return replace(rung, assurance=min(rung.assurance, most)) if evidence.pending else rung


def _lowered(rung: _Rung, to: Assurance, reason: Reason) -> _Rung:
    if rung.assurance <= to:
        return rung
    return _Rung(assurance=to, reasons=(reason, *rung.reasons))


def _reason(code: str, source: Source) -> Reason:
    return Reason(code=code, source=source)
