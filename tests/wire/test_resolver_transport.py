"""How questions travel: lost, cut short, forged and spoiled datagrams; TCP; TLS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import cast

import dns.flags
import dns.message
import pytest
import trustme

from linksec_tui.config import Network
from linksec_tui.model.evidence import Dnssec, Failure
from linksec_tui.wire.dns_transport import Datagrams
from linksec_tui.wire.dns_trust import Transport, Upstream
from linksec_tui.wire.resolver import DnsAnswer, DnsStatus, Resolver, open_resolver
from tests.link.dns_table import Clock, DnsTable
from tests.passing_time import pass_time
from tests.wire.dns_servers import NameServer, Spoil, name_server
from tests.wire.strangers import serve

LONG = [f'"{number:03d} {"x" * 200}"' for number in range(100)]


@pytest.fixture
def table() -> DnsTable:
    table = DnsTable(secure={"a.example"})
    table.add("a.example", "A", "192.0.2.1")
    table.add("long.a.example", "TXT", *LONG)
    return table


def resolver_at(*ports: int, patience: tuple[float, ...] = (60.0,)) -> Resolver:
    servers = tuple(("127.0.0.1", port) for port in ports)
    upstream = Upstream(transport=Transport.UDP, servers=servers, believed=True)
    return Resolver(upstream, Datagrams(servers=servers, patience=patience), Clock())


async def test_a_question_travels_by_datagram(table: DnsTable) -> None:
    async with name_server(NameServer(table)) as server:
        answer = await resolver_at(server.port).query("a.example", "A")
    assert (answer.texts, answer.dnssec) == (("192.0.2.1",), Dnssec.SECURE)
    assert server.streams == 0


async def test_an_answer_that_was_cut_short_is_asked_for_by_tcp(table: DnsTable) -> None:
    async with name_server(NameServer(table, truncate=True)) as server:
        answer = await resolver_at(server.port).query("long.a.example", "TXT")
    assert len(answer.texts) == len(LONG)
    assert server.streams == 1


async def test_a_lost_datagram_is_sent_again_elsewhere(table: DnsTable) -> None:
    deaf = NameServer(table, spoil=lambda _: [])
    async with name_server(deaf), name_server(NameServer(table)) as server:
        answer = await resolver_at(deaf.port, server.port, patience=(0.05, 60.0)).query("a.example", "A")
    assert answer.texts == ("192.0.2.1",)
    assert (deaf.datagrams, server.datagrams) == (1, 1)


async def test_nobody_there_is_an_error_at_once() -> None:
    answer = await resolver_at(1).query("a.example", "A")
    assert answer.failure is not None
    assert answer.failure.kind is Failure.NETWORK


async def test_no_answer_is_a_time_out(table: DnsTable) -> None:
    async with name_server(NameServer(table, spoil=lambda _: [])) as server:
        answer = await resolver_at(server.port, patience=(0.02, 0.02)).query("a.example", "A")
    assert answer.failure is not None
    assert answer.failure.kind is Failure.TIMEOUT
    assert server.datagrams == 2


async def test_a_text_record_of_64_kib_is_read_whole(table: DnsTable) -> None:
    table.add("huge.a.example", "TXT", " ".join(f'"{"x" * 255}"' for _ in range(250)))
    async with name_server(NameServer(table, truncate=True)) as server:
        answer = await resolver_at(server.port).query("huge.a.example", "TXT")
    assert [len(text) for text in answer.texts] == [250 * 255]


async def test_a_datagram_longer_than_was_offered_is_read_all_the_same(table: DnsTable) -> None:
    async with name_server(NameServer(table)) as server:
        answer = await resolver_at(server.port).query("long.a.example", "TXT")
    assert (len(answer.texts), server.streams) == (len(LONG), 0)


@pytest.mark.parametrize("octets", [b"", b"\xff", b"\xff\xff", b"\xff\xff" + b"x" * 100, b"\0\x0c" + b"x" * 12])
async def test_a_stream_that_breaks_off_or_talks_nonsense_is_an_error(table: DnsTable, octets: bytes) -> None:
    async def cut_short(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(2)
        writer.write(octets)
        await writer.drain()

    async with serve(cut_short) as port:
        loop = asyncio.get_running_loop()
        datagrams, _ = await loop.create_datagram_endpoint(lambda: TruncatingServer(table), ("127.0.0.1", port))
        answer = await resolver_at(port).query("long.a.example", "TXT")
        datagrams.close()
    assert answer.status is DnsStatus.ERROR


async def test_silence_about_one_domain_is_its_name_servers_silence(table: DnsTable) -> None:
    asked = asyncio.Event()

    def deaf_to_one(answer: bytes) -> list[bytes]:
        if b"\x04lame" not in answer:
            return [answer]
        asked.set()
        return []

    async def silence(name: str) -> DnsAnswer:
        asking = asyncio.create_task(resolver.query(name, "MX"))
        await asked.wait()
        asked.clear()
        if name == "lame.example":
            await resolver.query("a.example", "A")
        pass_time(60)
        return await asking

    async with name_server(NameServer(table, spoil=deaf_to_one)) as server:
        resolver = resolver_at(server.port)
        answers = (await silence("lame.example"), await silence("other.lame.example"))
    failures = [answer.failure.detail for answer in answers if answer.failure]
    assert failures == [
        "the domain's name servers do not answer in time",
        "the resolver does not answer in time",  # as far as anybody can tell
    ]


class Listening(asyncio.DatagramProtocol):
    """A name server with a way of its own."""

    def __init__(self, table: DnsTable) -> None:
        self._table = table

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)


class TruncatingServer(Listening):
    """Cuts every answer short."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = self._table.answer(dns.message.from_wire(data))
        reply.answer.clear()
        reply.flags |= dns.flags.TC
        self._transport.sendto(reply.to_wire(), addr)


class LateServer(Listening):
    """Answers the first sending when the second one has come."""

    def __init__(self, table: DnsTable) -> None:
        super().__init__(table)
        self._first: tuple[bytes, tuple[str, int]] | None = None
        self.senders: list[tuple[str, int]] = []

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.senders.append(addr)
        if self._first is None:
            self._first = data, addr
        else:
            query, sender = self._first
            self._transport.sendto(self._table.answer(dns.message.from_wire(query)).to_wire(), sender)


async def test_a_late_answer_to_the_first_sending_is_an_answer(table: DnsTable) -> None:
    loop = asyncio.get_running_loop()
    transport, late = await loop.create_datagram_endpoint(lambda: LateServer(table), ("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    answer = await resolver_at(port, patience=(0.05, 60.0)).query("a.example", "A")
    transport.close()
    assert answer.texts == ("192.0.2.1",)
    assert len(set(late.senders)) == 1  # asked again from the same port, which was listened to all the time


def other_number(answer: bytes) -> bytes:
    return bytes([answer[0] ^ 0xFF]) + answer[1:]


def other_question(answer: bytes) -> bytes:
    return answer.replace(b"\x01a\x07example", b"\x01b\x07example")


def a_scrap(answer: bytes) -> bytes:
    return answer[:11]


def noise(answer: bytes) -> bytes:
    return b"\xff" * len(answer)


@pytest.mark.parametrize("forge", [other_number, other_question, a_scrap, noise])
async def test_a_forged_datagram_is_passed_over_and_the_real_one_waited_for(
    table: DnsTable, forge: Callable[[bytes], bytes]
) -> None:
    spoil: Spoil = lambda answer: [forge(answer), answer]  # noqa: E731 - a name would say no more
    async with name_server(NameServer(table, spoil=spoil)) as server:
        answer = await resolver_at(server.port).query("a.example", "A")
    assert answer.texts == ("192.0.2.1",)


@pytest.mark.parametrize("keep", [13, 30, 40])
async def test_a_datagram_that_ends_too_early_is_no_answer(table: DnsTable, keep: int) -> None:
    async with name_server(NameServer(table, spoil=lambda answer: [answer[:keep]])) as server:
        answer = await resolver_at(server.port, patience=(0.1,)).query("a.example", "A")
    assert answer.status is DnsStatus.ERROR


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, Path]:
    authority, path = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority, path


def server_context(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # OpenSSL's types
    return context


async def test_dns_over_tls_keeps_its_connection(table: DnsTable, authority: tuple[trustme.CA, Path]) -> None:
    ca, path = authority
    async with name_server(NameServer(table), server_context(ca, "dns.example")) as server:
        network = Network(resolver=f"tls://127.0.0.1:{server.port}#dns.example", ca_file=path)
        resolver = open_resolver(network, Clock())
        answers = [await resolver.query(name, "A") for name in ("a.example", "b.example", "c.example")]
        await resolver.close()
    assert answers[0].dnssec is Dnssec.SECURE
    assert (server.streams, server.datagrams) == (1, 0)


async def test_dns_over_tls_takes_a_new_connection_when_the_old_one_was_closed(
    table: DnsTable, authority: tuple[trustme.CA, Path]
) -> None:
    ca, path = authority
    context = server_context(ca, "dns.example")
    async with name_server(NameServer(table), context) as first:
        network = Network(resolver=f"tls://127.0.0.1:{first.port}#dns.example", ca_file=path)
        resolver = open_resolver(network, Clock())
        await resolver.query("a.example", "A")
        await resolver.close()
        answer = await resolver.query("b.example", "A")
        await resolver.close()
    assert answer.status is DnsStatus.NXDOMAIN
    assert first.streams == 2


async def test_a_dns_over_tls_server_must_prove_its_name(table: DnsTable, authority: tuple[trustme.CA, Path]) -> None:
    ca, path = authority
    async with name_server(NameServer(table), server_context(ca, "impostor.example")) as server:
        network = Network(resolver=f"tls://127.0.0.1:{server.port}#dns.example", ca_file=path)
        answer = await open_resolver(network, Clock()).query("a.example", "A")  # nothing stays open to close
    assert answer.failure is not None
    assert answer.failure.kind is Failure.TLS
    assert server.table.asked == []


async def test_on_another_network_the_answers_of_the_last_one_are_forgotten(table: DnsTable) -> None:
    async with name_server(NameServer(table)) as server:
        network = Network(resolver=f"127.0.0.1:{server.port}")
        resolver = open_resolver(network, Clock())
        await resolver.query("a.example", "A")
        await resolver.begin_anew(network)
        assert (await resolver.query("a.example", "A")).texts == ("192.0.2.1",)
    assert table.count("a.example", "A") == 2
