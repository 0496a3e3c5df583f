"""A session with our own IMAP server: TLS from the first byte, every wait bounded, every answer typed (RFC 3501, 8314).

Port 143 and STARTTLS do not exist here. A server that skips the login (PREAUTH) is refused, because then nobody knows
whose mailbox it is; one that forbids LOGIN is obeyed.
"""

# pyright: reportUnknownMemberType=false
# The protocol's base class comes from aioimaplib, which ships no types.

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import replace
from typing import cast

from linksec_tui.model.account import Server, Tls
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.credentials import Credentials, Password
from linksec_tui.model.errors import (
    ConfigurationError,
    ConnectionProblem,
    CredentialsRefused,
    ProtocolBroken,
    Unreachable,
)
from linksec_tui.model.stage import Stage
from linksec_tui.model.visible import visible
from linksec_tui.wire.imap_answers import (
    codes,
    parse_capabilities,
    told_capabilities,
)
from linksec_tui.wire.imap_changes import Changes
from linksec_tui.wire.imap_channel import NOT_NOW, Means, must
from linksec_tui.wire.imap_exchange import Request
from linksec_tui.wire.imap_filing import Filing
from linksec_tui.wire.imap_login import login_command, sent_coded
from linksec_tui.wire.imap_mailboxes import Mailboxes
from linksec_tui.wire.imap_protocol import MAX_SERVER_TEXT, BoundedProtocol, server_text
from linksec_tui.wire.imap_reading import Reading
from linksec_tui.wire.opening import connected, opening
from linksec_tui.wire.pin import check_of
from linksec_tui.wire.sasl import hidden, refusal
from linksec_tui.wire.tls_facts import Handshake
from linksec_tui.wire.tls_failure import NOT_SENT

IDLE_AT_MOST = 240.0  # seconds; some routers forget a connection after five minutes, and a dead one is noticed by then
FIRST_IDLE = 1.0  # seconds; the next ones are four times as long each
_CAPABILITY = frozenset({b"CAPABILITY"})


class ImapSession(Mailboxes, Reading, Filing):
    """One connection to an account's IMAP server. Every method raises ConnectionProblem."""

    def __init__(self, protocol: BoundedProtocol, server: Server, means: Means, shown: Handshake) -> None:
        super().__init__(protocol, means)
        self._server = server
        self._shown = shown

    @property
    def facts(self) -> TlsFacts:
        """What our own hop proved."""
        return self._shown.facts()

    @classmethod
    async def connect(cls, server: Server, means: Means) -> ImapSession:
        """TCP, TLS, greeting, capabilities; no password is asked for yet."""
        if server.tls is not Tls.IMPLICIT or server.port == 143:
            raise ConfigurationError(
                f"Mail is read over TLS from the first byte; {server.host}:{server.port} is not that.",
                "Name the IMAPS port, which is 993 nearly everywhere.",
            )
        async with opening(server, means.open_within):
            protocol, shown = await _open(server, means)
            session = cls(protocol, server, means, shown)
            try:
                greeting = await session._greet()
                means.told(Stage.GREETING)
                session.capabilities = told_capabilities(greeting) or await session._ask_capabilities()
            except BaseException:
                protocol.end()
                raise
        return session

    async def login(self, credentials: Credentials) -> None:
        """Proves who we are. Raises CredentialsRefused, ConfigurationError."""
        request = login_command(credentials, self.capabilities, self._server)
        if request is None:
            kind = "passwords" if isinstance(credentials, Password) else "sign-in of your kind (OAuth)"
            raise CredentialsRefused(
                f"{self.host} takes no {kind} on this connection; yours was not sent.",
                "Ask your provider how mail programs sign in.",
            )
        exchange = await self._protocol.ask(self.timed(replace(request, wanted=_CAPABILITY)))
        said = hidden(visible(exchange.text.decode("utf-8", "replace").strip()), credentials, sent_coded(request))[
            :MAX_SERVER_TEXT
        ]
        if NOT_NOW & codes([exchange.text]).keys():
            raise Unreachable(f"{self.host} cannot let anybody in now: “{said}”.", "It will be tried again.")
        if exchange.status != "OK":
            raise refusal(credentials, self.host, said, exchange.question)
        # RFC 3501 §§6.2.2, 6.2.3: they may be others now; many a server says by itself which
        told = told_capabilities(exchange.text) or parse_capabilities(exchange.responses)
        self.capabilities = told or await self._ask_capabilities()

    async def next_change(self, within: float) -> Changes:
        """Waits until the server tells something about the selected mailbox, `within` seconds at most.

        By IDLE (RFC 2177), begun again before anything on the way forgets the connection; without it by NOOP. Not
        every server tells in an IDLE what happened just before it, but all do at its end: so a NOOP goes before the
        first, and the first is short.
        """
        loop = asyncio.get_running_loop()
        until, span = loop.time() + within, FIRST_IDLE
        await self.ask(Request(name="NOOP"))
        while not (changes := self._protocol.take_changes()) and (left := until - loop.time()) > 0:
            if "IDLE" in self.capabilities:
                exchange = await self._protocol.idle_until(min(left, span), self._means.timeout)
                must(exchange, self.host)
                span = min(span * 4, IDLE_AT_MOST)
            else:
                await asyncio.sleep(min(left, self._means.timeout * 3))
                await self.ask(Request(name="NOOP"))
        return changes

    def doubt(self) -> None:
        """Whoever waits for changes asks the server once whether it is still there."""
        self._protocol.stir()

    async def close(self) -> None:
        """Says goodbye and closes; never raises, never waits long."""
        with contextlib.suppress(ConnectionProblem, TimeoutError):
            async with asyncio.timeout(2):
                await self._protocol.ask(Request(name="LOGOUT", quiet=2))
        self._protocol.end()

    async def _greet(self) -> bytes:
        line = await asyncio.shield(self._protocol.greeting)
        words = line.split(b" ", 2)
        match words[1].upper() if len(words) > 1 and words[0] == b"*" else b"":
            case b"OK":
                return line
            case b"PREAUTH":
                raise ProtocolBroken(
                    f"{self.host} opens a mailbox without asking who we are: expected to be asked, found that anybody"
                    f" would be let in (PREAUTH).",
                    "Tell your provider; this program does not read mail that way.",
                )
            case b"BYE":
                said = server_text(words[2] if len(words) > 2 else b"")
                raise Unreachable(
                    f"{self.host} does not want to talk now: “{said}”. {NOT_SENT}", "It will be tried again."
                )
            case _:
                raise ProtocolBroken(f"{self.host} does not speak IMAP.", "Check the server's name and port.")

    async def _ask_capabilities(self) -> frozenset[str]:
        return parse_capabilities((await self.ask(Request(name="CAPABILITY", wanted=_CAPABILITY))).responses)


async def _open(server: Server, means: Means) -> tuple[BoundedProtocol, Handshake]:
    check = await check_of(server, means.ca_file, means.clock)
    sock = await connected(server, means.dialler, means.open_within)
    means.told(Stage.CONNECT)
    transport, protocol = await asyncio.get_running_loop().create_connection(
        lambda: BoundedProtocol(server.host), sock=sock, ssl=check.context, server_hostname=server.host
    )
    try:
        shown = check.judge(cast("ssl.SSLObject", transport.get_extra_info("ssl_object")))
    except BaseException:
        protocol.end()
        raise
    means.told(Stage.TLS)
    return protocol, shown
