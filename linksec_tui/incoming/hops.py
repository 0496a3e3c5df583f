"""The way a message came, and how much of it is more than a stranger's claim (link-security.md §8).

Our provider writes its Received fields on top of what it is given. So the run of fields that it wrote is believed, up
to and including the one in which somebody outside hands the message over; nothing below it is, however it looks.

Who wrote a field and who handed the message over are two questions. Below the top, only what an own host handed over
is looked at at all, so that the writer may be any host in the provider's domains. Who hands over must be one of the
very hosts that we know: a provider's customers have names in its domains, too.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from linksec_tui.formats.received import Received, parse_received
from linksec_tui.formats.suffix import base_domain
from linksec_tui.incoming.hop_words import claimed_headline, trusted_headline
from linksec_tui.model.account import Account
from linksec_tui.model.hop import Hop, Protection, Way

MAX_HOPS = 100  # servers give up at thirty or fifty (RFC 5321 §6.3)

_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]{0,4}:[0-9a-f:]{2,45}", re.IGNORECASE)
_OLD_VERSIONS = ("tlsv1.0", "tls1.0", "tls1", "tlsv1", "tlsv1.1", "tls1.1", "ssl")


# RFC 1918, 4193, 6598, and what never leaves a machine or a link. The library's own list holds examples, too.
_INSIDE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whom a reader believes. `hosts` are the provider's servers, `domains` those that its servers' names lie in."""

    hosts: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    authserv_ids: frozenset[str] = frozenset()


def trusted_hosts_of(account: Account) -> frozenset[str]:
    """The provider's hosts: those that the configuration names, and those that we connect to ourselves."""
    servers = (account.imap, account.submission)
    return account.trusted_hosts | {server.host.lower() for server in servers if server}


def trust_in(accounts: Iterable[Account], authserv_ids: Iterable[str] = ()) -> Trust:
    """What is learnt from the accounts' own servers; `authserv_ids` in place of those configured."""
    every = tuple(accounts)
    hosts = frozenset(host for account in every for host in trusted_hosts_of(account))
    named = frozenset(filter(None, authserv_ids)) or frozenset(a.authserv_id for a in every if a.authserv_id)
    # RFC 8601 §2.5: an authserv-id is mostly the name of the server that writes it, or of its domain
    registered = (base_domain(host) for host in hosts)
    return Trust(hosts=hosts, domains=named.union(filter(None, registered)), authserv_ids=named)


def way_of(fields: Sequence[str], trust: Trust) -> Way:
    """The hops of a message's Received fields, the newest first as they stand there."""
    hops = [parse_received(field) for field in fields[:MAX_HOPS]]
    run = _trusted_run(hops, trust)
    shown = tuple(
        replace(_hop(hop, hops[at + 1 : at + 2]), trusted=at < run, internal=_is_internal(hop))
        for at, hop in enumerate(hops)
    )
    trusted, claimed = _weakest(shown[:run]), _weakest(shown[run:])
    return Way(
        hops=shown,
        weakest_trusted=trusted,
        weakest_claimed=claimed,
        trusted_headline=trusted_headline(trusted, run),
        claimed_headline=claimed_headline(claimed, len(shown) - run),
        left_out=max(len(fields) - MAX_HOPS, 0),
    )


def made_inside(fields: Sequence[str], trusted_hosts: Collection[str]) -> bool:
    """Was the message made by the provider's own servers? Then no field tells of anybody outside, and no user signed
    in to hand it over.
    """
    hops = [parse_received(field) for field in fields[: MAX_HOPS + 1]]
    if not hops or len(hops) > MAX_HOPS or _is_handed_on(hops[0]):
        return False
    trust = Trust(hosts=frozenset(trusted_hosts))
    return _trusted_run(hops, trust) == len(hops) and not _from_outside(hops[-1], trusted_hosts)


def _trusted_run(hops: Sequence[Received], trust: Trust) -> int:
    """How many fields from the top our provider wrote."""
    if hops and _is_handed_on(hops[0]):
        below = _trusted_run(hops[1:], trust) if hops[1:] and not _is_handed_on(hops[1]) else 0
        return below + 1 if below else 0
    on_this_machine = False
    for count, hop in enumerate(hops):
        written_by_us = (
            _is_ours(hop.by, trust.hosts | trust.domains)
            or (on_this_machine and hop.by.lower() == "localhost")
            or (count == 0 and _is_delivery(hop, trust.hosts))
        )
        if not written_by_us:
            return count
        if _from_outside(hop, trust.hosts):
            return count + 1
        on_this_machine = hop.local
    return len(hops)


def _is_delivery(hop: Received, trusted_hosts: Collection[str]) -> bool:
    """The last step into the store, on a machine that often calls itself by a name of its own. Believed at the very
    top alone, where nobody but the provider can write.
    """
    into_store = hop.protocol.upper().startswith("LMTP") and "." not in hop.by
    return into_store and _is_ours(hop.greeting, trusted_hosts) and not _from_outside(hop, trusted_hosts)


def _is_handed_on(hop: Received) -> bool:
    """Inside a provider that names no hosts to strangers: `by 2002:a05:… with SMTP`, and nobody from whom."""
    return not hop.greeting and not hop.peer and not hop.address and bool(_ADDRESS.fullmatch(hop.by))


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
    return hop.local or bool(hop.address and _is_inside(hop.address)) or _is_handed_on(hop)


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
