"""Assessment → sentences for people: the fact, then what follows (experience.md §3). Pure.

The headline says who is kept out; the names of standards stand in the details. Every code has its text here.
"""

from __future__ import annotations

from dataclasses import replace

from linksec_tui.formats.domain_name import to_unicode
from linksec_tui.link.explanations import REASONS, WARNINGS
from linksec_tui.model.assessment import Assessment, Assurance, Reason, Warning  # noqa: A004 - the model's word
from linksec_tui.model.evidence import Evidence

_IF_USED = ", if your provider uses it – not known"
_MECHANISMS = {"dane-secure": "DANE", "sts-enforce": "MTA-STS", "user-verifiable": "what you entered yourself"}


def explain(assessment: Assessment) -> Assessment:
    """The same assessment with its headline and the texts of its reasons and warnings."""
    return replace(
        assessment,
        headline=_headline(assessment),
        reasons=tuple(replace(r, text=_reason(assessment, r)) for r in assessment.reasons),
        warnings=tuple(replace(w, text=_warning(assessment, w)) for w in assessment.warnings),
    )


def _headline(assessment: Assessment) -> str:
    domain = to_unicode(assessment.domain)
    codes = [reason.code for reason in assessment.reasons]
    match assessment.assurance:
        case Assurance.UNDELIVERABLE:
            words = _no_way(assessment, domain)
        case Assurance.EXPOSED:
            words = _exposed(codes, domain)
        case Assurance.UNKNOWN:
            words = _unknown(assessment, codes, domain)
        case Assurance.ENCRYPTED:
            words = f"{domain} takes mail over TLS; an active attacker could strip it"
        case Assurance.VERIFIABLE:
            words = _verifiable(codes, domain)
        case Assurance.ENFORCED:
            words = _enforced(codes, domain)
        case Assurance.LINK_SECURE:
            words = f"the letter comes back rather than travel unprotected, and at {domain} they promise the same"
    return f"{_title(assessment)}: {words}"


def _title(assessment: Assessment) -> str:
    if assessment.assurance is Assurance.UNDELIVERABLE and not assessment.securely_undeliverable:
        return "No mail host found from here"
    return assessment.assurance.word


def _no_way(assessment: Assessment, domain: str) -> str:
    texts = {
        "null-mx": f"{domain} does not accept mail",
        "no-such-domain": f"there is no domain {domain}",
        "no-mail-host": f"{domain} has no mail host",
    }
    return next((texts[reason.code] for reason in assessment.reasons if reason.code in texts), "nothing leads there")


def _exposed(codes: list[str], domain: str) -> str:
    if "provider-no-starttls" in codes:
        return "your provider sends mail in the clear; anybody on the way could read it"
    if "user-exposed" in codes:
        return f"you entered {domain} as one that does not protect mail"
    return f"a server of {domain} was seen not to take TLS; anybody on the way could read it"


def _unknown(assessment: Assessment, codes: list[str], domain: str) -> str:
    if "being-asked" in codes or assessment.evidence.pending:
        return f"{domain} is being looked up"
    if {"route-failed", "route-bogus", "dane-bogus", "dane-error"} & set(codes):
        return f"cannot tell for {domain}: a lookup failed"
    if not any(reason.code.startswith("starttls") for reason in assessment.reasons) and "sts-unnamed" in codes:
        return f"none of {domain}'s servers is among those that it names itself"
    return f"nothing shows how {domain} takes mail; it may travel in the clear"


def _verifiable(codes: list[str], domain: str) -> str:
    by = list(dict.fromkeys(_MECHANISMS[code] for code in codes if code in _MECHANISMS))
    if not by:
        return f"your provider agreed to protect it on the way to {domain} – how strictly is not known"
    return f"{domain} can prove its servers with {' and '.join(by)}{_IF_USED if 'provider-unknown' in codes else ''}"


def _enforced(codes: list[str], domain: str) -> str:
    if "local" in codes:
        return f"{domain} is your own provider's; the letter stays inside, unless the recipient forwards it"
    return f"{domain} can prove its servers, and the letter comes back to you rather than travel unprotected"


def _reason(assessment: Assessment, reason: Reason) -> str:
    # who could strip TLS matters where nothing better vouches for it
    promised = reason.code == "starttls-seen" and assessment.assurance >= Assurance.VERIFIABLE
    code = "starttls-seen-as-promised" if promised else reason.code
    text = _sentence(REASONS[code], assessment, reason.host)
    detail = _detail(assessment.evidence, reason)
    return f"{text} ({detail})" if detail else text


def _warning(assessment: Assessment, warning: Warning) -> str:
    code = f"downgrade-{warning.evidence.partition(' ')[0]}" if warning.code == "downgrade" else warning.code
    since = warning.since.date().isoformat() if warning.since else "before"
    return _sentence(WARNINGS[code].replace("{since}", since), assessment, warning.host)


def _sentence(template: str, assessment: Assessment, host: str) -> str:
    """The blanks filled in; without a host it is true of all that are used."""
    domain = to_unicode(assessment.domain)
    hosts = assessment.evidence.route.exchangers
    if not host and len(hosts) == 1:
        host = hosts[0].host
    text = template.format(domain=domain, host=to_unicode(host) if host else f"every mail server of {domain}")
    return text[:1].upper() + text[1:] if template.startswith("{host}") and not host else text


def _detail(evidence: Evidence, reason: Reason) -> str:
    """What a source said of its failure, or an exchanger of itself; texts were made visible where they came in."""
    match reason.code:
        case "route-failed":
            return evidence.route.failure.detail if evidence.route.failure else ""
        case "sts-error" | "sts-invalid":
            return evidence.sts.failure.detail if evidence.sts.failure else evidence.sts.reason or ""
        case "starttls-missing" | "starttls-failed" | "unreachable":
            seen = evidence.observations.get(reason.host)
            return seen.detail if seen else ""
        case _:
            return ""
