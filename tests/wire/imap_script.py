"""An IMAP server on loopback, over real TLS, that plays a script."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import trustme

from linksec_tui.config import ConnectTo
from linksec_tui.model.account import Server
from linksec_tui.model.credentials import Password
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_channel import Means

HOST = "imap.home.example"


class Client:
    """The scripted server's view of one client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.lines: list[bytes] = []

    async def send(self, *lines: bytes) -> None:
        for line in lines:
            self.writer.write(line + b"\r\n")
        await self.writer.drain()

    async def line(self) -> bytes:
        line = (await self.reader.readuntil(b"\r\n"))[:-2]
        self.lines.append(line)
        return line

    async def answer(self, *untagged: bytes, status: bytes = b"OK done") -> bytes:
        """Reads a command, sends what belongs to it, ends it."""
        tag, _, command = (await self.line()).partition(b" ")
        await self.send(*untagged, tag + b" " + status)
        return command

    async def welcome(self, *capabilities: bytes) -> None:
        """Greeting, capabilities, login, capabilities again."""
        await self.send(b"* OK ready")
        await self.capability(*capabilities, b"AUTH=PLAIN", b"SASL-IR")
        await self.answer()
        await self.capability(*capabilities)

    async def capability(self, *capabilities: bytes) -> None:
        await self.answer(b"* CAPABILITY IMAP4rev1 " + b" ".join(capabilities))

    async def select(self, exists: int = 1) -> None:
        await self.answer(b"* %d EXISTS" % exists, b"* OK [UIDVALIDITY 7] valid", b"* OK [UIDNEXT 12] next")


Script = Callable[[Client], Awaitable[None]]


@dataclass
class Scripted:
    """A server on loopback that plays a script; what goes wrong in it fails the test."""

    certificate: trustme.LeafCert
    ca_file: Path
    timeout: float = 40.0
    open_within: float = 40.0

    @contextlib.asynccontextmanager
    async def plays(self, script: Script) -> AsyncGenerator[Means]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # also takes pyOpenSSL's
        failures: list[BaseException] = []
        conversations: list[asyncio.Task[None]] = []

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            conversations.append(task) if (task := asyncio.current_task()) else None
            try:
                client = Client(reader, writer)
                await script(client)
                if not any(line.endswith(b"LOGOUT") for line in client.lines):
                    await client.answer()
            except (OSError, asyncio.IncompleteReadError):
                pass
            except AssertionError as failure:
                failures.append(failure)
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

        server = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        try:
            yield Means(
                dialler=Dialler(
                    addresses_of=no_addresses,
                    connect_to=(ConnectTo(host="", port=0, address="127.0.0.1", to_port=port),),
                ),
                clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
                ca_file=self.ca_file,
                timeout=self.timeout,
                open_within=self.open_within,
            )
        finally:
            server.close()
            async with asyncio.timeout(60):
                await asyncio.gather(*conversations, return_exceptions=True)
        assert not failures, failures

    @contextlib.asynccontextmanager
    async def session(self, script: Script) -> AsyncGenerator[ImapSession]:
        """A session that is signed in and has the INBOX open, unless the script says otherwise."""
        async with self.plays(script) as means:
            session = await ImapSession.connect(SERVER, means)
            try:
                await session.login(Password(user="alice", password="secret"))
                await session.select("INBOX")
                yield session
            finally:
                await session.close()


SERVER = Server(host=HOST, port=993)


async def no_addresses(host: str) -> list[str]:
    raise OSError(host)
