"""Strangers' servers on loopback: policy hosts and exchangers, good and hostile ones."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
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
