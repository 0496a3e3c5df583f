"""Assessment → the JSON of `check`, as it is printed and as it is exported (experience.md §1).

It is a contract: fields may be added, never renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from . import assessment as judgement
from .assessment import Assessment, Assurance, Reason
from .checked import Result
from .evidence import (
    Answer,
    Declaration,
    Evidence,
    Exchanger,
    Mechanism,
    ProviderFacts,
    StarttlsStatus,
    Sts,
    StsStatus,
    Unavailable,
)
from .json_text import Json, rfc3339

# STARTTLS is what a provider tries, not what it insists on.
_ENFORCEABLE = (Mechanism.DANE, Mechanism.MTA_STS, Mechanism.REQUIRETLS)


def render_summary(by_assurance: Mapping[Assurance, int], meet: int) -> Json:
    """How many stand on each rung, and how many of all meet what was demanded."""
    total = sum(by_assurance.values())
    return {
        "total": total,
        "meet": meet,
        "fall_short": total - meet,
        "by_assurance": {assurance.value: by_assurance.get(assurance, 0) for assurance in Assurance},
    }


def render_result(result: Result) -> Json:
    """One RESULT of the contract."""
    assessment = result.assessment
    return {
        "address": str(result.wanted.address) if result.wanted.address else None,
        "domain": result.wanted.domain,
        "domain_unicode": result.wanted.shown_domain,
        "assurance": assessment.assurance.value,
        "meets": result.meets,
        "required": result.requirement.value,
        "headline": assessment.headline,
        "reasons": [_reason(reason) for reason in assessment.reasons],
        "warnings": [_warning(warning) for warning in assessment.warnings],
        "route": {
            "status": assessment.evidence.route.status.value,
            "dnssec": assessment.evidence.route.dnssec.value,
        },
        "mx": [_exchanger(assessment, exchanger) for exchanger in assessment.evidence.route.exchangers],
        "mta_sts": _policy(assessment.evidence.sts),
        "declared": _declared(assessment),
        "cannot_tell": [_unavailable(failure) for failure in failures_of(assessment.evidence)],
        "sender": _sender(assessment.evidence.provider),
        "checked_at": rfc3339(assessment.checked_at),
        "elapsed_ms": assessment.elapsed_ms,
        "from_cache": assessment.from_cache,
    }


def _reason(reason: Reason) -> Json:
    return {
        "code": reason.code,
        "text": reason.text,
        "authenticated": reason.authenticated,
        "source": reason.source.value,
        "host": reason.host or None,
    }


def _warning(warning: judgement.Warning) -> Json:
    return {
        "code": warning.code,
        "text": warning.text,
        "since": rfc3339(warning.since) if warning.since else None,
        "host": warning.host or None,
    }


def failures_of(evidence: Evidence) -> tuple[Unavailable, ...]:
    """Every source that was asked and could not tell, each once."""
    route = (evidence.route.failure,) if evidence.route.failure is not None else ()
    return tuple(dict.fromkeys((*route, *evidence.unavailable)))


def _unavailable(failure: Unavailable) -> Json:
    """A source that was asked and could not tell: neither good news nor bad."""
    return {"source": failure.source.value, "kind": failure.kind.value, "detail": failure.detail or None}


def _exchanger(assessment: Assessment, exchanger: Exchanger) -> Json:
    evidence = assessment.evidence
    dane = evidence.dane.get(exchanger.host)
    return {
        "host": exchanger.host,
        "preference": exchanger.preference,
        "addresses": list(exchanger.addresses),
        "dnssec": exchanger.dnssec.value,
        "dane": {
            "status": dane.status.value if dane else "unchecked",
            "records": [str(record) for record in dane.records] if dane else [],
        },
        "mta_sts_match": evidence.sts.names(exchanger.host) if evidence.sts.mx else None,
        "starttls": _starttls(assessment, exchanger.host),
        "used": exchanger.host not in assessment.dropped_hosts,
    }


def _starttls(assessment: Assessment, host: str) -> Json:
    seen = assessment.evidence.observations.get(host)
    if seen is None:
        return {
            "status": StarttlsStatus.NOT_TRIED.value,
            "version": None,
            "certificate": None,
            "requiretls": None,
            "source": None,
        }
    shook_hands = seen.starttls is StarttlsStatus.OFFERED
    return {
        "status": seen.starttls.value,
        "version": seen.version or None,
        "certificate": seen.certificate.value if shook_hands else None,
        "requiretls": seen.requiretls if shook_hands else None,
        "source": seen.source.value,
        "observed_at": rfc3339(seen.observed_at),
    }


def _policy(sts: Sts) -> Json:
    in_words: dict[str, str | int | bool | None] = {
        "status": sts.status.value,
        "id": sts.id or None,
        "max_age": sts.max_age if sts.status in (StsStatus.ENFORCE, StsStatus.TESTING, StsStatus.NONE) else None,
        "reason": sts.reason,
    }
    if sts.cached:
        in_words["cached"] = True
    return in_words


def _declared(assessment: Assessment) -> Json | None:
    """What the domain says of itself; `effective` is what remains of it when its exchangers are asked too."""
    own = [each for each in assessment.evidence.declarations if each.name == assessment.domain]
    best = max(own or assessment.evidence.declarations, key=_believed, default=None)
    if best is None:
        return None
    return {
        "level": best.level,
        "source": best.source.value,
        "authenticated": best.authenticated,
        "expires_at": rfc3339(best.expires_at),
        "effective": assessment.declared_level,
    }


def _believed(declaration: Declaration) -> tuple[bool, datetime]:
    return declaration.authenticated, declaration.observed_at


def _sender(provider: ProviderFacts | None) -> Json | None:
    """Whose provider the ladder's upper rungs rest on. `enforces` is null where nothing is known about it."""
    if provider is None:
        return None
    known = any(provider.answer(mechanism) is not Answer.UNKNOWN for mechanism in _ENFORCEABLE)
    enforced = [mechanism.value for mechanism in _ENFORCEABLE if provider.answer(mechanism) is Answer.YES]
    return {
        "account": provider.account,
        "enforces": enforced if known else None,
        "requiretls": provider.requiretls_offered,
    }
