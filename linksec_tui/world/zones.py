"""What the world's resolver knows: the zones of `.example`, written down from the story's table.

DNSSEC is the resolver's word here (the AD bit), which a client may take from a resolver at a loopback address that its
configuration names; the signatures themselves are not made.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rrset import RRset

from .pki import Identity
from .story import (
    DOMAINS,
    HOME,
    IMAP_HOST,
    PARENT,
    SUBMISSION_HOST,
    WEEK,
    DomainPlan,
    ExchangerPlan,
    Existence,
)
from .streams import LOOPBACK

TTL = 60
POLICY_ID = "20260101T000000"
DECLARATION_ID = "20260101"


@dataclass(slots=True)
class Zone:
    """One zone: its records, and every name that exists in it, the empty ones between included (RFC 8020)."""

    origin: Name
    signed: bool
    bogus: bool = False
    rrsets: dict[tuple[Name, RdataType], RRset] = field(default_factory=dict[tuple[Name, RdataType], RRset])
    names: set[Name] = field(default_factory=set[Name])

    def add(self, owner: str, kind: str, *texts: str) -> None:
        name = dns.name.from_text(owner)
        rrset = dns.rrset.from_text_list(name, TTL, dns.rdataclass.IN, kind, texts)
        self.rrsets[name, rrset.rdtype] = rrset
        self.names |= self._with_parents(name)

    def withdraw(self, name: Name, kind: RdataType) -> None:
        self.rrsets.pop((name, kind), None)
        self.names = set[Name]().union(*(self._with_parents(owner) for owner, _ in self.rrsets))

    def _with_parents(self, name: Name) -> set[Name]:
        found = set[Name]()
        while name.is_subdomain(self.origin):
            found.add(name)
            name = name.parent()
        return found

    def find(self, name: Name, kind: RdataType) -> RRset | None:
        return self.rrsets.get((name, kind))


class Zones:
    """All zones; records can be replaced or withdrawn while the world runs, from any thread."""

    def __init__(self, zones: Iterable[Zone]) -> None:
        self._zones = {zone.origin: zone for zone in zones}
        self._lock = threading.Lock()

    def zone_of(self, name: Name) -> Zone | None:
        """The innermost zone that holds `name`."""
        while name not in self._zones:
            if name == dns.name.root:
                return None
            name = name.parent()
        return self._zones[name]

    def publish(self, owner: str, kind: str, *texts: str) -> None:
        """These records in place of those of the same name and type; none at all where `texts` is empty."""
        name, rdtype = dns.name.from_text(owner), dns.rdatatype.from_text(kind)
        zone = self.zone_of(name)
        if zone is None:
            raise LookupError(f"{owner} is in no zone of this world")
        with self._lock:
            if texts:
                zone.add(owner, kind, *texts)
            else:
                zone.withdraw(name, rdtype)


def build(identities: Mapping[str, Identity]) -> Zones:
    """The zones of the story. `identities` holds the certificate of each exchanger, by its host name."""
    parent = _zone(PARENT, signed=True)
    zones = [parent]
    for domain in DOMAINS:
        if domain.existence is not Existence.ABSENT:
            parent.add(domain.name, "NS", f"ns.{domain.name}.")
            zones.append(_domain(domain, identities))
    return Zones(zones)


def _domain(domain: DomainPlan, identities: Mapping[str, Identity]) -> Zone:
    zone = _zone(domain.name, signed=domain.signed)
    zone.bogus = domain.existence is Existence.BOGUS
    if domain.existence is Existence.NULL_MX:
        zone.add(domain.name, "MX", "0 .")  # RFC 7505
        return zone
    exchangers = domain.exchangers
    zone.add(domain.name, "MX", *(f"{10 * place} {one.host}." for place, one in enumerate(exchangers, start=1)))
    for exchanger in exchangers:
        zone.add(exchanger.host, "A", LOOPBACK)
        _tlsa(zone, exchanger, identities)
    if domain.policy:
        zone.add(f"_mta-sts.{domain.name}", "TXT", f'"v=STSv1; id={POLICY_ID};"')
        zone.add(f"mta-sts.{domain.name}", "A", LOOPBACK)
    if domain.level:
        declared = f'"v=LINKSEC1; level={domain.level}; max-age={WEEK}; id={DECLARATION_ID}"'
        zone.add(f"_linksec.{domain.name}", "TXT", declared)
    if domain.name == HOME:
        _home(zone)
    return zone


def _tlsa(zone: Zone, exchanger: ExchangerPlan, identities: Mapping[str, Identity]) -> None:
    if exchanger.dane is not None:
        record = identities[exchanger.host].tlsa(exchanger.dane)
        if not exchanger.dane_matches:
            record = f"{record.rpartition(' ')[0]} {'5e' * 32}"
        zone.add(f"_25._tcp.{exchanger.host}", "TLSA", record)


def _home(zone: Zone) -> None:
    """The sender's own provider: how to reach it (RFC 6186, RFC 8314 §5.1), and one answer too long for UDP."""
    zone.add(IMAP_HOST, "A", LOOPBACK)
    zone.add(SUBMISSION_HOST, "A", LOOPBACK)
    for service, target in (("imaps", IMAP_HOST), ("submissions", SUBMISSION_HOST), ("submission", SUBMISSION_HOST)):
        port = {"imaps": 993, "submissions": 465, "submission": 587}[service]
        zone.add(f"_{service}._tcp.{HOME}", "SRV", f"0 1 {port} {target}.")
    for absent in ("imap", "pop3", "pop3s"):
        zone.add(f"_{absent}._tcp.{HOME}", "SRV", "0 0 0 .")  # RFC 6186 §3.4: not offered
    zone.add(HOME, "TXT", '"v=spf1 mx -all"', *(f'"ownership-proof={number:03d}-{"x" * 200}"' for number in range(8)))


def _zone(name: str, *, signed: bool) -> Zone:
    zone = Zone(origin=dns.name.from_text(name), signed=signed)
    zone.add(name, "SOA", f"ns.{name}. hostmaster.{name}. 1 3600 600 86400 {TTL}")
    zone.add(name, "NS", f"ns.{name}.")
    zone.add(f"ns.{name}", "A", LOOPBACK)
    return zone
