"""DNS over HTTPS: one connection, bounded answers, and nothing that tells who asks."""

from __future__ import annotations

import asyncio
import gzip
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from linksec_tui.config import Network
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.evidence import Dnssec, Failure
from linksec_tui.wire import dns_https
from linksec_tui.wire.resolver import DnsAnswer, DnsStatus, Resolver, open_resolver
from tests.link.dns_table import Clock, DnsTable
from tests.wire.doh_servers import DohServer, doh_server
from tests.wire.strangers import Authority, stranger_context


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that does much else."""
    monkeypatch.setattr(dns_https, "STREAM_PATIENCE", 60.0)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def table() -> DnsTable:
    table = DnsTable(secure={"a.example"}, bogus={"bogus.a.example"})
    table.add("a.example", "A", "192.0.2.1")
    table.add("bogus.a.example", "A", "192.0.2.1")
    table.add("long.a.example", "TXT", *(f'"{number:03d} {"x" * 200}"' for number in range(200)))
    return table


@asynccontextmanager
async def asking(authority: Authority, server: DohServer) -> AsyncGenerator[Resolver]:
    async with doh_server(server, authority.context("localhost")):
        network = Network(resolver=f"https://localhost:{server.port}/dns-query", ca_file=authority.file)
        resolver = open_resolver(network, Clock())
        yield resolver
        await resolver.close()


async def test_questions_share_one_connection(authority: Authority, table: DnsTable) -> None:
    server = DohServer(table)
    async with asking(authority, server) as resolver:
        names = [f"h{number}.a.example" for number in range(20)]
        await asyncio.gather(*(resolver.query(name, "A") for name in names))
        answer = await resolver.query("a.example", "A")
    assert (answer.texts, answer.dnssec) == (("192.0.2.1",), Dnssec.SECURE)
    assert (server.connections, len(server.requests)) == (1, 21)


async def test_bogus_is_told_over_https_too(authority: Authority, table: DnsTable) -> None:
    async with asking(authority, DohServer(table)) as resolver:
        assert (await resolver.query("bogus.a.example", "A")).status is DnsStatus.BOGUS


async def test_a_long_answer_comes_whole(authority: Authority, table: DnsTable) -> None:
    async with asking(authority, DohServer(table)) as resolver:
        assert len((await resolver.query("long.a.example", "TXT")).texts) == 200


async def test_the_request_does_not_tell_which_program_asks(authority: Authority, table: DnsTable) -> None:
    server = DohServer(table)
    async with asking(authority, server) as resolver:
        await resolver.query("a.example", "A")
    (request,) = server.requests
    assert (request[":method"], request[":path"]) == ("POST", "/dns-query")
    assert not {word for value in request.values() for word in ("linksec", "httpx", "python") if word in value.lower()}
    assert not {"cookie", "referer", "authorization"} & set(request)


async def failed(authority: Authority, server: DohServer) -> DnsAnswer:
    async with asking(authority, server) as resolver:
        answer = await resolver.query("a.example", "A")
    assert answer.status is DnsStatus.ERROR
    return answer


@pytest.mark.parametrize("status", [204, 302, 404, 500])
async def test_whatever_is_not_200_is_a_failure(authority: Authority, table: DnsTable, status: int) -> None:
    elsewhere = ("location", "https://elsewhere.example/")
    answer = await failed(authority, DohServer(table, status=status, fields=(elsewhere,)))
    assert answer.failure is not None
    assert str(status) in answer.failure.detail


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (DohServer(DnsTable(), body=b"\0" * 70_000), "longer than DNS allows"),
        (DohServer(DnsTable(), media_type="text/html", body=b"<html>"), "something else than DNS"),
        (
            DohServer(DnsTable(), fields=(("content-encoding", "gzip"),), body=gzip.compress(bytes(10_000_000))),
            "compressed",
        ),
        (DohServer(DnsTable(), body=b"\x12\x34" + b"\xff" * 40), "another question"),
        (DohServer(DnsTable(), body=b""), "another question"),
    ],
    ids=["too long", "a web page", "a bomb", "noise", "nothing"],
)
async def test_what_is_too_much_or_not_dns_is_a_failure(authority: Authority, server: DohServer, words: str) -> None:
    answer = await failed(authority, server)
    assert answer.failure is not None
    assert words in answer.failure.detail


async def test_a_server_that_says_nothing_is_a_time_out(
    authority: Authority, table: DnsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dns_https, "STREAM_PATIENCE", 0.3)
    answer = await failed(authority, DohServer(table, silent=True))
    assert answer.failure is not None
    assert answer.failure.kind is Failure.TIMEOUT


async def test_a_server_must_prove_its_name(authority: Authority, table: DnsTable) -> None:
    server = DohServer(table)
    async with doh_server(server, stranger_context("localhost")):
        network = Network(resolver=f"https://localhost:{server.port}/dns-query", ca_file=authority.file)
        resolver = open_resolver(network, Clock())
        answer = await resolver.query("a.example", "A")
        await resolver.close()
    assert answer.failure is not None
    assert answer.failure.kind is Failure.TLS
    assert server.requests == []


def test_without_the_optional_library_it_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx2", None)
    with pytest.raises(ConfigurationError, match="DNS-over-HTTPS"):
        open_resolver(Network(resolver="https://dns.example/dns-query"), Clock())
