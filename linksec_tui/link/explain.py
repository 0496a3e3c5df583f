"""Assessment → sentences for people: the fact, then what follows (experience.md §3). Pure.

The headline says who is kept out; the names of standards stand in the details. Every code has its text here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from linksec_tui.formats.domain_name import domain_name
from linksec_tui.link.explanations import REASONS, WARNINGS
from linksec_tui.link.host_rung import lists_starttls
from linksec_tui.model.assessment import (
    COMES_BACK,
    Assessment,
    Assurance,
    Reason,
    Warning,  # noqa: A004 - the model's word
)
from linksec_tui.model.evidence import Evidence

_IF_USED = ", if your provider uses it – not known"
_MECHANISMS = {"dane-secure": "DANE", "sts-enforce": "MTA-STS", "user-verifiable": "what you entered yourself"}
_OF_TLS = frozenset({"starttls-seen", "starttls-missing", "starttls-failed"})
_LOOKUP_FAILED = frozenset({"route-failed", "host-failed", "dane-error", "sts-error"})
_BOGUS = frozenset({"route-bogus", "dane-bogus"})


@dataclass(frozen=True, slots=True)
class _Told:
    """The assessment as the sentences need it; `domain` as people read it."""

    assessment: Assessment
    domain: str
    codes: frozenset[str]
    hosts: dict[str, str]

    @property
    def proof_fails(self) -> bool:
        """Was it seen that no letter can pass what is demanded?"""
        return any(warning.code in COMES_BACK for warning in self.assessment.warnings)

    def shown_host(self, host: str) -> str:
        if host not in self.hosts:
            self.hosts[host] = _shown(host)
        return self.hosts[host]


def explain(assessment: Assessment) -> Assessment:
    """The same assessment with its headline and the texts of its reasons and warnings."""
    told = _Told(assessment, _shown(assessment.domain), frozenset(r.code for r in assessment.reasons), {})
    return replace(
        assessment,
        headline=_headline(told),
        reasons=tuple(_worded(r, _reason(told, r)) for r in assessment.reasons),
        warnings=tuple(replace(w, text=_warning(told, w)) for w in assessment.warnings),
    )


def _worded(reason: Reason, text: str) -> Reason:
    """`replace` written out: a third of the cost, of the call that is made most often in a long list of recipients."""
    return Reason(
        code=reason.code,
        text=text,
        host=reason.host,
        detail=reason.detail,
        others=reason.others,
        authenticated=reason.authenticated,
        source=reason.source,
    )


def _shown(domain: str) -> str:
    """What people read; a name that mixes scripts together with the form that gives it away (§2.6)."""
    return domain_name(domain).shown if "xn--" in domain else domain


def _headline(told: _Told) -> str:
    match told.assessment.assurance:
        case Assurance.UNDELIVERABLE:
            words = _no_way(told)
        case Assurance.EXPOSED:
            words = _exposed(told)
        case Assurance.UNKNOWN:
            words = _unknown(told)
        case Assurance.ENCRYPTED:
            words = _encrypted(told)
        case Assurance.VERIFIABLE:
            words = _verifiable(told)
        case Assurance.ENFORCED:
            words = _enforced(told)
        case Assurance.LINK_SECURE:
            words = _link_secure(told)
    return f"{_title(told.assessment)}: {words}"


def _title(assessment: Assessment) -> str:
    if assessment.assurance is Assurance.UNDELIVERABLE and not assessment.securely_undeliverable:
        return "No mail host found from here"
    return assessment.assurance.word


def _no_way(told: _Told) -> str:
    texts = {
        "null-mx": f"{told.domain} does not accept mail",
        "no-such-domain": f"there is no domain {told.domain}",
        "no-mail-host": f"{told.domain} has no mail host",
    }
    found = next((text for code, text in texts.items() if code in told.codes), "nothing leads there")
    return found if told.assessment.securely_undeliverable else f"the resolver says that {found}"


def _exposed(told: _Told) -> str:
    if "provider-no-starttls" in told.codes:
        return "your provider sends mail in the clear; anybody on the way could read it"
    if "user-exposed" in told.codes:
        return f"you entered {told.domain} as one that does not protect mail"
    seen = "not to take TLS" if "starttls-missing" in told.codes else "to offer TLS that does not work"
    return f"a server of {told.domain} was seen {seen}; anybody on the way could read it"


def _unknown(told: _Told) -> str:
    if "being-asked" in told.codes or told.assessment.evidence.pending:
        return f"{told.domain} is being looked up"
    if not told.codes.isdisjoint(_BOGUS):
        return f"cannot tell for {told.domain}: signatures in its DNS are broken or forged"
    if not told.codes.isdisjoint(_LOOKUP_FAILED):
        return f"cannot tell for {told.domain}: a lookup failed"
    if "sts-unnamed" in told.codes and not any(code.startswith("starttls") for code in told.codes):
        return f"none of {told.domain}'s servers is among those that it names itself"
    return f"nothing shows how {told.domain} takes mail; it may travel in the clear"


def _encrypted(told: _Told) -> str:
    if "dane-unusable" in told.codes and told.codes.isdisjoint({"starttls-seen", "starttls-listed"}):
        return f"your provider uses TLS for {told.domain}, but nothing usable shows whose server it is"
    if "starttls-listed" in told.codes:
        takes = "is listed as taking"
        return f"{told.domain} {takes} mail over TLS; someone impersonating their server could still read it"
    return f"{told.domain} takes mail over TLS; someone impersonating their server could still read it"


def _verifiable(told: _Told) -> str:
    if "local" in told.codes:
        return f"{told.domain} is your own provider's; who reads it there cannot be told"
    by = list(dict.fromkeys(_MECHANISMS[r.code] for r in told.assessment.reasons if r.code in _MECHANISMS))
    if "requiretls-agreed" in told.codes and (not by or told.codes.isdisjoint({"provider-unknown", "no-account"})):
        return f"your provider agreed to protect it on the way to {told.domain} – how strictly is not known"
    proof = f" with {' and '.join(by)}" if by else ""
    if_used = _IF_USED if "provider-unknown" in told.codes else ""
    if told.proof_fails:
        return f"{told.domain} demands proof of its servers{proof}{if_used}; today that proof fails"
    return f"{told.domain} can prove its servers{proof}{if_used}"


def _enforced(told: _Told) -> str:
    if "local" in told.codes:
        return f"{told.domain} is your own provider's; the letter stays inside, unless the recipient forwards it"
    if told.proof_fails:
        return (
            f"{told.domain} fails to prove its servers, and the letter comes back to you rather than travel unprotected"
        )
    return f"{told.domain} can prove its servers, and the letter comes back to you rather than travel unprotected"


def _link_secure(told: _Told) -> str:
    if "local" in told.codes:
        return f"the letter stays inside your own provider, and at {told.domain} they promise to keep it protected"
    return f"the letter comes back rather than travel unprotected, and at {told.domain} they promise the same"


def _reason(told: _Told, reason: Reason) -> str:
    code, detail = reason.code, _detail(told, reason)
    if code in _OF_TLS and told.assessment.assurance >= Assurance.VERIFIABLE:
        code = f"{code}-though-promised"  # who could strip TLS matters where nothing better vouches for it
    template = REASONS[code]
    if "{why}" in template:
        return _sentence(told, template, reason, why=f": {detail}" if detail else "")
    text = _sentence(told, template, reason)
    return f"{text.removesuffix('.')} ({detail})." if detail else text


def _warning(told: _Told, warning: Warning) -> str:
    code = f"downgrade-{warning.evidence.partition(' ')[0]}" if warning.code == "downgrade" else warning.code
    since = warning.since.date().isoformat() if warning.since else "before"
    return _sentence(told, WARNINGS[code].replace("{since}", since), warning)


def _sentence(told: _Told, template: str, about: Reason | Warning, why: str = "") -> str:
    """The blanks filled in; without a host it is true of all that are used."""
    host, others = about.host, about.others if isinstance(about, Reason) else 0
    if "{host}" not in template:
        return template.format(domain=told.domain, others=others, why=why)
    host = host or _only_host(told.assessment.evidence)
    shown = told.shown_host(host) if host else f"every mail server of {told.domain}"
    if others:
        shown = f"{shown} (and {others} others like it)"
    text = template.format(domain=told.domain, host=shown, why=why)
    return text[:1].upper() + text[1:] if template.startswith("{host}") and not host else text


def _detail(told: _Told, reason: Reason) -> str:
    """What a source said of its failure, or an exchanger of itself; texts were made visible where they came in."""
    if reason.detail:
        return reason.detail
    evidence = told.assessment.evidence
    match reason.code:
        case "route-failed":
            return evidence.route.failure.detail if evidence.route.failure else ""
        case "starttls-missing" | "starttls-failed" | "unreachable":
            seen = evidence.observations.get(reason.host or _only_host(evidence))
            return seen.detail if seen else ""
        case "starttls-listed":
            return _listing(evidence, reason.host)
        case _:
            return ""


def _only_host(evidence: Evidence) -> str:
    hosts = evidence.route.exchangers
    return hosts[0].host if len(hosts) == 1 else ""


def _listing(evidence: Evidence, host: str) -> str:
    """Who lists the exchanger, and on which day: the newest of them. Without a host it is true of all."""
    hosts = [host] if host else [exchanger.host for exchanger in evidence.route.exchangers]
    listed = [entry for entry in evidence.known if any(lists_starttls(entry, one) for one in hosts)]
    newest = max(listed, key=lambda entry: entry.dated, default=None)
    return f"{newest.source}, {newest.dated}" if newest else ""
