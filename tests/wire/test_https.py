"""One bounded GET from a host that nobody vouched for but its certificate."""

from __future__ import annotations

import asyncio
import gzip
import socket
from pathlib import Path

import pytest

from linksec_tui.model.evidence import Failure, Unavailable
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.https import Bounds, HttpsReader, Page
from tests.wire.strangers import Authority, Talk, dialler_to, serve, stranger_context

HOST = "mta-sts.a.example"
BODY = b"version: STSv1\nmode: none\nmax_age: 1\n"
BOUNDS = Bounds(octets=1024, seconds=60)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def answering(*pieces: bytes) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    return talk


def head(*lines: str) -> bytes:
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


CHUNKED = "Transfer-Encoding: chunked"
OK = ("HTTP/1.1 200 OK", "Content-Type: text/plain; charset=UTF-8")


async def get(authority: Authority, talk: Talk, bounds: Bounds = BOUNDS) -> Page | Unavailable:
    async with serve(talk, authority.context(HOST)) as port:
        reader = HttpsReader(dialler=dialler_to(HOST, 443, port), ca_file=authority.file)
        return await reader.get(HOST, "/.well-known/mta-sts.txt", bounds)


@pytest.mark.parametrize(
    "pieces",
    [
        (head(*OK, f"Content-Length: {len(BODY)}"), BODY),
        (head(*OK), BODY[:9], BODY[9:]),  # until the connection ends
        (head(*OK, CHUNKED), b"5\r\n", BODY[:5], b"\r\n20;x=y\r\n", BODY[5:], b"\r\n0\r\n\r\n"),
        (head("HTTP/1.1 100 Continue"), head("HTTP/1.1 103 Early Hints", "Link: </x>"), head(*OK), BODY),
        (head("HTTP/1.0 200", "content-type: TEXT/plain"), BODY),
    ],
    ids=["by length", "to the end", "in chunks", "after hints", "HTTP/1.0"],
)
async def test_a_page_is_read(authority: Authority, pieces: tuple[bytes, ...]) -> None:
    assert await get(authority, answering(*pieces)) == Page(status=200, media_type="text/plain", body=BODY)


@pytest.mark.parametrize("status", [301, 302, 404, 500, 204])
async def test_whatever_is_not_200_has_no_body(authority: Authority, status: int) -> None:
    page = await get(authority, answering(head(f"HTTP/1.1 {status} No", "Location: https://elsewhere.example/"), BODY))
    assert isinstance(page, Page)
    assert (page.status, page.body) == (status, b"")


@pytest.mark.parametrize(
    ("pieces", "kind"),
    [
        ((head(*OK, "Content-Length: 1025"), b"x" * 1025), Failure.HTTP),
        ((head(*OK, f"Content-Length: {10**30}"),), Failure.HTTP),
        ((head(*OK, "Content-Length: -1"),), Failure.HTTP),
        ((head(*OK), b"x" * 2000), Failure.HTTP),
        ((head(*OK, CHUNKED), b"ffffffff\r\n"), Failure.HTTP),
        ((head(*OK, CHUNKED), b"200\r\n" + b"x" * 512 + b"\r\n201\r\n" + b"x" * 513), Failure.HTTP),
        ((head(*OK, CHUNKED), b"zz\r\n"), Failure.HTTP),
        ((head(*OK, "Transfer-Encoding: gzip, chunked"), b"0\r\n\r\n"), Failure.HTTP),
        ((head(*OK, "Content-Encoding: gzip"), gzip.compress(bytes(100_000))), Failure.HTTP),
        ((head(*OK, "Content-Length: 100"), BODY), Failure.HTTP),  # ends too early
        ((head("HTTP/1.1 200 OK", "X: " + "x" * 20_000),), Failure.HTTP),
        ((b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 300_000,), Failure.HTTP),
        ((b"SSH-2.0-OpenSSH\r\n\r\n",), Failure.HTTP),
        ((head("HTTP/2 200", "x: y"),), Failure.HTTP),
        ((head("HTTP/1.1 200 OK", "no colon"),), Failure.HTTP),
        ((head("HTTP/1.1 100 Continue"),) * 5, Failure.HTTP),
        ((), Failure.HTTP),
    ],
)  # fmt: skip
async def test_what_is_too_much_or_not_http_is_a_failure(
    authority: Authority, pieces: tuple[bytes, ...], kind: Failure
) -> None:
    page = await get(authority, answering(*pieces))
    assert isinstance(page, Unavailable)
    assert page.kind is kind


async def test_a_host_that_stalls_is_a_time_out(authority: Authority) -> None:
    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head(*OK))
        await reader.read()
        await asyncio.Event().wait()

    page = await get(authority, stall, Bounds(octets=1024, seconds=0.2))
    assert isinstance(page, Unavailable)
    assert page.kind is Failure.TIMEOUT


@pytest.mark.parametrize("fields", [OK, (*OK, CHUNKED), (*OK, f"Content-Length: {10 << 20}")])
async def test_a_page_without_end_is_cut_off_soon(authority: Authority, fields: tuple[str, ...]) -> None:
    sent = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head(*fields))
        while True:
            writer.write(b"200\r\n" + b"x" * 512 + b"\r\n")
            await writer.drain()
            sent += 512

    page = await get(authority, pour)
    assert isinstance(page, Unavailable)
    assert (page.kind, page.detail) == (Failure.HTTP, f"{HOST}: the answer is longer than 1024 bytes")
    assert sent < 8 << 20  # what fits into the buffers on the way, and not a policy of ten megabytes


async def test_a_page_that_comes_in_drops_has_one_deadline(authority: Authority) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head(*OK, "Content-Length: 1000"))
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)  # faster than any patience between two octets

    page = await get(authority, drip, Bounds(octets=1024, seconds=0.5))
    assert isinstance(page, Unavailable)
    assert page.kind is Failure.TIMEOUT


@pytest.mark.parametrize("named", ["elsewhere.example", None], ids=["another name", "an unknown authority"])
async def test_a_certificate_that_does_not_verify_is_a_failure(authority: Authority, named: str | None) -> None:
    asked: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(100))

    context = authority.context(named) if named else stranger_context(HOST)
    async with serve(talk, context) as port:
        reader = HttpsReader(dialler=dialler_to(HOST, 443, port), ca_file=authority.file)
        page = await reader.get(HOST, "/", BOUNDS)
    assert isinstance(page, Unavailable)
    assert page.kind is Failure.TLS
    assert not any(asked)


async def test_plain_text_on_the_tls_port_is_a_failure(authority: Authority) -> None:
    async with serve(answering(head(*OK), BODY)) as port:
        reader = HttpsReader(dialler=dialler_to(HOST, 443, port), ca_file=authority.file)
        page = await reader.get(HOST, "/", Bounds(octets=1024, seconds=1))
    assert isinstance(page, Unavailable)


async def test_a_policy_host_that_leads_into_our_own_network_is_not_asked(authority: Authority) -> None:
    async def at_home(name: str) -> tuple[str, ...]:
        return ("10.0.0.1",)

    page = await HttpsReader(dialler=Dialler(addresses_of=at_home)).get(HOST, "/", BOUNDS)
    assert isinstance(page, Unavailable)
    assert page.kind is Failure.FORBIDDEN


async def test_the_request_tells_nobody_who_asks(authority: Authority) -> None:
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(head(*OK, "Content-Length: 0"))
        await writer.drain()

    await get(authority, talk)
    request = heard[0].decode()
    assert request.startswith(f"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: {HOST}\r\n")
    assert "linksec" not in request.lower()
    assert "cookie" not in request.lower()


async def test_a_servers_words_are_made_visible(authority: Authority) -> None:
    page = await get(
        authority, answering(head("HTTP/1.1 200 OK", "Content-Type: text/\x1b[31mred", "Content-Length: 0"))
    )
    assert isinstance(page, Page)
    assert "\x1b" not in page.media_type
