"""A look at an exchanger: greeting, EHLO, STARTTLS, handshake, EHLO, QUIT (RFC 3207; link-security.md §2.5).

The only connection of ours that speaks in clear or goes on with a certificate that does not verify. It carries no
credentials, no mail and no name of ours. A handshake that fails is tried again, first without demanding a valid
certificate, then with TLS 1.0 and old ciphers: only who fails all of them takes no TLS.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from linksec_tui.model.evidence import CertificateState, StarttlsStatus
from linksec_tui.model.visible import visible
from linksec_tui.wire.dial import Dialler, ForbiddenAddress, Target
from linksec_tui.wire.tls import certificate_state, probe_context, verified_context
from linksec_tui.wire.tls_facts import certificate_chain

SMTP_PORT = 25
MAX_LINE = 4096  # octets; RFC 5321 §4.5.3.1.5 allows 512, some servers more
MAX_LINES = 100  # of one reply
_SHOWN = 120  # characters of a server's words
_HANDSHAKE_FAILED = (ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an exchanger showed to somebody who only looked. `linksec` holds the words after that keyword."""

    starttls: StarttlsStatus
    detail: str = ""
    spoke: bool = False  # the connection stood, and so the day's look was spent, whatever came of it
    version: str = ""
    cipher: str = ""
    certificate: CertificateState = CertificateState.UNKNOWN
    chain: tuple[bytes, ...] = ()
    requiretls: bool = False
    linksec: str | None = None
    old_tls: bool = False


class _CutShort(Exception):
    """The session ended before it told anything."""


class _NotOffered(Exception):
    """A complete EHLO answer without STARTTLS, or STARTTLS refused."""


class _HandshakeFailed(Exception):
    """STARTTLS was offered and accepted, and then there was no TLS."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Whom to look at. `addresses` spares a lookup that was made already."""

    host: str
    addresses: Sequence[str] = ()
    seconds: float = 10.0  # for the whole look, second and third handshake included


@dataclass(slots=True)
class _Progress:
    """How far a look came before it ended. `handshake` is what one that succeeded has shown."""

    spoke: bool = False
    handshake: Seen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """One way to shake hands, and what is known of the certificate if it succeeds."""

    context: ssl.SSLContext
    certificate: CertificateState
    old_tls: bool = False


@dataclass(slots=True, kw_only=True)
class StarttlsProbe:
    """Looks at exchangers by the user's dialling rules."""

    dialler: Dialler
    ca_file: Path | None = None
    _verifying: ssl.SSLContext | None = field(default=None, init=False)

    async def look(self, exchange: Exchange) -> Seen:
        """What the exchanger showed; an absence that may have other causes is UNREACHABLE, never NOT_OFFERED."""
        progress = _Progress()
        try:
            async with asyncio.timeout(exchange.seconds):
                seen = await self._look(exchange, progress)
        except TimeoutError:
            seen = progress.handshake or _unreachable("no answer in time")  # a tarpit behind TLS has shown its TLS
        except _CutShort as error:
            seen = _unreachable(str(error))
        except _NotOffered as error:
            seen = Seen(starttls=StarttlsStatus.NOT_OFFERED, detail=str(error))
        except ForbiddenAddress as error:
            seen = _unreachable(f"it leads to a private address ({error})")
        except OSError as error:
            seen = _unreachable(error.strerror or str(error))
        return replace(seen, spoke=progress.spoke)

    async def _look(self, exchange: Exchange, progress: _Progress) -> Seen:
        if self._verifying is None:
            self._verifying = await asyncio.to_thread(verified_context, self.ca_file)  # the roots take 90 ms
        try:
            verifying = _Attempt(context=self._verifying, certificate=CertificateState.VALID)
            return await self._session(exchange, progress, verifying)
        except _HandshakeFailed as failed:
            error = failed.error
        state = CertificateState.UNKNOWN
        if isinstance(error, ssl.SSLCertVerificationError):
            state = certificate_state(error)
            try:
                return await self._session(exchange, progress, _Attempt(context=probe_context(), certificate=state))
            except _HandshakeFailed as failed:
                error = failed.error
        legacy = _Attempt(context=probe_context(legacy=True), certificate=state, old_tls=True)
        try:
            return await self._session(exchange, progress, legacy)
        except _HandshakeFailed:
            return Seen(starttls=StarttlsStatus.FAILED, detail=_words(_reason(error)))

    async def _session(self, exchange: Exchange, progress: _Progress, attempt: _Attempt) -> Seen:
        target = Target(
            host=exchange.host.strip("[]").removeprefix("IPv6:"),
            port=SMTP_PORT,
            known_addresses=exchange.addresses,
            stranger=True,
            timeout=exchange.seconds,
        )
        reader, writer = await self.dialler.open(target)
        progress.spoke = True
        try:
            return await _Session(reader, writer, progress).run(target.host, attempt)
        finally:
            writer.transport.abort()


class _Session:
    """One connection; its own buffer, so that nothing learnt in clear is read after the handshake."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, progress: _Progress) -> None:
        self._reader = reader
        self._writer = writer
        self._progress = progress
        self._buffer = b""

    async def run(self, host: str, attempt: _Attempt) -> Seen:
        code, lines = await self._reply()
        if code != 220:
            raise _CutShort(f"it greeted with {code} {_words(lines[-1])}")
        if "STARTTLS" not in _keywords(await self._ehlo()):
            raise _NotOffered
        code, lines = await self._command("STARTTLS")
        if code == 421:
            raise _CutShort(f"it closed: {_words(lines[-1])}")
        if code != 220:
            raise _NotOffered(f"STARTTLS was refused: {code} {_words(lines[-1])}")
        await self._shake_hands(host, attempt.context)
        self._progress.handshake = seen = self._handshake(attempt)
        return await self._offers(seen)

    async def _ehlo(self) -> list[str]:
        code, lines = await self._command(f"EHLO {self._own_literal()}")
        if code != 250:
            raise _CutShort(f"it answered EHLO with {code} {_words(lines[-1])}")
        return lines[1:]

    def _own_literal(self) -> str:
        """RFC 5321 §4.1.4: who has no name of its own says its address."""
        address = str(self._writer.get_extra_info("sockname")[0]).partition("%")[0]
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

    async def _shake_hands(self, host: str, context: ssl.SSLContext) -> None:
        if self._buffer:  # RFC 3207 §6: words sent before the handshake, to be taken for words after it
            raise _CutShort("it sent more than it was asked before TLS began")
        try:
            await self._writer.start_tls(context, server_hostname=host)
        except _HANDSHAKE_FAILED as error:
            raise _HandshakeFailed(error) from error
        except UnicodeError as error:  # DNS allows labels of any octets, TLS does not
            raise _CutShort("its name is none that a certificate can have") from error

    def _handshake(self, attempt: _Attempt) -> Seen:
        tls: ssl.SSLObject = self._writer.get_extra_info("ssl_object")
        cipher = tls.cipher()
        return Seen(
            starttls=StarttlsStatus.OFFERED,
            version=tls.version() or "",
            cipher=cipher[0] if cipher else "",
            certificate=attempt.certificate,
            chain=certificate_chain(tls),
            old_tls=attempt.old_tls,
        )

    async def _offers(self, seen: Seen) -> Seen:
        """The second EHLO answer, the only one whose words count; one that is cut off takes nothing away."""
        try:
            keywords = _keywords(await self._ehlo())
            self._writer.write(b"QUIT\r\n")
            await self._writer.drain()
        except _HANDSHAKE_FAILED as error:
            # in TLS 1.3 a server may refuse us only now; it was TLS all the same
            return replace(seen, detail=_words(_reason(error)))
        except _CutShort as error:
            return replace(seen, detail=str(error))
        return replace(seen, requiretls="REQUIRETLS" in keywords, linksec=keywords.get("LINKSEC"))

    async def _command(self, line: str) -> tuple[int, list[str]]:
        try:
            self._writer.write(line.encode("ascii") + b"\r\n")
            await self._writer.drain()
        except ConnectionError as error:
            raise _CutShort("the connection was cut off") from error
        return await self._reply()

    async def _reply(self) -> tuple[int, list[str]]:
        """Code and texts of one reply (RFC 5321 §4.2.1)."""
        texts: list[str] = []
        for _ in range(MAX_LINES):
            line = await self._line()
            match = re.fullmatch(r"([2-5][0-9]{2})(?:([ -])(.*))?", line)
            if match is None:
                raise _CutShort(f"it does not speak SMTP: {_words(line)}")
            texts.append(match[3] or "")
            if match[2] != "-":
                return int(match[1]), texts
        raise _CutShort("its reply has no end")

    async def _line(self) -> str:
        while b"\n" not in self._buffer:
            if len(self._buffer) > MAX_LINE:
                raise _CutShort("its reply has a line without end")
            try:
                piece = await self._reader.read(MAX_LINE)
            except ConnectionError as error:
                raise _CutShort("the connection was cut off") from error
            if not piece:
                raise _CutShort("the connection was closed")
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r").decode("latin-1")


def _keywords(lines: Sequence[str]) -> dict[str, str]:
    """EHLO keywords in upper case, each with what follows it. One that stands there twice says nothing clear."""
    found: dict[str, str] = {}
    for line in lines:
        keyword, _, parameters = line.strip().partition(" ")
        found[keyword.upper()] = "" if keyword.upper() in found else parameters
    return found


def _unreachable(detail: str) -> Seen:
    return Seen(starttls=StarttlsStatus.UNREACHABLE, detail=_words(detail))


def _reason(error: BaseException) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "TLS failed").replace("_", " ").lower()
    return "the connection was cut off during the handshake"


def _words(text: str) -> str:
    return visible(text)[:_SHOWN]
