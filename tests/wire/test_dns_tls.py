"""DNS over TLS: one connection for all questions, whose answers come in any order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import dns.message
import pytest

from linksec_tui.config import Network
from linksec_tui.model.evidence import Failure
from linksec_tui.wire import dns_tls
from linksec_tui.wire.resolver import DnsStatus, Resolver, open_resolver
from tests.link.dns_table import Clock, DnsTable
from tests.passing_time import pass_time
from tests.wire.dns_servers import NameServer, name_server
from tests.wire.strangers import Authority, Talk, serve

NAMES = [f"h{number}.a.example" for number in range(20)]
PATIENT = 60.0  # seconds, on a machine that does much else


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_tls, "STREAM_PATIENCE", PATIENT)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def table() -> DnsTable:
    table = DnsTable()
    for number, name in enumerate(NAMES):
        table.add(name, "A", f"192.0.2.{number}")
    return table


@asynccontextmanager
async def asking(authority: Authority, talk: Talk) -> AsyncGenerator[Resolver]:
    async with serve(talk, authority.context("dns.example")) as port:
        resolver = open_resolver(
            Network(resolver=f"tls://127.0.0.1:{port}#dns.example", ca_file=authority.file), Clock()
        )
        yield resolver
        await resolver.close()


async def message_from(reader: asyncio.StreamReader) -> bytes:
    return await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))


def framed(table: DnsTable, query: bytes) -> bytes:
    reply = table.answer(dns.message.from_wire(query)).to_wire()
    return len(reply).to_bytes(2, "big") + reply


async def test_many_questions_at_once_share_one_connection(authority: Authority, table: DnsTable) -> None:
    async with name_server(NameServer(table), authority.context("dns.example")) as server:
        network = Network(resolver=f"tls://127.0.0.1:{server.port}#dns.example", ca_file=authority.file)
        resolver = open_resolver(network, Clock())
        answers = await asyncio.gather(*(resolver.query(name, "A") for name in NAMES))
        await resolver.close()
    assert [answer.texts for answer in answers] == [(f"192.0.2.{number}",) for number in range(20)]
    assert server.streams == 1


async def test_answers_may_come_in_any_order_and_in_any_pieces(authority: Authority, table: DnsTable) -> None:
    async def backwards(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        queries = [await message_from(reader) for _ in NAMES]
        octets = b"".join(framed(table, query) for query in reversed(queries))
        for at in range(0, len(octets), 7):
            writer.write(octets[at : at + 7])
            await writer.drain()
        await reader.read()

    async with asking(authority, backwards) as resolver:
        answers = await asyncio.gather(*(resolver.query(name, "A") for name in NAMES))
    assert [answer.texts for answer in answers] == [(f"192.0.2.{number}",) for number in range(20)]


async def test_a_message_that_nobody_waits_for_is_passed_over(authority: Authority, table: DnsTable) -> None:
    async def chatty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        query = await message_from(reader)
        writer.write(b"\0\0" + b"\0\1x" + framed(table, bytes([query[0] ^ 0xFF]) + query[1:]) + framed(table, query))
        await reader.read()

    async with asking(authority, chatty) as resolver:
        assert (await resolver.query(NAMES[1], "A")).texts == ("192.0.2.1",)


async def test_a_connection_that_is_cut_with_a_question_on_its_way_is_made_anew(
    authority: Authority, table: DnsTable
) -> None:
    connections = 0

    async def rude_at_first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        query = await message_from(reader)
        if connections > 1:
            writer.write(framed(table, query))
            await reader.read()

    async with asking(authority, rude_at_first) as resolver:
        assert (await resolver.query(NAMES[1], "A")).texts == ("192.0.2.1",)
    assert connections == 2


async def test_a_server_that_always_hangs_up_is_an_error(authority: Authority) -> None:
    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await message_from(reader)

    async with asking(authority, rude) as resolver:
        answer = await resolver.query(NAMES[1], "A")
    assert answer.status is DnsStatus.ERROR


async def test_an_answer_to_another_question_is_no_answer(authority: Authority, table: DnsTable) -> None:
    async def confused(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        query = await message_from(reader)
        writer.write(framed(table, query).replace(b"\x02h1", b"\x02h2"))
        await reader.read()

    async with asking(authority, confused) as resolver:
        answer = await resolver.query(NAMES[1], "A")
    assert answer.status is DnsStatus.ERROR


async def test_a_silent_connection_is_a_time_out_and_not_used_again(authority: Authority, table: DnsTable) -> None:
    connections, heard = 0, asyncio.Event()

    async def deaf_at_first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        deaf = connections == 1
        with suppress(asyncio.IncompleteReadError):
            while query := await message_from(reader):
                heard.set()
                writer.write(b"" if deaf else framed(table, query))

    async with asking(authority, deaf_at_first) as resolver:
        waiting = asyncio.create_task(resolver.query(NAMES[1], "A"))
        await heard.wait()
        pass_time(PATIENT)
        silent = await waiting
        answer = await resolver.query(NAMES[2], "A")
    assert silent.failure is not None
    assert silent.failure.kind is Failure.TIMEOUT
    assert answer.texts == ("192.0.2.2",)
