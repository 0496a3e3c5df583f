"""What the provider's relay asks the name system and the policy hosts before it delivers (RFC 7672 §2, RFC 8461 §3).

Written for the relay alone: the client that this world judges has rules of its own.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar, cast

import dns.asyncresolver
import dns.exception
import dns.flags
import dns.rdatatype
import dns.resolver
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TLSA import TLSA
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.A import A
from dns.rrset import RRset

from .streams import LOOPBACK, LineTooLong, Wire

DNS_SECONDS = 3.0
POLICY_SECONDS = 5.0
MAX_POLICY = 65536  # RFC 8461 §3.3
MAX_HEADER_LINES = 100


_R = TypeVar("_R")


class Found(Enum):
    """How a question ended."""

    RECORDS = "records"
    NOTHING = "nothing"
    NO_SUCH_NAME = "no-such-name"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    found: Found
    secure: bool = False
    rrset: RRset | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """One TLSA record, as far as a relay uses it."""

    usage: int
    selector: int
    matching: int
    value: bytes

    @property
    def usable(self) -> bool:
        """RFC 7672 §3.1.3: the usages that need the public authorities are of no use between mail servers."""
        return self.usage in {2, 3} and self.selector in {0, 1} and self.matching in {0, 1, 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One exchanger as found. `associations` is None where the question about TLSA failed."""

    name: str
    addresses: tuple[str, ...] = ()
    secure: bool = False
    associations: tuple[Association, ...] | None = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Where a domain's mail goes, best first."""

    found: Found
    null: bool = False  # RFC 7505
    hosts: tuple[Host, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """An MTA-STS policy as fetched. How long it may be kept is left out: no world lives for a week."""

    id: str
    enforce: bool
    patterns: tuple[str, ...]

    def admits(self, host: str) -> bool:
        """RFC 8461 §4.1: a wildcard stands for exactly one label."""
        return any(
            host == pattern or (pattern.startswith("*.") and host.partition(".")[2] == pattern[2:])
            for pattern in self.patterns
        )


class Lookups:
    """Asks the world's resolver and its policy host; keeps the policies that it has seen."""

    def __init__(self, dns_port: int, policy_ports: Mapping[str, int], verifying: ssl.SSLContext) -> None:
        self._resolver = dns.asyncresolver.Resolver(configure=False)
        self._resolver.nameservers = [LOOPBACK]
        self._resolver.port = dns_port
        self._resolver.lifetime = DNS_SECONDS
        self._resolver.use_edns(0, dns.flags.DO, 1232)
        self._policy_ports = policy_ports
        self._verifying = verifying
        self._policies: dict[str, Policy] = {}

    async def hosts(self, domain: str) -> Hosts:
        answer = await self._ask(domain, dns.rdatatype.MX)
        if answer.found is Found.NOTHING:
            # RFC 5321 §5.1: a domain without MX is its own exchanger, if it has an address
            host = await self._host(domain, secure=answer.secure)
            return Hosts(found=Found.RECORDS if host.addresses else Found.NOTHING, hosts=(host,))
        if answer.rrset is None:
            return Hosts(found=answer.found)
        records = sorted(_records(answer, MX), key=lambda record: record.preference)
        names = [record.exchange.to_text(omit_final_dot=True).lower() for record in records]
        if names == ["."] or names == [""] or names == ["@"]:
            return Hosts(found=Found.RECORDS, null=True)
        return Hosts(
            found=Found.RECORDS,
            hosts=tuple(await asyncio.gather(*(self._host(name, secure=answer.secure) for name in names))),
        )

    async def policy(self, domain: str) -> Policy | None:
        """The policy that binds us, None where there is none.

        What was seen stays in force when record or host are gone (RFC 8461 §3.3).
        """
        known = self._policies.get(domain)
        published = await self._policy_id(domain)
        if published and (known is None or known.id != published):
            fetched = await self._fetch(domain, published)
            if fetched is not None:
                self._policies[domain] = fetched
        policy = self._policies.get(domain)
        return policy if policy is not None and policy.enforce else None

    async def _host(self, name: str, *, secure: bool) -> Host:
        answer = await self._ask(name, dns.rdatatype.A)
        addresses = tuple(record.address for record in _records(answer, A))
        secure = secure and answer.secure
        # RFC 7672 §2.2.2: only where the address is signed may TLSA be asked for
        associations = await self._associations(name) if secure and addresses else ()
        return Host(name=name, addresses=addresses, secure=secure, associations=associations)

    async def _associations(self, name: str) -> tuple[Association, ...] | None:
        answer = await self._ask(f"_25._tcp.{name}", dns.rdatatype.TLSA)
        if answer.found is Found.FAILED:
            return None
        if not answer.secure:
            return ()
        return tuple(
            Association(usage=int(one.usage), selector=int(one.selector), matching=int(one.mtype), value=one.cert)
            for one in _records(answer, TLSA)
        )

    async def _ask(self, name: str, kind: RdataType) -> Answer:
        try:
            answer = await self._resolver.resolve(f"{name.removesuffix('.')}.", kind, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return Answer(found=Found.NO_SUCH_NAME)
        except (dns.exception.DNSException, OSError):
            return Answer(found=Found.FAILED)
        secure = bool(answer.response.flags & dns.flags.AD)
        found = Found.NOTHING if answer.rrset is None else Found.RECORDS
        return Answer(found=found, secure=secure, rrset=answer.rrset)

    async def _policy_id(self, domain: str) -> str:
        answer = await self._ask(f"_mta-sts.{domain}", dns.rdatatype.TXT)
        texts = [b"".join(record.strings).decode("ascii", "replace") for record in _records(answer, TXT)]
        policies = [text for text in texts if text.startswith("v=STSv1;")]
        if len(policies) != 1:
            return ""
        fields = (part.strip().partition("=") for part in policies[0].split(";"))
        return next((value for key, _, value in fields if key == "id"), "")

    async def _fetch(self, domain: str, published: str) -> Policy | None:
        host = f"mta-sts.{domain}"
        if host not in self._policy_ports:
            return None
        try:
            async with asyncio.timeout(POLICY_SECONDS):
                wire = await Wire.dial(self._policy_ports[host], context=self._verifying, host=host)
                try:
                    text = await _get(wire, host)
                finally:
                    await wire.hang_up()
        except (OSError, EOFError, TimeoutError, ValueError, LineTooLong):
            return None
        lines = [line.partition(":") for line in text.splitlines()]
        fields = [(key.strip(), value.strip()) for key, _, value in lines]
        if ("version", "STSv1") not in fields:
            return None
        enforce = ("mode", "enforce") in fields
        return Policy(
            id=published, enforce=enforce, patterns=tuple(value.lower() for key, value in fields if key == "mx")
        )


def _records(answer: Answer, kind: type[_R]) -> list[_R]:
    found = cast("Iterable[object]", answer.rrset or ())
    return [record for record in found if isinstance(record, kind)]


async def _get(wire: Wire, host: str) -> str:
    """The policy's text. Raises ValueError for anything but 200."""
    await wire.say("GET /.well-known/mta-sts.txt HTTP/1.1", f"Host: {host}", "Connection: close", "")
    status = await wire.line()
    if status.split()[1:2] != [b"200"]:
        raise ValueError(status)
    for _ in range(MAX_HEADER_LINES):
        if not await wire.line():
            break
    text = bytearray()
    while (block := await wire.block()) and len(text) < MAX_POLICY:
        text += block
    return text.decode("utf-8")
