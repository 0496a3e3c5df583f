"""One connection of the world's servers: read by lines or by blocks, each under a bound; and the door they come in by.

Lines are cut out of our own buffer, because a server must know whether a client sent anything behind STARTTLS before
the handshake (RFC 3207 §4.2), which asyncio's reader does not tell.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from .tasks import Tasks

LOOPBACK = "127.0.0.1"
MAX_LINE = 2048  # RFC 5321 §4.5.3.1.4 asks for 512; extensions add several hundred
BLOCK = 65536
HANDSHAKE_SECONDS = 20.0  # on a machine that does much else
FAREWELL_SECONDS = 1.0  # a peer that does not answer our TLS close gets no more than this
_DOT = b"\r\n.\r\n"


class LineTooLong(Exception):
    """The peer sent more than a line may hold; the line has been read and thrown away."""


class ContentTooLong(Exception):
    """The peer sent more than a message may hold; all of it has been read and thrown away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsState:
    """What a handshake agreed on."""

    version: str
    cipher: str
    bits: int


class Wire:
    """A connection, whichever side opened it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._buffer = bytearray()

    @classmethod
    async def dial(cls, port: int, *, context: ssl.SSLContext | None = None, host: str | None = None) -> Wire:
        """A connection to one of the world's own servers; `host` is the name that its certificate must bear."""
        reader, writer = await asyncio.open_connection(LOOPBACK, port, ssl=context, server_hostname=host)
        return cls(reader, writer)

    @classmethod
    async def accept(cls, caller: socket.socket, context: ssl.SSLContext | None) -> Wire:
        """The server's side of a connection, after its handshake where there is a context."""
        loop = asyncio.get_running_loop()
        entered: list[Wire] = []

        def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            entered.append(cls(reader, writer))

        await loop.connect_accepted_socket(
            lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader(), enter),
            caller,
            ssl=context,
            ssl_handshake_timeout=None if context is None else HANDSHAKE_SECONDS,
        )
        return entered[0]

    @property
    def streams(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """For a server library that reads and writes by itself; nothing has been taken out of them yet."""
        return self._reader, self._writer

    @property
    def buffered(self) -> bool:
        return bool(self._buffer)

    @property
    def tls(self) -> TlsState | None:
        layer = self.layer
        cipher = layer.cipher() if layer is not None else None
        if layer is None or cipher is None:
            return None
        return TlsState(version=layer.version() or "", cipher=cipher[0], bits=cipher[2])

    @property
    def layer(self) -> ssl.SSLObject | None:
        found: object = self._writer.get_extra_info("ssl_object")
        return found if isinstance(found, ssl.SSLObject) else None

    async def line(self, limit: int = MAX_LINE) -> bytes:
        """One line without its end. Raises EOFError where the peer has gone."""
        too_long = False
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > limit:
                too_long = True
                self._buffer.clear()
            self._buffer += await self._more()
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        if too_long or len(line) > limit:
            raise LineTooLong
        return line.removesuffix(b"\n").removesuffix(b"\r")

    async def content(self, limit: int) -> bytes:
        """A message as it follows DATA, up to the line with a single dot, with the doubled dots undone."""
        text = bytearray(b"\r\n") + self._buffer
        self._buffer.clear()
        searched, too_long = 0, False
        while (end := text.find(_DOT, searched)) < 0:
            if len(text) > limit + len(_DOT):
                too_long = True
                del text[: 1 - len(_DOT)]
            searched = max(len(text) + 1 - len(_DOT), 0)
            text += await self._more()
        self._buffer += text[end + len(_DOT) :]
        if too_long or end > limit:
            raise ContentTooLong
        # RFC 5321 §4.5.2: a line that begins with a dot was sent with one more
        return bytes(text[: end + 2].replace(b"\r\n.", b"\r\n")[2:])

    async def exactly(self, count: int) -> bytes:
        """So many bytes. Raises EOFError where the peer has gone before."""
        while len(self._buffer) < count:
            self._buffer += await self._more()
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    async def block(self) -> bytes:
        """Whatever comes next; empty where the peer has gone."""
        if self._buffer:
            taken = bytes(self._buffer)
            self._buffer.clear()
            return taken
        return await self._reader.read(BLOCK)

    async def fill(self) -> None:
        """Waits until at least something has come. Raises EOFError where the peer has gone."""
        if not self._buffer:
            self._buffer += await self._more()

    async def _more(self) -> bytes:
        block = await self._reader.read(BLOCK)
        if not block:
            raise EOFError
        return block

    async def send(self, content: bytes) -> None:
        self._writer.write(content)
        await self._writer.drain()

    async def say(self, *lines: str) -> None:
        await self.send("".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape"))

    async def start_tls(self, context: ssl.SSLContext, host: str | None = None) -> None:
        await self._writer.start_tls(context, server_hostname=host, ssl_handshake_timeout=HANDSHAKE_SECONDS)

    def cut(self) -> None:
        """The cable is pulled: no farewell, neither of TLS nor of TCP."""
        with suppress(AttributeError):  # Python 3.11.2: a TLS transport closed twice has forgotten what to abort
            self._writer.transport.abort()

    async def hang_up(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self.cut()


class Door:
    """A listening socket on loopback; each caller gets a task of its own.

    asyncio's own server hands connections over in several turns of the loop, and loses those that are on their way when
    it closes; here a connection belongs to a task from the moment when it is accepted.
    """

    def __init__(
        self, converse: Callable[[Wire], Awaitable[None]], tasks: Tasks, context: ssl.SSLContext | None = None
    ) -> None:
        self._converse = converse
        self._tasks = tasks
        self._context = context
        self._socket: socket.socket | None = None

    def open(self) -> int:
        """Listens on a port of the system's choice, and returns it."""
        self._socket = socket.create_server((LOOPBACK, 0))
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket, self._accept, self._socket)
        return int(self._socket.getsockname()[1])

    def close(self) -> None:
        """Nobody comes in any more; conversations end with the tasks that they run in."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _accept(self, listening: socket.socket) -> None:
        try:
            caller, _ = listening.accept()
        except OSError:
            return  # he has gone again
        self._tasks.spawn(self._receive(caller))

    async def _receive(self, caller: socket.socket) -> None:
        caller.setblocking(False)
        try:
            wire = await Wire.accept(caller, self._context)
        except OSError:
            return  # no handshake: the transport has closed the socket
        try:
            await self._converse(wire)
        except (EOFError, OSError):
            pass  # callers come and go as they like: nothing broke on our side
        finally:
            if self._socket is None:
                wire.cut()  # the world ends: no time for farewells
            await wire.hang_up()
