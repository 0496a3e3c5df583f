"""The relay's side of an SMTP conversation with an exchanger, in lock-step (RFC 5321, RFC 3207)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from .envelope import Envelope, EnvelopeRecipient
from .streams import LineTooLong, Wire

CONNECT_SECONDS = 20.0
REPLY_SECONDS = 20.0
MAX_REPLY_LINES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    code: int
    lines: tuple[str, ...]

    @property
    def good(self) -> bool:
        return 200 <= self.code < 400

    @property
    def text(self) -> str:
        return " ".join((str(self.code), *self.lines))

    @property
    def status(self) -> str:
        """The enhanced code, or the class of the basic one (RFC 3463)."""
        first = self.lines[0].split(" ", 1)[0] if self.lines else ""
        parts = first.split(".")
        fits = len(parts) == 3 and all(part.isdecimal() for part in parts) and parts[0] == str(self.code)[0]
        return first if fits else f"{str(self.code)[0]}.0.0"


class RefusedByPeer(Exception):
    """The exchanger said no; the reply says why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


class SmtpClient:
    """One conversation. Raises OSError, EOFError or TimeoutError where the connection fails."""

    def __init__(self, wire: Wire, name: str) -> None:
        self._wire = wire
        self._name = name
        self.offers: Mapping[str, str] = {}

    @classmethod
    async def connect(cls, port: int, name: str) -> SmtpClient:
        async with asyncio.timeout(CONNECT_SECONDS):
            client = cls(await Wire.dial(port), name)
        try:
            await client.expect(await client.reply())
            await client.hello()
        except BaseException:
            await client.hang_up()
            raise
        return client

    @property
    def wire(self) -> Wire:
        return self._wire

    async def hello(self) -> None:
        """EHLO; what was offered before is forgotten."""
        reply = await self.command(f"EHLO {self._name}")
        words = (line.partition(" ") for line in reply.lines[1:])
        self.offers = {keyword.upper(): rest for keyword, _, rest in words}

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """The handshake, once STARTTLS has been accepted. Raises ssl.SSLError and the like."""
        if self._wire.buffered:
            raise ConnectionAbortedError("something came before the handshake")
        await self._wire.start_tls(context, host)

    async def begin(self, envelope: Envelope) -> None:
        await self.command(mail_command(envelope, self.offers))

    async def rcpt(self, recipient: EnvelopeRecipient) -> Reply:
        return await self.exchange(f"RCPT TO:<{recipient.address}>")

    async def send(self, content: bytes) -> Reply:
        await self.command("DATA")
        doubled = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
        await self._wire.send(doubled + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        return await self.reply()

    async def command(self, line: str) -> Reply:
        return await self.expect(await self.exchange(line))

    async def exchange(self, line: str) -> Reply:
        await self._wire.say(line)
        return await self.reply()

    async def expect(self, reply: Reply) -> Reply:
        if not reply.good:
            raise RefusedByPeer(reply)
        return reply

    async def reply(self) -> Reply:
        lines: list[str] = []
        async with asyncio.timeout(REPLY_SECONDS):
            while len(lines) < MAX_REPLY_LINES:
                try:
                    line = (await self._wire.line()).decode("utf-8", "replace")
                except LineTooLong:
                    raise ConnectionAbortedError("a reply without end") from None
                if not line[:3].isdecimal() or line[3:4] not in {"", " ", "-"}:
                    raise ConnectionAbortedError("not an SMTP reply")
                lines.append(line[4:])
                if line[3:4] != "-":
                    return Reply(code=int(line[:3]), lines=tuple(lines))
        raise ConnectionAbortedError("a reply without end")

    async def quit(self) -> None:
        with suppress(OSError, EOFError, TimeoutError):  # it may have gone already
            await self.exchange("QUIT")
        await self.hang_up()

    async def hang_up(self) -> None:
        await self._wire.hang_up()


def mail_command(envelope: Envelope, offers: Mapping[str, str]) -> str:
    """What the exchanger can take of what the sender asked for."""
    words = [f"MAIL FROM:<{envelope.sender}>"]
    if "SIZE" in offers and envelope.size:
        words.append(f"SIZE={envelope.size}")
    if "8BITMIME" in offers and envelope.eight_bit:
        words.append("BODY=8BITMIME")
    if envelope.smtputf8:
        words.append("SMTPUTF8")
    if envelope.requiretls and "REQUIRETLS" in offers:  # a lax relay goes on without it
        words.append("REQUIRETLS")
    return " ".join(words)
