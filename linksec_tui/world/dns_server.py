"""The world's resolver: answers from the zones over UDP and TCP (RFC 1035, RFC 6891), and says what DNSSEC made of it.

AD is set for signed zones when the question asks for it with DO or AD (RFC 6840 §5.7); a bogus zone gets SERVFAIL
unless the question says CD, which takes the answer unchecked (RFC 4035 §3.2.2).
"""

from __future__ import annotations

import asyncio
import struct
from contextlib import suppress
from typing import cast

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
from dns.message import Message
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME

from .streams import LOOPBACK, Door, Wire
from .tasks import Tasks
from .zones import Zone, Zones

PAYLOAD = 1232  # what fits through any path in one piece (DNS flag day 2020)
PLAIN_PAYLOAD = 512  # RFC 1035 §4.2.1, where the question has no EDNS
TCP_IDLE_SECONDS = 10.0
MAX_ALIASES = 8  # a chain of CNAMEs longer than this is a loop


class DnsServer:
    """One port for both transports."""

    def __init__(self, zones: Zones, tasks: Tasks) -> None:
        self._zones = zones
        self._tasks = tasks
        self._tcp: Door | None = None
        self._udp: asyncio.DatagramTransport | None = None
        self.port = 0

    async def open(self) -> int:
        """Listens on a port that is free for UDP and TCP alike."""
        loop = asyncio.get_running_loop()
        while self._udp is None:
            self._tcp = Door(self._talk, self._tasks)
            self.port = self._tcp.open()
            try:
                self._udp, _ = await loop.create_datagram_endpoint(lambda: _Udp(self), (LOOPBACK, self.port))
            except OSError:  # that number is taken for UDP: another one
                self._tcp.close()
        return self.port

    def close(self) -> None:
        if self._tcp is not None:
            self._tcp.close()
        if self._udp is not None:
            self._udp.close()

    def reply(self, wire: bytes, *, limit: int | None = None) -> bytes | None:
        """The answer to one question as it goes over the wire; None where there is nothing to answer."""
        try:
            question = dns.message.from_wire(wire)
        except (dns.exception.DNSException, ValueError):
            return None
        if question.flags & dns.flags.QR:
            return None  # an answer: two servers must never talk to each other for ever
        answer = self._answer(question)
        if limit is None:
            return answer.to_wire(max_size=65535)
        room = max(question.payload, PLAIN_PAYLOAD) if question.edns >= 0 else PLAIN_PAYLOAD
        return answer.to_wire(max_size=min(room, limit), prefer_truncation=True)

    def _answer(self, question: Message) -> Message:
        answer = dns.message.make_response(question, recursion_available=True, our_payload=PAYLOAD)
        if question.opcode() != dns.opcode.QUERY or len(question.question) != 1:
            answer.set_rcode(dns.rcode.NOTIMP)
            return answer
        asked = question.question[0]
        zone = self._zones.zone_of(asked.name.canonicalize())
        if zone is None or asked.rdclass != dns.rdataclass.IN:
            answer.set_rcode(dns.rcode.SERVFAIL)  # nothing outside this world can be reached from inside
            return answer
        unchecked = bool(question.flags & dns.flags.CD)
        if zone.bogus and not unchecked:
            answer.set_rcode(dns.rcode.SERVFAIL)
            if question.edns >= 0:
                bogus = dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS, "signature crypto failed")
                answer.use_edns(0, answer.ednsflags, PAYLOAD, options=[bogus])
            return answer
        secure = self._fill(answer, asked.name, asked.rdtype, zone)
        wants_verdict = bool(question.ednsflags & dns.flags.DO or question.flags & dns.flags.AD)
        if secure and wants_verdict and not unchecked:
            answer.flags |= dns.flags.AD
        return answer

    def _fill(self, answer: Message, name: Name, kind: RdataType, zone: Zone) -> bool:
        """Puts the records in, aliases followed; says whether all of it lies in signed zones."""
        secure = True
        for _ in range(MAX_ALIASES):
            secure = secure and zone.signed
            canonical = name.canonicalize()
            if (found := zone.find(canonical, kind)) is not None:
                answer.answer.append(found)
                return secure
            alias = zone.find(canonical, dns.rdatatype.CNAME)
            if alias is None:
                break
            answer.answer.append(alias)
            name = cast("CNAME", alias[0]).target
            following = self._zones.zone_of(name.canonicalize())
            if following is None:
                answer.set_rcode(dns.rcode.SERVFAIL)
                return False
            zone = following
        if name.canonicalize() not in zone.names:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        start = zone.find(zone.origin, dns.rdatatype.SOA)
        if start is not None:
            answer.authority.append(start)  # RFC 2308 §3: how long the absence may be believed
        return secure

    async def _talk(self, wire: Wire) -> None:
        """RFC 7766: as many questions as the client likes, each with its length before it."""
        with suppress(TimeoutError):  # it has nothing more to ask
            while True:
                async with asyncio.timeout(TCP_IDLE_SECONDS):
                    (length,) = struct.unpack("!H", await wire.exactly(2))
                    question = await wire.exactly(length)
                reply = self.reply(question)
                if reply is None:
                    return
                await wire.send(struct.pack("!H", len(reply)) + reply)


class _Udp(asyncio.DatagramProtocol):
    """One datagram in, at most one out."""

    def __init__(self, server: DnsServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # asyncio's own is one in all but name (3.11)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = self._server.reply(data, limit=PAYLOAD)
        if reply is not None and self._transport is not None:
            self._transport.sendto(reply, addr)
