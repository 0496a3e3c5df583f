"""Name servers on loopback that answer from a table, or misbehave."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message

from tests.link.dns_table import DnsTable

Spoil = Callable[[bytes], list[bytes]]


@dataclass(slots=True)
class NameServer:
    """One table on UDP and TCP. `spoil` turns a datagram's answer into what is really sent."""

    table: DnsTable
    spoil: Spoil = field(default=lambda answer: [answer])
    truncate: bool = False
    datagrams: int = 0
    streams: int = 0
    port: int = 0


@asynccontextmanager
async def name_server(server: NameServer, context: ssl.SSLContext | None = None) -> AsyncGenerator[NameServer]:
    """The server, listening; over TLS only where a context is given."""
    loop = asyncio.get_running_loop()
    talks: set[asyncio.Task[None]] = set()

    def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(loop.create_task(_talk(server, reader, writer)))

    while True:
        stream = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context)
        here = ("127.0.0.1", stream.sockets[0].getsockname()[1])
        try:
            datagram, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(server), local_addr=here)
        except OSError:  # that number is taken for UDP: another one
            stream.close()
        else:
            break
    server.port = here[1]
    try:
        yield server
    finally:
        datagram.close()
        stream.close()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport is not None
        self._server.datagrams += 1
        reply = self._server.table.answer(dns.message.from_wire(data))
        if self._server.truncate:
            reply.answer.clear()
            reply.flags |= dns.flags.TC
        for piece in self._server.spoil(reply.to_wire(max_size=65535)):
            self._transport.sendto(piece, addr)


async def _talk(server: NameServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    server.streams += 1
    try:
        while True:
            length = int.from_bytes(await reader.readexactly(2), "big")
            query = dns.message.from_wire(await reader.readexactly(length))
            reply = server.table.answer(query).to_wire(max_size=65535)
            writer.write(len(reply).to_bytes(2, "big") + reply)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.transport.abort()
