"""One SMTP connection, line by line: aiosmtplib's protocol, made strict about who may speak when.

Before the handshake a forger can put bytes on the line. A reply that nobody asked for, or that follows the server's
220 to STARTTLS in the same segment (RFC 3207 §5; "command injection"), ends the connection. DATA is streamed: one
piece at a time, each with its own deadline, so that a large letter neither stalls the program nor fails on a slow line.
"""

# pyright: reportPrivateUsage=false
from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from aiosmtplib import SMTPResponse
from aiosmtplib.protocol import SMTPProtocol

from linksec_tui.model.errors import BadInput, ProtocolBroken

PIECE = 64 * 1024  # what is handed to the transport before it is waited for
_HIGH_WATER = 256 * 1024  # what the transport may hold back


class StrictProtocol(SMTPProtocol):
    """aiosmtplib's framing (bounded lines and replies), our rules about order."""

    def __init__(self) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self._uncalled_for = 0

    def data_received(self, data: bytes) -> None:
        waiter = self._response_waiter
        if not self._response_pending or waiter is None or waiter.done():
            self._uncalled_for += len(data)
        super().data_received(data)

    def refuse_left_over(self) -> None:
        """Raises ProtocolBroken where the server, or somebody in its place, said more than it was asked."""
        if self._buffer or self._uncalled_for:
            self.abort()
            raise ProtocolBroken(
                "The server spoke before it was asked: expected silence, found more, as if somebody had slipped"
                " something into the connection.",
                "Try another network; if it stays so, tell your provider.",
            )

    async def upgrade(self, context: ssl.SSLContext, host: str, patience: float) -> None:
        """The handshake behind an accepted STARTTLS. Raises OSError, ssl.SSLError."""
        self.refuse_left_over()
        transport = self.transport
        if not isinstance(transport, asyncio.Transport):
            raise ConnectionResetError("connection lost")
        self.transport = await self._loop.start_tls(
            transport, self, context, server_hostname=host, ssl_handshake_timeout=patience
        )
        self._over_ssl = True

    async def start_data(self, patience: float) -> SMTPResponse:
        """The DATA command; anything but 354 is the server's refusal."""
        return await self.execute_command(b"DATA", timeout=patience)

    async def stream(self, content: Sequence[bytes], patience: float, progress: Callable[[int], None] | None) -> bool:
        """The message without its final dot, dots stuffed; `patience` is a piece's. Raises OSError, BadInput.

        False where the server answered before the end: it wants no more of it, and `answer` has its word.
        """
        transport = self.transport
        if not isinstance(transport, asyncio.WriteTransport):
            raise ConnectionResetError("connection lost")
        transport.set_write_buffer_limits(high=_HIGH_WATER)
        self._response_pending = True
        sent = 0
        for piece in chain.from_iterable(map(pieces, content)):
            self.write(stuffed(piece))
            async with asyncio.timeout(patience):
                await self._drain_helper()
            await asyncio.sleep(0)  # an unhindered write would otherwise never give way to the screen
            if self._response_waiter is None or self._response_waiter.done():
                return False
            sent += len(piece)
            if progress:
                progress(sent)
        return True

    def write_final_dot(self) -> None:
        """From here on the message may go out, whatever happens to the line."""
        self.write(b".\r\n")

    async def answer(self, patience: float) -> SMTPResponse:
        """What the server says to the message."""
        return await self.read_response(timeout=patience)

    def abort(self) -> None:
        """Cut the line at once: after a failure in the middle no reply can be trusted to be the right one."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()


def pieces(content: bytes) -> Iterator[bytes]:
    """The message in whole lines, at least one piece; the last line ended. Raises BadInput for a stray CR or LF,
    which some servers would take for the end of the message and others not (SMTP smuggling)."""
    at = 0
    while at < len(content):
        end = content.find(b"\r\n", at + PIECE) + 2
        piece = content[at:end] if end > 1 else content[at:]
        at = end if end > 1 else len(content)
        if not piece.endswith(b"\r\n"):
            piece += b"\r\n"
        if not piece.count(b"\r\n") == piece.count(b"\n") == piece.count(b"\r"):
            raise BadInput("The letter has broken line ends.", "This should not happen; please report it.")
        yield piece


def stuffed(piece: bytes) -> bytes:
    """RFC 5321 §4.5.2: a line that begins with a dot gets another one."""
    doubled = piece.replace(b"\r\n.", b"\r\n..")
    return b"." + doubled if piece.startswith(b".") else doubled
