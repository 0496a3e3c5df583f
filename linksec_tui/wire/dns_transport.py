"""How a question travels in clear: UDP, and TCP where the answer is cut short (RFC 7766).

Each transport takes a question on the wire and gives back the reply on the wire, or raises OSError or TimeoutError.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from typing import Protocol

# A lost datagram is sent again after this many seconds, to the next server where there are several. Four in all,
# half of the time for a whole check: of two questions in a row the second one has its time too.
UDP_PATIENCE = (0.8, 1.2, 2.0)
STREAM_PATIENCE = 5.0
LONGEST = 65_535  # octets of a reply, by the width of its length and of a datagram
_TRUNCATED = 0x02  # the TC bit in the third octet of the header

Server = tuple[str, int]


class DnsTransport(Protocol):
    """Takes a question, brings the reply."""

    async def exchange(self, query: bytes) -> bytes: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Datagrams:
    """UDP from a fresh port for each question (RFC 5452 §9.2); TCP where the answer does not fit."""

    servers: tuple[Server, ...]
    patience: tuple[float, ...] = UDP_PATIENCE

    async def exchange(self, query: bytes) -> bytes:
        asking = _Asking(query, self)
        try:
            reply, server = await asking.reply()
        finally:
            asking.close()
        return await self._whole(query, server) if reply[2] & _TRUNCATED else reply

    async def close(self) -> None:
        """Nothing is kept."""

    async def _whole(self, query: bytes, server: Server) -> bytes:
        async with asyncio.timeout(STREAM_PATIENCE):
            reader, writer = await asyncio.open_connection(*server)
            try:
                return await _over_stream(query, reader, writer)
            finally:
                writer.transport.abort()


class _Asking:
    """One question on its way: sent again where nothing came, and listened for at every port it was sent from.

    Sockets and one timer, no datagram endpoints of asyncio's: a check asks ten questions, and an endpoint costs as much
    as its answer.
    """

    def __init__(self, query: bytes, how: Datagrams) -> None:
        self._query = query
        self._servers = how.servers
        self._patience = iter(enumerate(how.patience))
        self._loop = asyncio.get_running_loop()
        self._sockets: dict[Server, socket.socket] = {}
        self._arrived: asyncio.Future[tuple[bytes, Server]] = self._loop.create_future()
        self._timer: asyncio.TimerHandle | None = None

    async def reply(self) -> tuple[bytes, Server]:
        """The first answer, from whomever, and also if it is one to an earlier sending. Raises OSError."""
        self._send(TimeoutError("the resolver did not answer"))
        return await self._arrived

    def close(self) -> None:
        self._arrived.cancel()
        if self._timer is not None:
            self._timer.cancel()
        for server in tuple(self._sockets):
            self._forget(server)

    def _send(self, failure: OSError) -> None:
        """To the next server in turn; where its turn is over, `failure` is what became of the question."""
        if self._timer is not None:
            self._timer.cancel()
        for attempt, seconds in self._patience:
            try:
                self._send_to(self._servers[attempt % len(self._servers)])
            except OSError as error:
                failure = error
            else:
                self._timer = self._loop.call_later(seconds, self._send, TimeoutError("the resolver did not answer"))
                return
        if not self._arrived.done():
            self._arrived.set_exception(failure)

    def _send_to(self, server: Server) -> None:
        sock = self._sockets.get(server)
        if sock is None:
            sock = socket.socket(socket.AF_INET6 if ":" in server[0] else socket.AF_INET, socket.SOCK_DGRAM)
            self._sockets[server] = sock
            sock.setblocking(False)
            sock.connect(server)
            self._loop.add_reader(sock.fileno(), self._listen, server, sock)
        sock.send(self._query)

    def _listen(self, server: Server, sock: socket.socket) -> None:
        """Waits for the datagram with our number and our question; whatever else comes is not for us."""
        try:
            reply = sock.recv(LONGEST)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:  # nobody there, says the other machine
            self._forget(server)
            self._send(error)
            return
        if not self._arrived.done() and answers(reply, self._query):
            self._arrived.set_result((reply, server))

    def _forget(self, server: Server) -> None:
        sock = self._sockets.pop(server)
        self._loop.remove_reader(sock.fileno())
        sock.close()


def answers(reply: bytes, query: bytes) -> bool:
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
    if not answers(reply, query):
        raise ConnectionAbortedError("the resolver answered another question")
    return reply
