"""Is a server's key pinned in signed DNS? A fact about one of our own servers (RFC 6698, RFC 7671, RFC 8314 §5.3).

The address records are asked first: under a name that is not signed, TLSA records prove nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from linksec_tui.formats.tlsa import usable
from linksec_tui.model.account import Server
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.evidence import Dane, DaneStatus, Dnssec
from linksec_tui.wire.resolver import DnsAnswer, DnsStatus, Resolver
from linksec_tui.wire.tlsa_answer import dane_status

_NOT_SECURE = {
    Dnssec.INSECURE: DaneStatus.INSECURE,
    Dnssec.UNCHECKED: DaneStatus.UNCHECKED,
    Dnssec.BOGUS: DaneStatus.BOGUS,
    Dnssec.ERROR: DaneStatus.ERROR,
}


async def ask(resolver: Resolver, server: Server) -> DaneStatus:
    """The state of one server."""
    return (await _look(resolver, server.host, server.port)).status


async def compare(resolver: Resolver, shown: TlsFacts, now: datetime) -> TlsFacts:
    """The same proof, with what signed DNS says of that server and of what it showed."""
    found = await _look(resolver, shown.host, shown.port)
    if found.status is not DaneStatus.SECURE:
        return replace(shown, dane=found.status)
    from linksec_tui.formats.tlsa_match import Shown, match_tlsa  # deferred: 25 ms, only where there is a record

    names = frozenset({shown.host, found.base})
    matches = match_tlsa(Shown(chain=shown.chain, names=names, at=now), found.records) if shown.chain else None
    return replace(shown, dane=found.status, dane_matches=matches)


async def _look(resolver: Resolver, host: str, port: int) -> Dane:
    """Under the end of a signed alias first, then under the host's own name (RFC 7671 §7)."""
    address = await _address(resolver, host)
    if address.dnssec is not Dnssec.SECURE:
        return Dane(host=host, status=_NOT_SECURE[address.dnssec])
    found = Dane(host=host, status=DaneStatus.ABSENT)
    for base in dict.fromkeys((address.canonical, host)):
        answer = await resolver.query(f"_{port}._tcp.{base}", "TLSA")
        found = Dane(host=host, status=dane_status(answer), records=usable(answer.tlsa), base=base)
        if found.status is not DaneStatus.ABSENT:
            break
    return found


async def _address(resolver: Resolver, host: str) -> DnsAnswer:
    four = await resolver.query(host, "A")
    return four if four.status is not DnsStatus.NODATA else await resolver.query(host, "AAAA")
