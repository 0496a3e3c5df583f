"""Strangers' servers on loopback: policy hosts and exchangers, good and hostile ones."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from linksec_tui.config import ConnectTo
from linksec_tui.wire.dial import Dialler

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serve(talk: Talk, context: ssl.SSLContext | None = None) -> AsyncGenerator[int]:
    """A server that talks to everybody who comes; its port."""
    talks: set[asyncio.Task[None]] = set()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
                await talk(reader, writer)
        finally:
            writer.transport.abort()

    def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.get_running_loop().create_task(guarded(reader, writer)))

    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


def dialler_to(host: str, port: int, to: int) -> Dialler:
    """Sends one host and port to a port on loopback; knows no other."""

    async def nobody(name: str) -> tuple[str, ...]:
        raise OSError(f"{name} has no address")

    rule = ConnectTo(host=host, port=port, address="127.0.0.1", to_port=to)
    return Dialler(addresses_of=nobody, connect_to=(rule,))


class Authority:
    """A certificate authority of the test, in a file as `ca_file` wants it."""

    def __init__(self, directory: Path) -> None:
        self._authority = trustme.CA()
        self.file = directory / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.file))

    def context(self, name: str) -> ssl.SSLContext:
        """A server's context with a certificate for `name`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate = self._authority.issue_cert(name)
        certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # OpenSSL's types, if installed
        return context


def stranger_context(name: str) -> ssl.SSLContext:
    """The same from an authority that nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = trustme.CA().issue_cert(name)
    certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # as above
    return context


@dataclass(slots=True)
class Exchanger:
    """An exchanger by the book, each of whose answers can be replaced."""

    context: ssl.SSLContext | None = None
    greeting: bytes = b"220 mx.a.example ESMTP\r\n"
    ehlo: bytes = b"250-mx.a.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n"
    starttls: bytes = b"220 Go ahead\r\n"
    ehlo_over_tls: bytes = b"250-mx.a.example\r\n250-REQUIRETLS\r\n250 LINKSEC 4 max-age=60\r\n"
    heard: list[str] = field(default_factory=list)
    heard_over_tls: list[str] = field(default_factory=list)
    connections: int = 0
    said_goodbye: asyncio.Event = field(default_factory=asyncio.Event)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.write(self.greeting)
        answers = {"EHLO": self.ehlo, "STARTTLS": self.starttls}
        while line := (await reader.readline()).decode().strip():
            self.heard.append(line)
            writer.write(answers.get(line.partition(" ")[0], b"221 Bye\r\n"))
            if line == "STARTTLS" and self.context is not None:
                await writer.start_tls(self.context)
                return await self._talk_over_tls(reader, writer)
        return None

    async def _talk_over_tls(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := (await reader.readline()).decode().strip():
            self.heard_over_tls.append(line)
            writer.write(self.ehlo_over_tls if line.startswith("EHLO") else b"221 Bye\r\n")
            if line == "QUIT":
                self.said_goodbye.set()
