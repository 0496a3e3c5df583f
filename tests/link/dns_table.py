"""DNS as a table of facts: a resolver's transport that answers from it, with DNSSEC states by name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import dns.flags
import dns.message
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from linksec_tui.wire.dns_trust import Transport, Upstream
from linksec_tui.wire.resolver import Resolver

Key = tuple[str, str]
RAW = "# "  # before octets in hexadecimal, which need not be a record of their type


@dataclass(slots=True)
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = datetime(2026, 1, 15, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, time: timedelta) -> None:
        self.now += time


@dataclass(slots=True)
class DnsTable:
    """`secure`, `bogus`, `down` and `silent` hold domains; the longest that a name ends with decides."""

    records: dict[Key, list[str]] = field(default_factory=dict)
    secure: set[str] = field(default_factory=set)
    bogus: set[str] = field(default_factory=set)
    down: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    ttl: int = 300
    asked: list[Key] = field(default_factory=list)

    def add(self, name: str, rdtype: str, *texts: str) -> None:
        self.records[name, rdtype] = list(texts)

    def take(self, name: str, rdtype: str) -> None:
        del self.records[name, rdtype]

    def count(self, name: str, rdtype: str) -> int:
        return self.asked.count((name, rdtype))

    async def exchange(self, query: bytes) -> bytes:
        question = dns.message.from_wire(query)
        return self.answer(question).to_wire(max_size=65535)

    async def close(self) -> None:
        """Nothing is open."""

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        rdtype = dns.rdatatype.to_text(question.rdtype)
        checking = not query.flags & dns.flags.CD
        if checking:
            self.asked.append((name, rdtype))
        if _within(name, self.silent):
            raise TimeoutError
        reply = dns.message.make_response(query, recursion_available=True)
        if _within(name, self.down) or (checking and _within(name, self.bogus)):
            reply.set_rcode(dns.rcode.SERVFAIL)
            return reply
        return self._fill(reply, name, rdtype)

    def _fill(self, reply: dns.message.Message, name: str, rdtype: str) -> dns.message.Message:
        secure = _within(name, self.secure)
        for _ in range(10):
            alias = self.records.get((name, "CNAME"))
            if alias is None or rdtype == "CNAME":
                break
            reply.answer.append(self._rrset(name, "CNAME", alias))
            name = alias[0].rstrip(".")
            secure = secure and _within(name, self.secure)
        if (name, rdtype) in self.records:
            reply.answer.append(self._rrset(name, rdtype, self.records[name, rdtype]))
        elif not any(owner == name or owner.endswith(f".{name}") for owner, _ in self.records):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        if secure:
            reply.flags |= dns.flags.AD
        return reply

    def _rrset(self, name: str, rdtype: str, texts: Sequence[str]) -> dns.rrset.RRset:
        if not any(text.startswith(RAW) for text in texts):
            return dns.rrset.from_text_list(f"{name}.", self.ttl, dns.rdataclass.IN, rdtype, texts)
        kind = dns.rdatatype.from_text(rdtype)
        return dns.rrset.from_rdata_list(f"{name}.", self.ttl, [_raw(kind, text) for text in texts])


def resolver_over(table: DnsTable, clock: Clock, *, believed: bool = True) -> Resolver:
    """A resolver that asks the table."""
    return Resolver(Upstream(transport=Transport.UDP, believed=believed), table, clock)


def _raw(kind: dns.rdatatype.RdataType, text: str) -> dns.rdata.Rdata:
    if text.startswith(RAW):
        return dns.rdata.GenericRdata(dns.rdataclass.IN, kind, bytes.fromhex(text.removeprefix(RAW)))
    return dns.rdata.from_text(dns.rdataclass.IN, kind, text)


def _within(name: str, domains: set[str]) -> bool:
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


@dataclass(slots=True)
class GatedTable(DnsTable):
    """A table that answers only once it is let: for tests of what happens meanwhile. `held`: the names it is about."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    held: set[str] = field(default_factory=lambda: {""})

    async def exchange(self, query: bytes) -> bytes:
        self.reached.set()
        name = dns.message.from_wire(query).question[0].name.to_text(omit_final_dot=True)
        if "" in self.held or _within(name, self.held):
            await self.opened.wait()
        return await DnsTable.exchange(self, query)
