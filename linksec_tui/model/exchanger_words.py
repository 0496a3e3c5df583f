"""What is known of one exchanger, in words for the details: its address, DANE, policy, and what was seen of it."""

from __future__ import annotations

from collections.abc import Iterator

from .assessment import Assessment
from .evidence import (
    CertificateState,
    Dane,
    DaneStatus,
    Dnssec,
    Evidence,
    Exchanger,
    Mechanism,
    Observation,
    StarttlsStatus,
)

_SIGNED = {
    Dnssec.SECURE: "address signed",
    Dnssec.INSECURE: "address not signed",
    Dnssec.BOGUS: "address with a wrong signature",
    Dnssec.ERROR: "address not found",
    Dnssec.UNCHECKED: "signature not checked",
}
_DANE = {
    DaneStatus.SECURE: "DANE",
    DaneStatus.UNUSABLE: "DANE record that nobody can use",
    DaneStatus.INSECURE: "DANE does not apply",
    DaneStatus.BOGUS: "DANE with a wrong signature",
    DaneStatus.ABSENT: "no DANE",
    DaneStatus.ERROR: "DANE: cannot tell",
    DaneStatus.UNCHECKED: "DANE not checked",
}
_STARTTLS = {
    StarttlsStatus.OFFERED: "took TLS",
    StarttlsStatus.NOT_OFFERED: "did not take TLS",
    StarttlsStatus.FAILED: "offered TLS, which did not work",
    StarttlsStatus.UNREACHABLE: "was not reached",
}
_CERTIFICATE = {
    CertificateState.VALID: "certificate valid",
    CertificateState.EXPIRED: "certificate expired",
    CertificateState.WRONG_NAME: "certificate for another name",
    CertificateState.UNTRUSTED: "certificate from an unknown issuer",
}


def exchanger_words(assessment: Assessment, exchanger: Exchanger) -> str:
    """What is known of one of their servers."""
    evidence = assessment.evidence
    facts = [
        _SIGNED[exchanger.dnssec],
        *_dane(evidence.dane.get(exchanger.host)),
        *_policy(evidence, exchanger.host),
        *_seen(evidence.observations.get(exchanger.host)),
    ]
    if exchanger.host in assessment.dropped_hosts:
        facts.append("never used by a sender that follows the policy")
    return ", ".join(facts)


def _dane(dane: Dane | None) -> Iterator[str]:
    if dane is not None:
        yield _DANE[dane.status]


def _policy(evidence: Evidence, host: str) -> Iterator[str]:
    if evidence.sts.mx:
        yield "named by their policy" if evidence.sts.names(host) else "not named by their policy"


def _seen(seen: Observation | None) -> Iterator[str]:
    if seen is None or seen.starttls is StarttlsStatus.NOT_TRIED:
        return
    yield f"{_STARTTLS[seen.starttls]} on {seen.observed_at.date().isoformat()}"
    if seen.version:
        yield "TLS 1.0" if seen.version == "TLSv1" else seen.version.replace("TLSv", "TLS ")
    if seen.starttls is StarttlsStatus.OFFERED and seen.certificate in _CERTIFICATE:
        yield _CERTIFICATE[seen.certificate]
    if Mechanism.DANE in seen.failed_under and not seen.old_tls:
        yield "certificate not the one that DANE names"
