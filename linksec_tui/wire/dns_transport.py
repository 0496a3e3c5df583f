"""How a question travels: UDP, TCP where the answer is cut short, or TLS (RFC 7766, RFC 7858).

Each transport takes a question on the wire and gives back the reply on the wire, or raises OSError or TimeoutError.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from typing import Any, Protocol

# A lost datagram is sent again after this many seconds, to the next server where there are several.
UDP_PATIENCE = (0.8, 1.6, 3.2)
STREAM_PATIENCE = 5.0
IDLE_CONNECTIONS = 8  # kept open to a DNS-over-TLS resolver
_TRUNCATED = 0x02  # the TC bit in the third octet of the header

Server = tuple[str, int]


class DnsTransport(Protocol):
    """Takes a question, brings the reply."""

    async def exchange(self, query: bytes) -> bytes: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Datagrams:
    """UDP from a fresh port each time (RFC 5452 §9.2); TCP where the answer does not fit."""

    servers: tuple[Server, ...]
    patience: tuple[float, ...] = UDP_PATIENCE

    async def exchange(self, query: bytes) -> bytes:
        failure: OSError = TimeoutError("the resolver did not answer")
        for attempt, seconds in enumerate(self.patience):
            server = self.servers[attempt % len(self.servers)]
            try:
                async with asyncio.timeout(seconds):
                    reply = await _datagram(query, server)
            except OSError as error:  # TimeoutError is one
                failure = error
                continue
            return await self._whole(query, server) if reply[2] & _TRUNCATED else reply
        raise failure

    async def close(self) -> None:
        """Nothing is kept."""

    async def _whole(self, query: bytes, server: Server) -> bytes:
        async with asyncio.timeout(STREAM_PATIENCE):
            reader, writer = await asyncio.open_connection(*server)
            try:
                return await _over_stream(query, reader, writer)
            finally:
                writer.transport.abort()


async def _datagram(query: bytes, server: Server) -> bytes:
    loop = asyncio.get_running_loop()
    transport, reply = await loop.create_datagram_endpoint(
        lambda: _Reply(query, loop.create_future()), remote_addr=server
    )
    try:
        transport.sendto(query)
        return await reply.arrived
    finally:
        transport.abort()


class _Reply(asyncio.DatagramProtocol):
    """Waits for the datagram with our number and our question; whatever else comes is not for us."""

    def __init__(self, query: bytes, arrived: asyncio.Future[bytes]) -> None:
        self._query = query
        self.arrived = arrived

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ARG002 - asyncio's own signature
        if not self.arrived.done() and _answers(data, self._query):
            self.arrived.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.arrived.done():
            self.arrived.set_exception(exc)


def _answers(reply: bytes, query: bytes) -> bool:
    """Same number, a reply, and our question in it (servers may change its case)."""
    if len(reply) < 12 or reply[:2] != query[:2] or not reply[2] & 0x80:
        return False
    end = query.index(b"\0", 12) + 5
    return reply[12:end].lower() == query[12:end].lower()


async def _over_stream(query: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """One question and its reply, each after its length (RFC 7766 §8)."""
    writer.write(len(query).to_bytes(2, "big") + query)
    await writer.drain()
    try:
        length = int.from_bytes(await reader.readexactly(2), "big")
        reply = await reader.readexactly(length)  # 64 KiB at most, by the length's own width
    except asyncio.IncompleteReadError as error:
        raise ConnectionResetError("the resolver closed the connection") from error
    if not _answers(reply, query):
        raise ConnectionAbortedError("the resolver answered another question")
    return reply


class TlsStreams:
    """DNS over TLS: verified connections, kept while the resolver keeps them (RFC 7858 §3.4)."""

    def __init__(self, server: Server, name: str, context: ssl.SSLContext) -> None:
        self._server = server
        self._name = name
        self._context = context
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def exchange(self, query: bytes) -> bytes:
        async with asyncio.timeout(STREAM_PATIENCE):
            while self._idle:
                with contextlib.suppress(ConnectionError, ssl.SSLError):  # it had been closed: take another
                    return await self._exchange(query, *self._idle.pop())
            return await self._exchange(query, *await self._connect())

    async def close(self) -> None:
        while self._idle:
            _, writer = self._idle.pop()
            writer.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(*self._server, ssl=self._context, server_hostname=self._name)

    async def _exchange(self, query: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        try:
            reply = await _over_stream(query, reader, writer)
        except BaseException:
            writer.transport.abort()  # a reply to an abandoned question must not meet the next one
            raise
        if len(self._idle) < IDLE_CONNECTIONS:
            self._idle.append((reader, writer))
        else:
            writer.transport.abort()
        return reply
