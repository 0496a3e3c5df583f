"""The rung of one exchanger, and what would hold a letter to it (link-security.md §2.2, rule 2). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from linksec_tui.model.assessment import Assurance, Reason
from linksec_tui.model.evidence import (
    Answer,
    CertificateState,
    DaneStatus,
    Dnssec,
    Evidence,
    Exchanger,
    KnownEntry,
    Mechanism,
    Observation,
    RouteStatus,
    Source,
    StarttlsStatus,
    StsStatus,
)

FAILURE_COUNTS = timedelta(hours=24)  # a certificate that did not verify is bad news, and lasts as long as such
_BROKEN = (DaneStatus.BOGUS, DaneStatus.ERROR)
_DEMANDS_TLS = (DaneStatus.SECURE, DaneStatus.UNUSABLE)  # RFC 7672 §2.2: who publishes either takes TLS
_ROUTED = (RouteStatus.FOUND, RouteStatus.IMPLICIT)
_BY_WHICH_VERIFIED = (Mechanism.DANE, Mechanism.MTA_STS)
_NOTHING = frozenset[Mechanism]()
_CERTIFICATES = {
    CertificateState.EXPIRED: "it has expired",
    CertificateState.WRONG_NAME: "it is for another name",
    CertificateState.UNTRUSTED: "nobody known has signed it",
}


class StarttlsNews(Enum):
    """What the newest observation of an exchanger amounts to."""

    TAKEN = "taken"
    LACKING = "lacking"
    NOT_SURE = "not-sure"  # lacking, but this network may have removed it
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRung:
    """One exchanger judged.

    `published`: the mechanisms by which the domain lets this host be verified, whatever the provider does;
    `covered`: those of them that may hold a letter of this provider's; `failing`: those that cannot succeed today.
    """

    exchanger: Exchanger
    assurance: Assurance
    reasons: tuple[Reason, ...]
    news: StarttlsNews
    dane: DaneStatus
    published: frozenset[Mechanism] = _NOTHING
    covered: frozenset[Mechanism] = _NOTHING
    failing: frozenset[Mechanism] = _NOTHING
    possible_attack: bool = False

    @property
    def host(self) -> str:
        return self.exchanger.host


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is the same for every exchanger of the domain, read once."""

    evidence: Evidence
    now: datetime
    policy: bool
    answers: dict[Mechanism, Answer]

    def answer(self, mechanism: Mechanism) -> Answer:
        return self.answers[mechanism]

    def insists(self, mechanism: Mechanism) -> bool:
        """Is the provider known to enforce it here? A policy in our cache alone it may never have seen (rule 5)."""
        known = self.answers[mechanism] is Answer.YES
        return known and (mechanism is not Mechanism.MTA_STS or self.evidence.sts.confirmed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """The evidence about one exchanger, read once."""

    ground: Ground
    exchanger: Exchanger
    seen: Observation | None
    news: StarttlsNews
    dane: DaneStatus
    published: frozenset[Mechanism]

    def answer(self, mechanism: Mechanism) -> Answer:
        return self.ground.answers[mechanism]

    @property
    def failing(self) -> frozenset[Mechanism]:
        """The mechanisms under which a letter to this host cannot pass, by today's evidence."""
        return _failing(self)

    def reason(self, code: str, source: Source, *, authenticated: bool = False, detail: str = "") -> Reason:
        return Reason(code=code, host=self.exchanger.host, source=source, authenticated=authenticated, detail=detail)


def ground_of(evidence: Evidence, now: datetime) -> Ground:
    answers = {mechanism: answer_of(evidence, mechanism) for mechanism in Mechanism}
    return Ground(evidence=evidence, now=now, policy=enforces_policy(evidence, now), answers=answers)


def answer_of(evidence: Evidence, mechanism: Mechanism) -> Answer:
    """What the sender's provider does; without an account nothing is known."""
    return evidence.provider.answer(mechanism) if evidence.provider else Answer.UNKNOWN


def enforces_policy(evidence: Evidence, now: datetime) -> bool:
    """Is there an MTA-STS policy in force that a sender may act on?"""
    sts = evidence.sts
    expired = not sts.confirmed and sts.expires_at is not None and sts.expires_at <= now
    routed = evidence.route.status in (*_ROUTED, RouteStatus.NOT_ASKED)
    return sts.status is StsStatus.ENFORCE and not expired and routed


def judge_host(ground: Ground, exchanger: Exchanger) -> HostRung:
    """Rule 2 for one exchanger: DANE, else MTA-STS, else what was seen of it."""
    seen = counting_observation(ground, exchanger)
    dane = dane_status(ground.evidence, exchanger)
    view = _View(
        ground=ground,
        exchanger=exchanger,
        seen=seen,
        news=_news(ground.evidence, seen),
        dane=dane,
        published=_published(ground, exchanger, dane),
    )
    covered = _covered(view)
    suspicious = _is_suspicious(view, covered)
    assurance, reasons = _rung(view, covered, suspicious=suspicious)
    return HostRung(
        exchanger=exchanger,
        assurance=assurance,
        reasons=reasons,
        news=view.news,
        dane=dane,
        published=view.published,
        covered=covered,
        failing=view.failing,
        possible_attack=suspicious,
    )


def counting_observation(ground: Ground, exchanger: Exchanger) -> Observation | None:
    """The newest of this domain *and* this exchanger, while it lasts; another domain's is nobody's word here."""
    seen = ground.evidence.observations.get(exchanger.host)
    if seen is None or seen.expires_at <= ground.now:
        return None
    if (seen.domain, seen.host) != (ground.evidence.domain, exchanger.host):
        return None
    # whatever stands at a private address, it is not the server that was seen to take TLS
    return None if exchanger.forbidden and seen.starttls is StarttlsStatus.OFFERED else seen


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
    # an alias may be signed though its end is not: then TLSA stands at the alias's own name (RFC 7672 §2.1.3)
    proved = exchanger.dnssec is Dnssec.SECURE or (dane is not None and dane.base == exchanger.host)
    if not proved and (status in _DEMANDS_TLS or exchanger.dnssec is Dnssec.INSECURE):
        return DaneStatus.INSECURE
    return status


def _published(ground: Ground, exchanger: Exchanger, dane: DaneStatus) -> frozenset[Mechanism]:
    found: set[Mechanism] = set()
    if dane is DaneStatus.SECURE:
        found.add(Mechanism.DANE)
    if ground.policy and ground.evidence.sts.names(exchanger.host):
        found.add(Mechanism.MTA_STS)
    return frozenset(found)


def _covered(view: _View) -> frozenset[Mechanism]:
    """What lets this provider's letters be verified. MTA-STS never overrides a failure of DANE (RFC 8461 §2)."""
    dane_counts = view.answer(Mechanism.DANE) is not Answer.NO
    bound_by_dane = dane_counts and (view.dane in _BROKEN or _is_bound_by_unusable(view))
    return frozenset(
        mechanism
        for mechanism in view.published
        if view.answer(mechanism) is not Answer.NO and not (bound_by_dane and mechanism is Mechanism.MTA_STS)
    )


def _is_bound_by_unusable(view: _View) -> bool:
    """Secure TLSA records, none usable: who enforces DANE must encrypt, and can verify nothing (RFC 7672 §2.2)."""
    return view.dane is DaneStatus.UNUSABLE and view.answer(Mechanism.DANE) is Answer.YES


def _is_suspicious(view: _View, covered: frozenset[Mechanism]) -> bool:
    """The domain demands TLS and the host was seen without: true only where the provider surely insists."""
    if view.news is not StarttlsNews.LACKING or not (view.published or view.dane is DaneStatus.UNUSABLE):
        return False
    return not any(map(view.ground.insists, covered)) and not _is_bound_by_unusable(view)


def _rung(view: _View, covered: frozenset[Mechanism], *, suspicious: bool) -> tuple[Assurance, tuple[Reason, ...]]:
    beside = _beside(view)
    observed, reason = _observed(view)
    if suspicious:
        return Assurance.EXPOSED, (reason, *_mechanisms(view, covered), *beside)
    if covered:
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
            # a handshake that verified under what the domain publishes nobody else could have shown
            verified = view.seen is not None and not view.seen.verified_under.isdisjoint(view.published)
            return Assurance.ENCRYPTED, view.reason("starttls-seen", source, authenticated=verified)
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
    if view.exchanger.forbidden:
        return False
    return any(lists_starttls(entry, view.exchanger.host) for entry in view.ground.evidence.known)


def lists_starttls(entry: KnownEntry, host: str) -> bool:
    """Does the entry say of this exchanger that it takes TLS?"""
    named = entry.matched == host if entry.exact else is_suffix(entry.matched, host)
    return entry.kind == "exchanger" and entry.starttls and named


def is_suffix(suffix: str, host: str) -> bool:
    """Does the host's name end so, on a label boundary?"""
    return host == suffix or host.endswith(f".{suffix}")


def _seen_too(view: _View, reason: Reason) -> tuple[Reason, ...]:
    """An observation is worth telling beside a mechanism; its absence is not, unless somebody looked in vain."""
    if view.news is StarttlsNews.NONE and reason.code != "unreachable":
        return ()
    return tuple(_refused(view)) if view.news is StarttlsNews.TAKEN and view.failing else (reason,)


def _refused(view: _View) -> Iterator[Reason]:
    """TLS was taken, and whoever verifies would not go on: why."""
    seen = view.seen
    if seen is None or seen.old_tls:
        yield view.reason("old-tls-refused", Source.PROBE)
        return
    if Mechanism.DANE in view.failing:
        yield view.reason("dane-mismatch", Source.PROBE)
    if Mechanism.MTA_STS in view.failing:
        yield view.reason("sts-mismatch", Source.PROBE, detail=_CERTIFICATES.get(seen.certificate, ""))


def _beside(view: _View) -> tuple[Reason, ...]:
    """What was found out about DANE, where it did not lift the host."""
    code = {
        DaneStatus.UNUSABLE: "dane-unusable",
        DaneStatus.BOGUS: "dane-bogus",
        DaneStatus.ERROR: "dane-error",
    }.get(view.dane)
    return (view.reason(code, Source.DNS, authenticated=view.dane is DaneStatus.UNUSABLE),) if code else ()


def _named_by_user(view: _View) -> Reason | None:
    """The user's own entry raises to Verifiable by naming the mechanism (rule 7), never past what was seen."""
    user, route = view.ground.evidence.user, view.ground.evidence.route
    mechanism = user.mechanism if user else None
    if mechanism is None or mechanism not in _BY_WHICH_VERIFIED or route.status not in _ROUTED:
        return None
    if view.answer(mechanism) is Answer.NO or view.news is StarttlsNews.LACKING:
        return None
    return view.reason("user-verifiable", Source.USER)


def _failing(view: _View) -> frozenset[Mechanism]:
    failing: set[Mechanism] = {Mechanism.DANE} if view.dane is DaneStatus.BOGUS else set()
    if view.news is StarttlsNews.LACKING:
        failing |= view.published | ({Mechanism.DANE} if view.dane is DaneStatus.UNUSABLE else set())
    seen = view.seen
    if seen is not None and view.ground.now - seen.observed_at < FAILURE_COUNTS:
        # who verifies does not go below TLS 1.2
        failing |= view.published if seen.old_tls else seen.failed_under & view.published
    return frozenset(failing)
