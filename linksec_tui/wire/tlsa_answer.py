"""A DNS answer about TLSA records → the state of DANE for the name that was asked (RFC 7672 §2.1.1)."""

from __future__ import annotations

from linksec_tui.formats.tlsa import usable
from linksec_tui.model.evidence import DaneStatus, Dnssec
from linksec_tui.wire.dns_answer import DnsAnswer, DnsStatus


def dane_status(answer: DnsAnswer) -> DaneStatus:
    """Absence is proved only by a signed answer; an error is never absence."""
    match answer.status, answer.dnssec:
        case DnsStatus.BOGUS, _:
            return DaneStatus.BOGUS
        case DnsStatus.ERROR, _:
            return DaneStatus.ERROR
        case _, Dnssec.SECURE:
            if not answer.tlsa:
                return DaneStatus.ABSENT
            return DaneStatus.SECURE if usable(answer.tlsa) else DaneStatus.UNUSABLE
        case _, Dnssec.UNCHECKED:
            return DaneStatus.UNCHECKED
        case _:
            return DaneStatus.INSECURE
