"""Scripted submission servers: some follow the rules, some do not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import trustme

from linksec_tui.model.account import Server, Tls
from linksec_tui.model.address import Address, parse_address
from linksec_tui.model.credentials import Password
from linksec_tui.model.letter import Envelope, Outcome
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.smtp import Delivery, SubmissionSession, Terms

HOST = "mail.test"
OFFERS = ("SIZE 200000000", "8BITMIME", "SMTPUTF8", "DSN", "REQUIRETLS", "AUTH PLAIN LOGIN", "LINKSEC 3 max-age=86400")
ALICE = parse_address("alice@good.example")
BOB = parse_address("bob@good.example")
LETTER = b"Subject: hello\r\n\r\n.hidden dot\r\n..two\r\nend\r\n"


async def nothing() -> None: ...


DELIVERY = Delivery(before_final_dot=nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How a server behaves. `replies` are by verb or whole line; an empty reply cuts the line instead."""

    tls: Tls = Tls.IMPLICIT
    offers: tuple[str, ...] = OFFERS
    replies: dict[str, str] = field(default_factory=dict[str, str])
    behind_starttls: bytes = b""
    certificate: str = HOST
    read_limit: int = 1 << 30


class Submissions:
    """One scripted server; what it heard, in the clear and under TLS."""

    def __init__(self, script: Script, context: ssl.SSLContext) -> None:
        self.script = script
        self.context = context
        self.clear: list[str] = []
        self.heard: list[str] = []
        self.message = b""
        self.talks: list[asyncio.Task[None] | None] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.append(asyncio.current_task())
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, _Cut):
            pass
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        over_tls = self.script.tls is Tls.IMPLICIT
        self._say(writer, self._reply("greeting", "220 mail.test ESMTP"))
        while True:
            line = (await reader.readuntil(b"\r\n")).decode().strip()
            (self.heard if over_tls else self.clear).append(line)
            verb = line.split(" ")[0].upper()
            if verb == "STARTTLS":
                writer.write(self._reply(verb, "220 go on").encode() + b"\r\n" + self.script.behind_starttls)
                await writer.start_tls(self.context)
                over_tls = True
            elif verb == "DATA":
                await self._data(reader, writer)
            else:
                self._say(
                    writer, self._reply(line if line in self.script.replies else verb, self._usual(verb, over_tls))
                )

    async def _data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reply = self._reply("DATA", "354 go on")
        self._say(writer, reply)
        if not reply.startswith("354"):
            return
        while not self.message.endswith(b"\r\n.\r\n"):
            piece = await reader.read(65536)
            if not piece:
                raise _Cut
            self.message += piece
            if len(self.message) > self.script.read_limit:
                self._say(writer, self._reply("early", "552 too much"))
                return
        self._say(writer, self._reply("dot", "250 2.0.0 queued as 1"))

    def _usual(self, verb: str, over_tls: bool) -> str:
        offers = self.script.offers if over_tls else ("STARTTLS", "AUTH PLAIN")
        ehlo = "\r\n".join([*(f"250-{line}" for line in (HOST, *offers[:-1])), f"250 {offers[-1]}"])
        return {"EHLO": ehlo, "AUTH": "235 welcome", "QUIT": "221 bye"}.get(verb, "250 fine")

    def _reply(self, key: str, usual: str) -> str:
        return self.script.replies.get(key, usual)

    def _say(self, writer: asyncio.StreamWriter, reply: str) -> None:
        if not reply:
            raise _Cut
        writer.write(reply.encode() + b"\r\n")


class _Cut(Exception): ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A running server, and the way there."""

    server: Submissions
    where: Server
    dialler: Dialler
    terms: Terms

    async def connect(self) -> SubmissionSession:
        return await SubmissionSession.connect(self.where, self.dialler, self.terms)

    async def submit(self, envelope: Envelope, content: bytes = LETTER) -> tuple[Outcome, ...]:
        session = await self.connect()
        try:
            await session.login(Password(user="alice", password="secret"))
            return await session.submit(envelope, (content,), DELIVERY)
        finally:
            await session.close()


Running = Callable[[Script], AbstractAsyncContextManager[Place]]


def place_with(authority: trustme.CA, directory: Path) -> Running:
    """How a server is started."""

    @asynccontextmanager
    async def running(script: Script) -> AsyncGenerator[Place]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(script.certificate).configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # trustme also takes pyOpenSSL's, which has no types
        roots = directory / "ca.pem"
        authority.cert_pem.write_to_path(str(roots))
        server = Submissions(script, context)
        implicit = context if script.tls is Tls.IMPLICIT else None
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=implicit)
        yield Place(
            server=server,
            where=Server(host=HOST, port=listening.sockets[0].getsockname()[1], tls=script.tls),
            dialler=Dialler(addresses_of=loopback),
            terms=Terms(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), ca_file=roots, timeout=40),
        )
        listening.close()
        await asyncio.gather(*filter(None, server.talks))

    return running


async def loopback(host: str) -> tuple[str, ...]:
    assert host == HOST
    return ("127.0.0.1",)


def envelope(*recipients: Address, requiretls: bool = False, smtputf8: bool = False) -> Envelope:
    return Envelope(sender=ALICE, recipients=recipients, envid="env+id", requiretls=requiretls, smtputf8=smtputf8)
