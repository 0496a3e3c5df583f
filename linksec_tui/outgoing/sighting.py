"""A bounce that is ours → what was seen of the recipients' exchangers, for memory (link-security.md §2.1, §7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from linksec_tui.model.evidence import Mechanism, Observation, Source, StarttlsStatus
from linksec_tui.model.letter import PASSED_ON, Bounce, BounceClass, Confidence, Match, Report

from .match import reports_about

BAD_NEWS_LASTS = timedelta(hours=24)

_SEEN = {
    BounceClass.TLS_NOT_OFFERED: StarttlsStatus.NOT_OFFERED,
    BounceClass.TLS_HANDSHAKE_FAILED: StarttlsStatus.FAILED,
    BounceClass.CERTIFICATE_UNVERIFIED: StarttlsStatus.OFFERED,
    BounceClass.CERTIFICATE_UNTRUSTED: StarttlsStatus.OFFERED,
    BounceClass.CERTIFICATE_EXPIRED: StarttlsStatus.OFFERED,
    BounceClass.CERTIFICATE_NAME_MISMATCH: StarttlsStatus.OFFERED,
    BounceClass.DANE_FAILED: StarttlsStatus.OFFERED,
    BounceClass.MTA_STS_FAILED: StarttlsStatus.OFFERED,
    BounceClass.REQUIRETLS_UNSUPPORTED: StarttlsStatus.OFFERED,  # its answer to EHLO after TLS had no REQUIRETLS in it
}
_EITHER = frozenset({Mechanism.DANE, Mechanism.MTA_STS})  # Postfix says "not verified" of both
_FAILED_UNDER = {
    BounceClass.DANE_FAILED: frozenset({Mechanism.DANE}),
    BounceClass.MTA_STS_FAILED: frozenset({Mechanism.MTA_STS}),
    BounceClass.TLS_NOT_OFFERED: frozenset[Mechanism](),
    BounceClass.TLS_HANDSHAKE_FAILED: frozenset[Mechanism](),
    BounceClass.REQUIRETLS_UNSUPPORTED: frozenset[Mechanism](),
}
# As Postfix writes it.
_HOST = re.compile(r"\b(?:host|last attempted server was) ([A-Za-z0-9.-]{1,253})\[", re.IGNORECASE)


def observations(
    bounce: Bounce, found: Match, exchangers: Mapping[str, tuple[str, ...]], now: datetime
) -> tuple[Observation, ...]:
    """What may enter memory: only from a bounce that is ours, about a host that it names, and not by a guess.

    `exchangers` are the MX hosts of each domain: a host that is none of them is not remembered; where the report names
    none, the domain's only one is meant.
    """
    if not found.ours or found.record is None:
        return ()
    seen: list[Observation] = []
    for address, report in reports_about(bounce, found.record).items():
        if not _tells(report):
            continue
        known = exchangers.get(address.domain, ())
        only = known[0] if len(known) == 1 else ""
        host = _host(report.diagnostic) or report.remote_mta.lower().rstrip(".") or only
        if host in known:
            seen.append(
                Observation(
                    domain=address.domain,
                    host=host,
                    starttls=_SEEN[report.bounce_class],
                    source=Source.BOUNCE,
                    observed_at=now,
                    expires_at=now + BAD_NEWS_LASTS,
                    failed_under=_FAILED_UNDER.get(report.bounce_class, _EITHER),
                    detail=report.diagnostic,
                )
            )
    return tuple(seen)


def _tells(report: Report) -> bool:
    """Of REQUIRETLS only what is told in words: 5.7.30 alone also stands for a server without STARTTLS."""
    if report.confidence is Confidence.GUESS or report.bounce_class not in _SEEN or report.action in PASSED_ON:
        return False
    in_words = "requiretls" in report.diagnostic.lower()
    return report.bounce_class is not BounceClass.REQUIRETLS_UNSUPPORTED or in_words


def _host(diagnostic: str) -> str:
    named = _HOST.search(diagnostic)
    return named.group(1).lower().rstrip(".") if named else ""
