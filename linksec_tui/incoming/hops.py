"""The way a message came, and how much of it is more than a stranger's claim (link-security.md §8).

Our provider writes its Received fields on top of what it is given. So the run of fields that it wrote is believed, up
to and including the one in which somebody outside hands the message over; nothing below it is, however it looks.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from linksec_tui.formats.received import Received, parse_received
from linksec_tui.model.account import Account
from linksec_tui.model.hop import Hop, Protection, Way

MAX_HOPS = 100  # servers give up at thirty or fifty (RFC 5321 §6.3)

_OLD_VERSIONS = ("tlsv1.0", "tls1.0", "tls1", "tlsv1", "tlsv1.1", "tls1.1", "ssl")


# RFC 1918, 4193, 6598, and what never leaves a machine or a link. The library's own list holds examples, too.
_INSIDE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


def trusted_hosts_of(account: Account) -> frozenset[str]:
    """The provider's hosts: those that the configuration names, and those that we connect to ourselves."""
    servers = (account.imap, account.submission)
    return account.trusted_hosts | {server.host.lower() for server in servers if server}


def way_of(fields: Sequence[str], trusted_hosts: Collection[str]) -> Way:
    """The hops of a message's Received fields, the newest first as they stand there."""
    hops = [parse_received(field) for field in fields[:MAX_HOPS]]
    run = _trusted_run(hops, trusted_hosts)
    shown = tuple(
        replace(_hop(hop, hops[at + 1 : at + 2]), trusted=at < run, internal=_is_internal(hop))
        for at, hop in enumerate(hops)
    )
    return Way(hops=shown, weakest_trusted=_weakest(shown[:run]), weakest_claimed=_weakest(shown[run:]))


def made_inside(fields: Sequence[str], trusted_hosts: Collection[str]) -> bool:
    """Was the message made by the provider's own servers? Then no field tells of anybody outside, and no user signed
    in to hand it over.
    """
    hops = [parse_received(field) for field in fields[: MAX_HOPS + 1]]
    if not hops or len(hops) > MAX_HOPS:
        return False
    return _trusted_run(hops, trusted_hosts) == len(hops) and not _from_outside(hops[-1], trusted_hosts)


def _trusted_run(hops: Sequence[Received], trusted_hosts: Collection[str]) -> int:
    """How many fields from the top our provider wrote."""
    on_this_machine = False
    for count, hop in enumerate(hops):
        written_by_us = (
            _is_ours(hop.by, trusted_hosts)
            or (on_this_machine and hop.by.lower() == "localhost")
            or (count == 0 and _is_delivery(hop, trusted_hosts))
        )
        if not written_by_us:
            return count
        if _from_outside(hop, trusted_hosts):
            return count + 1
        on_this_machine = hop.local
    return len(hops)


def _is_delivery(hop: Received, trusted_hosts: Collection[str]) -> bool:
    """The last step into the store, on a machine that often calls itself by a name of its own. Believed at the very
    top alone, where nobody but the provider can write.
    """
    into_store = hop.protocol.upper().startswith("LMTP") and "." not in hop.by
    return into_store and _is_ours(hop.greeting, trusted_hosts) and not _from_outside(hop, trusted_hosts)


def _from_outside(hop: Received, trusted_hosts: Collection[str]) -> bool:
    """Did somebody outside hand it over? A greeting proves nothing: an address inside, or a name found for it, does."""
    if hop.from_user or hop.protocol.upper().startswith("HTTP"):
        return True
    if hop.local and not hop.address:
        return False
    if hop.address and _is_inside(hop.address):
        return not _is_plain_or_ours(hop.greeting, trusted_hosts)
    return not _is_ours(hop.peer, trusted_hosts)


def _is_internal(hop: Received) -> bool:
    return hop.local or bool(hop.address and _is_inside(hop.address))


def _is_inside(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return any(found.version == network.version and found in network for network in _INSIDE)


def _is_plain_or_ours(name: str, trusted_hosts: Collection[str]) -> bool:
    """Behind an address translator everybody has an inner address, so a foreign name there is taken at its word."""
    return "." not in name or name.startswith("[") or _is_ours(name, trusted_hosts)


def _is_ours(name: str, trusted_hosts: Collection[str]) -> bool:
    bare = name.lower().rstrip(".")
    return any(bare == host.lower() or bare.endswith(f".{host.lower()}") for host in trusted_hosts if host)


def _hop(hop: Received, before: Sequence[Received]) -> Hop:
    earlier = before[0].at if before else None
    return Hop(
        sent_by=hop.peer or hop.greeting or hop.address,
        received_by=hop.by,
        protocol=hop.protocol,
        protection=_protection(hop),
        tls=hop.tls,
        tls_version=hop.version,
        cipher=hop.cipher,
        at=hop.at,
        delay=int((hop.at - earlier).total_seconds()) if hop.at and earlier else None,
    )


def _protection(hop: Received) -> Protection:
    if hop.tls is None:
        return Protection.UNKNOWN
    if not hop.tls:
        return Protection.CLEAR
    version = hop.version.lower().replace("_", ".").replace(" ", "")
    return Protection.OLD_TLS if version in _OLD_VERSIONS or version.startswith("ssl") else Protection.ENCRYPTED


def _weakest(hops: Iterable[Hop]) -> Hop | None:
    outside = [hop for hop in hops if not hop.internal]
    return min(outside, key=lambda hop: hop.protection.strength, default=None)
