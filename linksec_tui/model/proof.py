"""The proof of our own hop in sentences: what a server showed, and what that is worth (link-security.md §10). Pure."""

from __future__ import annotations

from datetime import datetime

from .connection import TlsFacts, Trust
from .evidence import Answer, DaneStatus, Mechanism, ProviderFacts

_DANE = {
    DaneStatus.UNUSABLE: "signed DNS has a record for it that nobody can use (DANE)",
    DaneStatus.INSECURE: "its domain is not signed, so DNS says nothing that counts (DANE)",
    DaneStatus.BOGUS: "the signatures of its domain are broken or forged: nothing that DNS says of it counts (DANE)",
    DaneStatus.ABSENT: "signed DNS has no record for it (DANE): its certificate alone proves which server it is",
    DaneStatus.ERROR: "what signed DNS says of it could not be asked just now (DANE)",
    DaneStatus.UNCHECKED: "your resolver's word on signed DNS is not believed, so DANE is not checked",
}
_MATCHES = {
    True: "signed DNS names this very certificate or its authority (DANE)",
    False: "signed DNS names another certificate than the one it shows (DANE): its owner made a mistake, or somebody"
    " stands in between",
    None: "signed DNS names a certificate for it (DANE), and it could not be compared",
}
_MECHANISMS = {
    Mechanism.STARTTLS: "TLS",
    Mechanism.DANE: "DANE",
    Mechanism.MTA_STS: "MTA-STS",
    Mechanism.REQUIRETLS: "REQUIRETLS",
}
_VERIFYING = (Mechanism.DANE, Mechanism.MTA_STS, Mechanism.REQUIRETLS)


def encryption_text(facts: TlsFacts) -> str:
    """As in: TLS 1.3, TLS_AES_256_GCM_SHA384."""
    return ", ".join(filter(None, (facts.version.replace("TLSv", "TLS "), facts.cipher)))


def certificate_text(facts: TlsFacts) -> str:
    """Whom the certificate names, who issued it, until when, with which key."""
    names = facts.matched_name or ", ".join(facts.names[:3]) or facts.subject or "nobody"
    parts = [f"a certificate for {names}", f"issued by {facts.issuer or 'nobody'}"]
    if facts.not_before and facts.not_after:
        parts.append(f"valid {_day(facts.not_before)} to {_day(facts.not_after)}")
    return ", ".join([*parts, *([facts.key] if facts.key else [])])


def trust_text(facts: TlsFacts) -> str:
    """Why it is believed, in the words that every place uses."""
    if facts.trust is Trust.VERIFIED and facts.matched_name not in ("", facts.host):
        return f"{facts.trust.words} (as {facts.matched_name})"
    return facts.trust.words


def dane_text(facts: TlsFacts) -> str:
    """What signed DNS says of the server; empty where nobody asked."""
    if facts.dane is None:
        return ""
    return _MATCHES[facts.dane_matches] if facts.dane is DaneStatus.SECURE else _DANE[facts.dane]


def insistence_text(provider: ProviderFacts) -> str:
    """What the provider does with outgoing mail, and how far up the ladder that lets a recipient come."""
    if provider.answer(Mechanism.STARTTLS) is Answer.NO:
        return "sends mail in the clear: whatever recipients publish, they stay Exposed"
    insists = [_MECHANISMS[each] for each in _VERIFYING if provider.answer(each) is Answer.YES]
    origin = f" ({provider.origin})" if provider.origin else ""
    if insists:
        return f"insists on {', '.join(insists)}{origin}: where recipients publish that, they are Enforced"
    if all(provider.answer(each) is Answer.NO for each in _VERIFYING):
        return f"insists on nothing that proves a server{origin}: recipients are Encrypted, unproven, at most"
    return "is not known to insist on anything: recipients are Verifiable at most"


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
