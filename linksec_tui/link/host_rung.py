"""The rung of one exchanger, and what would hold a letter to it (link-security.md §2.2, rule 2). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from linksec_tui.model.assessment import Assurance, Reason
from linksec_tui.model.evidence import (
    Answer,
    DaneStatus,
    Dnssec,
    Evidence,
    Exchanger,
    Mechanism,
    Observation,
    RouteStatus,
    Source,
    StarttlsStatus,
    StsStatus,
)

FAILURE_COUNTS = timedelta(hours=24)  # a certificate that did not verify is bad news, and lasts as long as such
_BROKEN = (DaneStatus.BOGUS, DaneStatus.ERROR)
_ROUTED = (RouteStatus.FOUND, RouteStatus.IMPLICIT)


class StarttlsNews(Enum):
    """What the newest observation of an exchanger amounts to."""

    TAKEN = "taken"
    LACKING = "lacking"
    NOT_SURE = "not-sure"  # lacking, but this network may have removed it
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRung:
    """One exchanger judged. `covered`: mechanisms by which the domain lets this host be verified."""

    exchanger: Exchanger
    assurance: Assurance
    reasons: tuple[Reason, ...]
    news: StarttlsNews
    dane: DaneStatus
    covered: frozenset[Mechanism] = frozenset()
    failing: frozenset[Mechanism] = frozenset()
    possible_attack: bool = False

    @property
    def host(self) -> str:
        return self.exchanger.host


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """The evidence about one exchanger, read once."""

    evidence: Evidence
    exchanger: Exchanger
    seen: Observation | None
    news: StarttlsNews
    dane: DaneStatus

    def answer(self, mechanism: Mechanism) -> Answer:
        return answer_of(self.evidence, mechanism)

    def reason(self, code: str, source: Source, *, authenticated: bool = False) -> Reason:
        return Reason(code=code, host=self.exchanger.host, source=source, authenticated=authenticated)


def answer_of(evidence: Evidence, mechanism: Mechanism) -> Answer:
    """What the sender's provider does; without an account nothing is known."""
    return evidence.provider.answer(mechanism) if evidence.provider else Answer.UNKNOWN


def enforces_policy(evidence: Evidence, now: datetime) -> bool:
    """Is there an MTA-STS policy in force that a sender may act on?"""
    sts = evidence.sts
    expired = not sts.confirmed and sts.expires_at is not None and sts.expires_at <= now
    routed = evidence.route.status in (*_ROUTED, RouteStatus.NOT_ASKED)
    return sts.status is StsStatus.ENFORCE and not expired and routed


def judge_host(evidence: Evidence, exchanger: Exchanger, now: datetime) -> HostRung:
    """Rule 2 for one exchanger: DANE, else MTA-STS, else what was seen of it."""
    seen = _counting(evidence.observations.get(exchanger.host), now)
    view = _View(
        evidence=evidence,
        exchanger=exchanger,
        seen=seen,
        news=_news(evidence, seen),
        dane=dane_status(evidence, exchanger),
    )
    covered = _covered(view, now)
    assurance, reasons = _rung(view, covered)
    return HostRung(
        exchanger=exchanger,
        assurance=assurance,
        reasons=reasons,
        news=view.news,
        dane=view.dane,
        covered=covered,
        failing=_failing(view, covered, now),
        possible_attack=_is_suspicious(view, covered),
    )


def _counting(seen: Observation | None, now: datetime) -> Observation | None:
    return seen if seen is not None and seen.expires_at > now else None


def _news(evidence: Evidence, seen: Observation | None) -> StarttlsNews:
    match seen.starttls if seen else None:
        case StarttlsStatus.OFFERED:
            return StarttlsNews.TAKEN
        case StarttlsStatus.NOT_OFFERED | StarttlsStatus.FAILED:
            doubted = evidence.strips_starttls and seen is not None and seen.source is Source.PROBE
            return StarttlsNews.NOT_SURE if doubted else StarttlsNews.LACKING
        case _:
            return StarttlsNews.NONE


def dane_status(evidence: Evidence, exchanger: Exchanger) -> DaneStatus:
    """The state of DANE as far as DNSSEC carries it: names of hosts, their addresses, their TLSA (§2.2.2)."""
    route = evidence.route
    if route.status not in _ROUTED or route.dnssec is Dnssec.INSECURE:
        return DaneStatus.INSECURE
    if route.dnssec is not Dnssec.SECURE:
        return DaneStatus.UNCHECKED
    dane = evidence.dane.get(exchanger.host)
    status = dane.status if dane is not None else DaneStatus.UNCHECKED
    proved = exchanger.dnssec is Dnssec.SECURE or (dane is not None and dane.base == exchanger.host)
    if status in (DaneStatus.SECURE, DaneStatus.UNUSABLE) and not proved:
        return DaneStatus.INSECURE
    return status


def _covered(view: _View, now: datetime) -> frozenset[Mechanism]:
    """The mechanisms that let this host be verified. MTA-STS never overrides a failure of DANE (RFC 8461 §2)."""
    found: set[Mechanism] = set()
    dane_counts = view.answer(Mechanism.DANE) is not Answer.NO
    if dane_counts and view.dane is DaneStatus.SECURE:
        found.add(Mechanism.DANE)
    if dane_counts and (view.dane in _BROKEN or _is_bound_by_unusable(view)):
        return frozenset(found)
    sts_counts = view.answer(Mechanism.MTA_STS) is not Answer.NO
    if sts_counts and enforces_policy(view.evidence, now) and view.evidence.sts.names(view.exchanger.host):
        found.add(Mechanism.MTA_STS)
    return frozenset(found)


def _is_bound_by_unusable(view: _View) -> bool:
    """Secure TLSA records, none usable: who enforces DANE must encrypt, and can verify nothing (RFC 7672 §2.2)."""
    return view.dane is DaneStatus.UNUSABLE and view.answer(Mechanism.DANE) is Answer.YES


def _rung(view: _View, covered: frozenset[Mechanism]) -> tuple[Assurance, tuple[Reason, ...]]:
    beside = _beside(view)
    observed, reason = _observed(view)
    if covered:
        if _is_suspicious(view, covered):
            return Assurance.EXPOSED, (reason, *_mechanisms(view, covered), *beside)
        return Assurance.VERIFIABLE, (*_mechanisms(view, covered), *_seen_too(view, reason), *beside)
    if view.answer(Mechanism.DANE) is not Answer.NO and view.dane in _BROKEN:
        # an error takes its own contribution away, and never lifts what was seen
        return min(Assurance.UNKNOWN, observed), (*beside, *_seen_too(view, reason))
    if _is_bound_by_unusable(view):
        return Assurance.ENCRYPTED, (*beside, *_seen_too(view, reason))
    named = _named_by_user(view)
    if named is not None:
        return Assurance.VERIFIABLE, (named, *_seen_too(view, reason), *beside)
    return observed, (reason, *beside)


def _mechanisms(view: _View, covered: frozenset[Mechanism]) -> tuple[Reason, ...]:
    """DANE first: where both are published, it is DANE that decides."""
    reasons: list[Reason] = []
    if Mechanism.DANE in covered:
        reasons.append(view.reason("dane-secure", Source.DNS, authenticated=True))
    if Mechanism.MTA_STS in covered:
        reasons.append(view.reason("sts-enforce", Source.MTA_STS, authenticated=True))
    return tuple(reasons)


def _observed(view: _View) -> tuple[Assurance, Reason]:
    """Rule 2c."""
    source = view.seen.source if view.seen else Source.PROBE
    match view.news:
        case StarttlsNews.TAKEN:
            return Assurance.ENCRYPTED, view.reason("starttls-seen", source)
        case StarttlsNews.LACKING:
            failed = view.seen is not None and view.seen.starttls is StarttlsStatus.FAILED
            return Assurance.EXPOSED, view.reason("starttls-failed" if failed else "starttls-missing", source)
        case StarttlsNews.NOT_SURE:
            return Assurance.UNKNOWN, view.reason("starttls-not-seen", source)
        case StarttlsNews.NONE:
            if _is_listed(view):
                return Assurance.ENCRYPTED, view.reason("starttls-listed", Source.KNOWN)
            if view.seen is not None:
                return Assurance.UNKNOWN, view.reason("unreachable", source)
            return Assurance.UNKNOWN, view.reason("nothing-seen", Source.DNS)


def _is_listed(view: _View) -> bool:
    host = view.exchanger.host
    return any(
        entry.kind == "exchanger" and entry.starttls and (host == entry.matched or host.endswith(f".{entry.matched}"))
        for entry in view.evidence.known
    )


def _seen_too(view: _View, reason: Reason) -> tuple[Reason, ...]:
    """An observation is worth telling beside a mechanism; its absence is not."""
    return () if view.news is StarttlsNews.NONE else (reason,)


def _beside(view: _View) -> tuple[Reason, ...]:
    """What was found out about DANE, where it did not lift the host."""
    code = {
        DaneStatus.UNUSABLE: "dane-unusable",
        DaneStatus.BOGUS: "dane-bogus",
        DaneStatus.ERROR: "dane-error",
    }.get(view.dane)
    return (view.reason(code, Source.DNS, authenticated=view.dane is DaneStatus.UNUSABLE),) if code else ()


def _named_by_user(view: _View) -> Reason | None:
    """The user's own entry raises to Verifiable by naming the mechanism (rule 7), and no further."""
    mechanism = view.evidence.user.mechanism if view.evidence.user else None
    if mechanism is None or mechanism not in (Mechanism.DANE, Mechanism.MTA_STS):
        return None
    if view.evidence.route.status not in _ROUTED or view.answer(mechanism) is Answer.NO:
        return None
    doubted = view.news in (StarttlsNews.LACKING, StarttlsNews.NOT_SURE)
    if doubted and view.answer(mechanism) is not Answer.YES:
        return None
    return view.reason("user-verifiable", Source.USER)


def _is_suspicious(view: _View, covered: frozenset[Mechanism]) -> bool:
    """The domain promises TLS and the host was seen without: true only where the provider surely insists."""
    insisted = any(view.answer(mechanism) is Answer.YES for mechanism in covered)
    return bool(covered) and view.news is StarttlsNews.LACKING and not insisted


def _failing(view: _View, covered: frozenset[Mechanism], now: datetime) -> frozenset[Mechanism]:
    """The mechanisms under which a letter to this host cannot pass, by today's evidence."""
    failing: set[Mechanism] = set()
    if view.dane is DaneStatus.BOGUS:
        failing.add(Mechanism.DANE)
    if view.news is StarttlsNews.LACKING:
        failing |= covered | ({Mechanism.DANE} if _is_bound_by_unusable(view) else set())
    seen = view.seen
    if seen is not None and now - seen.observed_at < FAILURE_COUNTS:
        failing |= seen.failed_under & covered
        failing |= covered if seen.old_tls else frozenset()  # who verifies does not go below TLS 1.2
    return frozenset(failing)
