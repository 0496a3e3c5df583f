"""The TLSA records of one exchanger (RFC 7672 §2.2).

The address records are asked first: an insecure host's TLSA would prove nothing, and some name servers answer the
question with an error that would then look like an attack (§2.2.2).
"""

from __future__ import annotations

from linksec_tui.formats.tlsa import usable
from linksec_tui.link.mx import Located
from linksec_tui.link.source import Inquiry
from linksec_tui.model.evidence import Dane, DaneStatus, Dnssec, Route, RouteStatus
from linksec_tui.wire.resolver import DnsAnswer, Resolver
from linksec_tui.wire.tlsa_answer import dane_status

_NOT_SECURE = {
    Dnssec.INSECURE: DaneStatus.INSECURE,
    Dnssec.UNCHECKED: DaneStatus.UNCHECKED,
    Dnssec.BOGUS: DaneStatus.BOGUS,
    Dnssec.ERROR: DaneStatus.ERROR,
}


async def ask(resolver: Resolver, inquiry: Inquiry, route: Route, located: Located) -> Dane:
    """The state of one exchanger; `route` must be the one that named it."""
    host = located.exchanger
    if route.status is RouteStatus.LITERAL or route.dnssec is not Dnssec.SECURE:
        return Dane(host=host.host, status=_NOT_SECURE.get(route.dnssec, DaneStatus.INSECURE))
    if host.dnssec not in (Dnssec.SECURE, Dnssec.INSECURE):
        return Dane(host=host.host, status=_NOT_SECURE[host.dnssec])
    bases = await _bases(resolver, inquiry, located)
    if isinstance(bases, DnsAnswer):
        return _read(host.host, host.host, bases)
    for base in bases:
        answer = await resolver.query(f"_25._tcp.{base}", "TLSA", newer_than=inquiry.newer_than)
        found = _read(host.host, base, answer)
        if found.status not in (DaneStatus.ABSENT, DaneStatus.INSECURE) or base == bases[-1]:
            return found
    return Dane(host=host.host, status=DaneStatus.INSECURE)


async def _bases(resolver: Resolver, inquiry: Inquiry, located: Located) -> list[str] | DnsAnswer:
    """Where TLSA may stand: the end of a secure alias, then the name itself (RFC 7672 §2.1.3, §2.2.2).

    Where it could not be learnt whether the alias is signed, the answer that failed: no answer is not "insecure".
    """
    host = located.exchanger
    aliased = located.canonical != host.host
    if host.dnssec is Dnssec.SECURE:
        return [located.canonical, host.host] if aliased else [host.host]
    if not aliased:
        return []
    alias = await resolver.query(host.host, "CNAME", newer_than=inquiry.newer_than)
    if alias.failed:
        return alias
    return [host.host] if alias.dnssec is Dnssec.SECURE and alias.records else []


def _read(host: str, base: str, answer: DnsAnswer) -> Dane:
    records = usable(answer.tlsa)
    return Dane(host=host, status=dane_status(answer), records=records, base=base, expires_at=answer.expires_at)
