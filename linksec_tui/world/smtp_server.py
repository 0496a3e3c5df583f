"""An ESMTP server's side of a conversation (RFC 5321, RFC 3207); those who use it say who may send what to whom."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

from .envelope import Envelope, EnvelopeRecipient, Refused, parse_mail, parse_rcpt
from .faults import DEFAULT_SIZE, Step
from .streams import ContentTooLong, LineTooLong, Wire

COMMAND_SECONDS = 60.0
CONTENT_SECONDS = 120.0
MAX_ERRORS = 20  # a client that does not get on is sent away
MAX_RECIPIENTS = 200
MAX_TEXT_LINE = 1000  # RFC 5321 §4.5.3.1.6, its CRLF included
Command = Callable[[str], Awaitable[None]]


class SmtpSession:
    """One conversation. Subclasses give `name` and override `offers`, `check_…` and `take`."""

    name = "mail.example"

    def __init__(self, wire: Wire, context: ssl.SSLContext | None) -> None:
        self.wire = wire
        self.said = ""  # the client's EHLO name
        self.envelope: Envelope | None = None
        self._context = context
        self._errors = 0
        self._over = False
        self._commands: dict[str, Command] = {
            "EHLO": self._ehlo, "HELO": self._helo, "STARTTLS": self._starttls, "MAIL": self._mail,
            "RCPT": self._rcpt, "DATA": self._data, "RSET": self._rset, "NOOP": self._noop, "QUIT": self._quit,
            "VRFY": self._vrfy,
        }  # fmt: skip

    def offers(self) -> tuple[str, ...]:
        """EHLO keywords of this moment, STARTTLS aside."""
        return ("PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", f"SIZE {self.size_limit}")

    @property
    def size_limit(self) -> int:
        return DEFAULT_SIZE

    def check_mail(self, envelope: Envelope) -> None:
        """Raises Refused where this sender may not send."""

    async def check_rcpt(self, recipient: EnvelopeRecipient) -> None:
        """Raises Refused where this recipient is not served."""

    async def take(self, envelope: Envelope, content: bytes) -> str:
        """Takes the message over; returns the reply. Raises Refused."""
        raise NotImplementedError  # each kind of server has its own way

    def reached(self, step: Step) -> None:
        """Called before the answer at each step: the seam for faults."""

    async def handshake(self, context: ssl.SSLContext) -> None:
        await self.wire.start_tls(context)

    def add(self, verb: str, command: Command) -> None:
        self._commands[verb] = command

    async def greet(self) -> None:
        await self.say(f"220 {self.name} ESMTP")

    async def converse(self) -> None:
        await self.greet()
        while not self._over:
            try:
                async with asyncio.timeout(COMMAND_SECONDS):
                    line = await self.wire.line()
                await self._obey(line.decode())
            except Refused as refusal:
                await self._fault(refusal.reply)
            except LineTooLong:
                await self._fault("500 5.5.2 Line too long")
            except UnicodeDecodeError:
                await self._fault("500 5.5.2 Not UTF-8")
            except TimeoutError:
                await self.end(f"421 4.4.2 {self.name} Timeout")

    async def say(self, *lines: str) -> None:
        await self.wire.say(*lines)

    async def end(self, farewell: str) -> None:
        self._over = True
        await self.say(farewell)

    async def _fault(self, reply: str) -> None:
        self._errors += 1
        if self._errors >= MAX_ERRORS:
            await self.end(f"421 4.7.0 {self.name} Too many errors")
        else:
            await self.say(reply)

    async def _obey(self, line: str) -> None:
        verb, _, argument = line.partition(" ")
        command = self._commands.get(verb.upper())
        if command is None:
            raise Refused("500 5.5.2 Command not recognised")
        await command(argument.strip())

    @property
    def _starttls_offered(self) -> bool:
        return self._context is not None and self.wire.tls is None

    def _offered(self) -> frozenset[str]:
        return frozenset(offer.partition(" ")[0] for offer in self.offers())

    async def _ehlo(self, argument: str) -> None:
        if not argument:
            raise Refused("501 5.5.4 Syntax: EHLO name")
        self.said, self.envelope = argument.split()[0], None
        keywords = (*self.offers(), *(("STARTTLS",) if self._starttls_offered else ()))
        last = len(keywords) - 1
        lines = (f"250{' ' if place == last else '-'}{keyword}" for place, keyword in enumerate(keywords))
        await self.say(f"250-{self.name}", *lines)

    async def _helo(self, argument: str) -> None:
        if not argument:
            raise Refused("501 5.5.4 Syntax: HELO name")
        self.said, self.envelope = argument.split()[0], None
        await self.say(f"250 {self.name}")

    async def _starttls(self, argument: str) -> None:
        if not self._starttls_offered or self._context is None:
            raise Refused("502 5.5.1 STARTTLS not offered")
        if argument:
            raise Refused("501 5.5.4 Syntax: STARTTLS takes no parameters")
        if self.wire.buffered:  # RFC 3207 §6: what came in clear must not be taken for what comes after the handshake
            await self.end("554 5.5.0 Nothing may follow STARTTLS before the handshake")
            return
        await self.say("220 2.0.0 Ready to start TLS")
        await self.handshake(self._context)
        self.said, self.envelope = "", None  # RFC 3207 §4.2: everything learnt before is forgotten

    async def _mail(self, argument: str) -> None:
        if not self.said:
            raise Refused("503 5.5.1 Send EHLO first")
        if self.envelope is not None:
            raise Refused("503 5.5.1 Nested MAIL command")
        envelope = parse_mail(argument, self._offered())
        if envelope.size > self.size_limit:
            raise Refused("552 5.3.4 Message size exceeds fixed limit")
        self.check_mail(envelope)
        self.reached(Step.MAIL)
        self.envelope = envelope
        await self.say("250 2.1.0 Ok")

    async def _rcpt(self, argument: str) -> None:
        if self.envelope is None:
            raise Refused("503 5.5.1 Need MAIL command")
        if len(self.envelope.recipients) >= MAX_RECIPIENTS:
            raise Refused("452 4.5.3 Too many recipients")
        recipient = parse_rcpt(argument, self._offered(), utf8=self.envelope.smtputf8)
        await self.check_rcpt(recipient)
        self.reached(Step.RCPT)
        self.envelope = self.envelope.with_recipient(recipient)
        await self.say("250 2.1.5 Ok")

    async def _data(self, argument: str) -> None:
        if argument:
            raise Refused("501 5.5.4 Syntax: DATA takes no parameters")
        if self.envelope is None or not self.envelope.recipients:
            raise Refused("503 5.5.1 Need RCPT command")
        self.reached(Step.DATA)
        await self.say("354 End data with <CR><LF>.<CR><LF>")
        envelope, self.envelope = self.envelope, None
        try:
            async with asyncio.timeout(CONTENT_SECONDS):
                await self.wire.fill()
                self.reached(Step.CONTENT)
                content = await self.wire.content(self.size_limit)
        except ContentTooLong:
            raise Refused("552 5.3.4 Message size exceeds fixed limit") from None
        self.reached(Step.DOT)
        check_content(envelope, content)
        reply = await self.take(envelope, content)
        self.reached(Step.ACCEPTED)
        await self.say(reply)

    async def _rset(self, _: str) -> None:
        self.envelope = None
        await self.say("250 2.0.0 Ok")

    async def _noop(self, _: str) -> None:
        await self.say("250 2.0.0 Ok")

    async def _vrfy(self, _: str) -> None:
        await self.say("252 2.5.2 Send some mail, I will try my best")

    async def _quit(self, _: str) -> None:
        await self.end("221 2.0.0 Bye")


def check_content(envelope: Envelope, content: bytes) -> None:
    """RFC 5322 §2.1.1, §2.3 and RFC 6152: lines end in CRLF and are short, and 8 bits are announced. Raises Refused."""
    if content.count(b"\n") != content.count(b"\r\n") or content.count(b"\r") != content.count(b"\r\n"):
        raise Refused("550 5.6.11 Bare <CR> or <LF> in the message")
    if b"\0" in content:
        raise Refused("550 5.6.0 NUL in the message")
    if any(len(line) + 2 > MAX_TEXT_LINE for line in content.split(b"\r\n")):
        raise Refused("550 5.6.0 Line too long in the message")
    fields, _, body = content.partition(b"\r\n\r\n")
    if not fields.isascii() and not envelope.smtputf8:
        raise Refused("550 5.6.7 Non-ASCII header field needs SMTPUTF8")
    if not body.isascii() and not (envelope.eight_bit or envelope.smtputf8):
        raise Refused("554 5.6.1 8-bit content needs BODY=8BITMIME")
