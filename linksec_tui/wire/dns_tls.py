"""DNS over TLS (RFC 7858): all questions over one verified connection, kept while the resolver keeps it.

They do not wait for each other: answers come in any order and are told apart by their number (RFC 7766 §6.2.1.1).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import Callable
from typing import cast

from linksec_tui.wire.dial import in_plain_words
from linksec_tui.wire.dns_transport import STREAM_PATIENCE, Server, answers

_NUMBER = 2  # octets, at the beginning of a message; its length stands before it and is as wide
_ATTEMPTS = 2  # a resolver may close while a question is on its way (RFC 7766 §6.2.4)


class TlsStreams:
    """`context` is called when the first question is asked: what it reads takes its time."""

    def __init__(self, server: Server, name: str, context: Callable[[], ssl.SSLContext]) -> None:
        self._server = server
        self._name = name
        self._context = context
        self._line: _Line | None = None
        self._opening = asyncio.Lock()

    async def exchange(self, query: bytes) -> bytes:
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(STREAM_PATIENCE):
                for _ in range(_ATTEMPTS - 1):
                    with contextlib.suppress(ConnectionResetError):
                        return await (await self._opened()).ask(query)
                return await (await self._opened()).ask(query)
        except TimeoutError:
            if self._line is not None and self._line.heard_at < began:
                # dead without anybody having said so: a computer slept, a network changed
                self._line.hang_up()
            raise

    async def close(self) -> None:
        if self._line is not None:
            self._line.hang_up()

    async def _opened(self) -> _Line:
        async with self._opening:
            if self._line is None or self._line.closed:
                context = await asyncio.to_thread(self._context)
                try:
                    _, self._line = await asyncio.get_running_loop().create_connection(
                        _Line, *self._server, ssl=context, server_hostname=self._name
                    )
                except (ssl.SSLError, TimeoutError):
                    raise
                except OSError as error:
                    raise in_plain_words(error) from error
        return self._line


class _Line(asyncio.Protocol):
    """One connection, and who waits for what on it."""

    def __init__(self) -> None:
        self.closed = False
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._waiting: dict[bytes, asyncio.Future[bytes]] = {}
        self.heard_at = 0.0  # by the loop's clock: the last message, whosever it was

    async def ask(self, query: bytes) -> bytes:
        """The reply. Raises ConnectionResetError where the line was cut before it came."""
        if self._transport is None or self.closed:
            raise ConnectionResetError("the resolver closed the connection")
        number = self._free_number(query)
        arrived = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._transport.write(len(query).to_bytes(2, "big") + number + query[_NUMBER:])
        try:
            reply = query[:_NUMBER] + (await arrived)[_NUMBER:]
        finally:
            del self._waiting[number]
        if not answers(reply, query):
            raise ConnectionAbortedError("the resolver answered another question")
        return reply

    def hang_up(self) -> None:
        self.closed = True
        if self._transport is not None:
            self._transport.abort()

    def _free_number(self, query: bytes) -> bytes:
        number = query[:_NUMBER]
        while number in self._waiting:
            number = secrets.token_bytes(_NUMBER)
        return number

    # asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Whole messages go to who waits for them; one that nobody waits for any longer goes nowhere."""
        self._buffer += data
        while len(self._buffer) >= 2 and len(self._buffer) >= (end := 2 + int.from_bytes(self._buffer[:2], "big")):
            message = bytes(self._buffer[2:end])
            del self._buffer[:end]
            self.heard_at = asyncio.get_running_loop().time()
            waiting = self._waiting.get(message[:_NUMBER])
            if waiting is not None and not waiting.done():
                waiting.set_result(message)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's own signature
        self.closed = True
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionResetError("the resolver closed the connection"))
