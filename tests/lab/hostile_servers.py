"""Hostile servers by hand: what no real one can be told to do, and for tests without root all of them.

Each is willing: whoever goes on after it has shown itself is asked for a login, and let in. What comes is written down.
"""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.lab.hostile import IMAPS, SUBMISSION, Trick

MOST = 64 << 20  # octets of a line without end, if nobody ends the connection before
LINGERS = 60.0  # seconds that a silent server stays silent
_OLD = {Trick.TLS_1_0: ssl.TLSVersion.TLSv1, Trick.TLS_1_1: ssl.TLSVersion.TLSv1_1}
_FAREWELL = b"* BYE [ALERT] \x1b]0;owned\x07\x1b[2J\x1b[31mYour account is locked, call +1 555 0100\x1b[0m\r\n"
_FORGED = b"250-forged.hostile.test\r\n250-REQUIRETLS\r\n250 AUTH PLAIN LOGIN\r\n"

Record = Callable[[bytes], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one server plays, and where it writes down what it hears. `context` is its TLS."""

    port: int
    trick: Trick
    context: ssl.SSLContext
    record: Record

    @property
    def implicit(self) -> ssl.SSLContext | None:
        """TLS from the first byte, where that is what it does."""
        in_clear = self.port == SUBMISSION or self.trick in (Trick.CLEAR, Trick.SILENT, *_OLD)
        return None if in_clear else self.context

    async def play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until the client has enough."""
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await self._play(_Listener(reader, self.record), writer)
        writer.transport.abort()

    async def _play(self, listener: _Listener, writer: asyncio.StreamWriter) -> None:
        match self.trick:
            case Trick.SILENT:
                await listener.to_the_end()
            case Trick.TLS_1_0 | Trick.TLS_1_1 if self.port != SUBMISSION:
                await _refuse_to_shake_hands(listener, writer, self.context)
            case Trick.ENDLESS:
                await _without_end(writer, b"* OK " if self.port == IMAPS else b"220-")
            case Trick.FAREWELL:
                writer.write(_FAREWELL)
                await listener.to_the_end()
            case _ if self.port == IMAPS:
                await self._imap(listener, writer)
            case _:
                await self._smtp(listener, writer)

    async def _imap(self, listener: _Listener, writer: asyncio.StreamWriter) -> None:
        offers = b"LOGINDISABLED" if self.trick is Trick.NO_LOGIN else b"AUTH=PLAIN AUTH=XOAUTH2 SASL-IR"
        writer.write(b"* PREAUTH come in\r\n" if self.trick is Trick.PREAUTH else b"* OK ready\r\n")
        while line := await listener.line():
            tag, _, command = line.partition(b" ")
            if command.upper().startswith(b"CAPABILITY"):
                writer.write(b"* CAPABILITY IMAP4rev1 " + offers + b"\r\n")
            writer.write(tag + b" OK thank you\r\n")

    async def _smtp(self, listener: _Listener, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 willing ESMTP\r\n")
        while line := await listener.line():
            match line.split()[0].upper():
                case b"STARTTLS" if self.trick in _OLD:
                    writer.write(b"220 2.0.0 Ready to start TLS\r\n")
                    await _refuse_to_shake_hands(listener, writer, self.context)
                case b"EHLO" if self.trick is Trick.STRIPPED:
                    writer.write(b"250-willing\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n")
                case b"EHLO":
                    writer.write(b"250-willing\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n")
                case b"STARTTLS":
                    await self._start_tls(writer)
                case b"AUTH":
                    writer.write(b"235 2.7.0 thank you for the password\r\n")
                case _:
                    writer.write(b"250 2.0.0 as you like\r\n")

    async def _start_tls(self, writer: asyncio.StreamWriter) -> None:
        match self.trick:
            case Trick.REFUSED | Trick.STRIPPED:
                writer.write(b"454 4.7.0 TLS not available due to local problem\r\n")
            case Trick.FAKED:
                writer.write(b"220 2.0.0 Ready to start TLS\r\n")
            case _:
                writer.write(b"220 2.0.0 Ready to start TLS\r\n" + (_FORGED if self.trick is Trick.INJECTED else b""))
                await writer.start_tls(self.context)


class _Listener:
    """Reads, and writes down."""

    def __init__(self, reader: asyncio.StreamReader, record: Record) -> None:
        self._reader = reader
        self._record = record

    async def line(self) -> bytes:
        """One line, blank ones skipped; what is no line at all, such as a handshake, is answered as one."""
        while piece := await self.piece():
            if line := piece.strip():
                return line
        return b""

    async def piece(self) -> bytes:
        piece = await self._reader.read(1 << 16)
        self._record(piece)
        return piece

    async def to_the_end(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGERS):
                while await self.piece():
                    pass


async def _refuse_to_shake_hands(listener: _Listener, writer: asyncio.StreamWriter, context: ssl.SSLContext) -> None:
    """By hand: asyncio's own server cuts the line before it has sent the alert that says why."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    incoming.write(await listener.piece())
    with suppress(ssl.SSLError):
        context.wrap_bio(incoming, outgoing, server_side=True).do_handshake()
    writer.write(outgoing.read())
    await listener.to_the_end()


async def _without_end(writer: asyncio.StreamWriter, begin: bytes) -> None:
    writer.write(begin)
    for _ in range(MOST >> 16):
        writer.write(b"x" * (1 << 16))
        await writer.drain()


def tls_of(trick: Trick, certificates: str) -> ssl.SSLContext:
    """A server's TLS with the key and certificates of that file, old and weak if it must be."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or a weak key could not even be loaded
    if old := _OLD.get(trick):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
            context.minimum_version = context.maximum_version = old
    context.load_cert_chain(certificates)
    return context
