"""Is a server's key pinned in signed DNS? A fact about one of our own servers (RFC 6698, RFC 7671, RFC 8314 §5.3).

The address records are asked first: under a name that is not signed, TLSA records prove nothing.
"""

from __future__ import annotations

from linksec_tui.model.account import Server
from linksec_tui.model.evidence import DaneStatus, Dnssec
from linksec_tui.wire.resolver import DnsAnswer, DnsStatus, Resolver
from linksec_tui.wire.tlsa_answer import dane_status

_NOT_SECURE = {
    Dnssec.INSECURE: DaneStatus.INSECURE,
    Dnssec.UNCHECKED: DaneStatus.UNCHECKED,
    Dnssec.BOGUS: DaneStatus.BOGUS,
    Dnssec.ERROR: DaneStatus.ERROR,
}


async def ask(resolver: Resolver, server: Server) -> DaneStatus:
    """The state of one server: under the end of a signed alias first, then under its own name (RFC 7671 §7)."""
    address = await _address(resolver, server.host)
    if address.dnssec is not Dnssec.SECURE:
        return _NOT_SECURE[address.dnssec]
    state = DaneStatus.ABSENT
    for base in dict.fromkeys((address.canonical, server.host)):
        state = dane_status(await resolver.query(f"_{server.port}._tcp.{base}", "TLSA"))
        if state is not DaneStatus.ABSENT:
            break
    return state


async def _address(resolver: Resolver, host: str) -> DnsAnswer:
    four = await resolver.query(host, "A")
    return four if four.status is not DnsStatus.NODATA else await resolver.query(host, "AAAA")
