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
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import cast

from linksec_tui.model.account import Server, Tls
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.credentials import Credentials, Password
from linksec_tui.model.errors import (
    ConfigurationError,
    ConnectionProblem,
    CredentialsRefused,
    MailboxRefused,
    ProtocolBroken,
    Unreachable,
)
from linksec_tui.model.verification import Stage
from linksec_tui.model.visible import visible
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap_answers import (
    Fetched,
    FlagsFetch,
    HeaderFetch,
    MailboxLine,
    Selected,
    as_header,
    codes,
    number,
    parse_capabilities,
    parse_fetch,
    parse_list,
    parse_numbers,
    render_internaldate,
)
from linksec_tui.wire.imap_exchange import MAX_BODY_ANSWER, Changes, Exchange, Request
from linksec_tui.wire.imap_framer import MAX_LITERAL
from linksec_tui.wire.imap_login import login_command, sent_coded
from linksec_tui.wire.imap_protocol import MAX_SERVER_TEXT, BoundedProtocol, server_text
from linksec_tui.wire.imap_tokens import Argument, Literal, astring, uid_set
from linksec_tui.wire.opening import OPEN_WITHIN, connected, opening, unheard
from linksec_tui.wire.pin import check_of
from linksec_tui.wire.sasl import hidden, refusal
from linksec_tui.wire.tls_failure import NOT_SENT

CHUNK = 250  # messages asked for at once: parsing a chunk stays under a frame or two
MAX_HEADER = 32 << 10  # bytes of header fields that are asked for; the sender chooses how long they are
MAX_SEARCH = 90_000  # messages searched at once: ten digits each and a blank stay under MAX_LINE
MAX_MAILBOXES = 10_000
MAX_APPEND = 64 << 20
IDLE_AT_MOST = 240.0  # seconds; some routers forget a connection after five minutes, and a dead one is noticed by then
FIRST_IDLE = 1.0  # seconds; the next ones are four times as long each
PARSED_AT_ONCE = 50  # responses, until the event loop may do something else

# BODY.PEEK, never ENVELOPE: a subject with an odd parenthesis has broken many a client.
HEADER_FIELDS = (
    "FROM TO CC SUBJECT DATE MESSAGE-ID IN-REPLY-TO REFERENCES CONTENT-TYPE AUTO-SUBMITTED RETURN-PATH"
    " X-FAILED-RECIPIENTS"
)
_HEADER_ITEMS = f"(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({HEADER_FIELDS})]<0.{MAX_HEADER}>)"
_FETCH = frozenset({b"FETCH"})
_NOT_NOW = frozenset({b"UNAVAILABLE", b"INUSE", b"LIMIT"})  # RFC 5530 §3: the password may well be right


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a session is opened with. `timeout`: seconds of silence during a command."""

    dialler: Dialler
    clock: Callable[[], datetime]
    ca_file: Path | None = None
    timeout: float = 20.0
    open_within: float = OPEN_WITHIN  # seconds for the whole of it, until the server has said what it offers
    told: Callable[[Stage], None] = unheard  # how far it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message to be filed in a mailbox (APPEND)."""

    content: bytes
    flags: frozenset[str] = frozenset()
    when: datetime | None = None


class ImapSession:
    """One connection to an account's IMAP server. Every method raises ConnectionProblem."""

    def __init__(self, protocol: BoundedProtocol, server: Server, means: Means, shown: TlsFacts) -> None:
        self._protocol = protocol
        self._means = means
        self._server = server
        self.host = server.host
        self.facts = shown
        self.capabilities: frozenset[str] = frozenset()
        self.selected: Selected | None = None

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
                await session._greet()
                means.told(Stage.GREETING)
                await session._ask_capabilities()
            except BaseException:
                protocol.end()
                raise
        return session

    @property
    def alive(self) -> bool:
        """False once the connection is known to be lost."""
        return self._protocol.problem is None

    async def login(self, credentials: Credentials) -> None:
        """Proves who we are. Raises CredentialsRefused, ConfigurationError."""
        request = login_command(credentials, self.capabilities, self._server)
        if request is None:
            kind = "passwords" if isinstance(credentials, Password) else "sign-in of your kind (OAuth)"
            raise CredentialsRefused(
                f"{self.host} takes no {kind} on this connection; yours was not sent.",
                "Ask your provider how mail programs sign in.",
            )
        exchange = await self._protocol.ask(self._timed(request))
        said = hidden(visible(exchange.text.decode("utf-8", "replace").strip()), credentials, sent_coded(request))[
            :MAX_SERVER_TEXT
        ]
        if _NOT_NOW & codes([exchange.text]).keys():
            raise Unreachable(f"{self.host} cannot let anybody in now: “{said}”.", "It will be tried again.")
        if exchange.status != "OK":
            raise refusal(credentials, self.host, said, exchange.question)
        await self._ask_capabilities()  # RFC 3501 §6.2.3: they may be others now

    async def mailboxes(self) -> list[MailboxLine]:
        """All mailboxes, with their special-use where the server tells it (RFC 6154 §2)."""
        arguments = ["", "*"]
        tail = ("RETURN (SPECIAL-USE)",) if {"LIST-EXTENDED", "SPECIAL-USE"} <= self.capabilities else ()
        request = Request(name="LIST", arguments=(*(f'"{a}"' for a in arguments), *tail), wanted=frozenset({b"LIST"}))
        exchange = await self._ask(request)
        lines = [line for response in exchange.responses[:MAX_MAILBOXES] if (line := parse_list(response))]
        return list({line.wire_name: line for line in lines}.values())

    async def create(self, wire_name: str) -> None:
        """A new mailbox. Raises MailboxRefused."""
        await self._ask(Request(name="CREATE", arguments=(astring(wire_name),)))

    async def select(self, wire_name: str) -> Selected:
        """Opens a mailbox. Raises MailboxRefused where it cannot be opened."""
        self.selected = None
        self._protocol.take_changes()
        wanted = frozenset({b"EXISTS", b"OK", b"FLAGS", b"RECENT"})
        exchange = await self._ask(Request(name="SELECT", arguments=(astring(wire_name),), wanted=wanted))
        told = codes([*(response[0] for response in exchange.responses), exchange.text])
        exists = [r[0].split()[1] for r in exchange.responses if r[0].upper().endswith(b" EXISTS")]
        self.selected = Selected(
            wire_name=wire_name,
            uidvalidity=number(told.get(b"UIDVALIDITY")),
            uidnext=number(told.get(b"UIDNEXT")),
            exists=number(exists[-1]) if exists else 0,
            readonly=b"READ-ONLY" in told,
        )
        return self.selected

    async def search_uids(self, criteria: str = "ALL") -> list[int]:
        """UIDs by criteria, ascending; asked in pieces so that no line of the answer grows beyond the limit."""
        exists = self.selected.exists if self.selected else 0
        if criteria == "ALL" and exists > MAX_SEARCH:
            pieces = [f"{first}:{first + MAX_SEARCH - 1}" for first in range(1, exists + 1, MAX_SEARCH)]
        else:
            pieces = [criteria]
        found: set[int] = set()
        for piece in pieces:
            request = Request(name="SEARCH", prefix="UID", arguments=(piece,), wanted=frozenset({b"SEARCH"}))
            found.update(parse_numbers((await self._ask(request)).responses))
        return sorted(found)

    async def newest_uids(self, count: int) -> list[int]:
        """The UIDs of the `count` newest messages, ascending, without asking for all."""
        exists = self.selected.exists if self.selected else 0
        if not exists:
            return []
        numbers = f"{max(1, exists - count + 1)}:{exists}"
        request = Request(name="FETCH", arguments=(numbers, "(UID)"), wanted=_FETCH)
        return sorted({fetched.uid async for fetched in self._fetch(request, b"UID")})

    async def with_message_id(self, message_id: str) -> list[int]:
        """The UIDs of messages that carry this id; none where it cannot stand on a command line."""
        quoted = astring(message_id)
        return await self.search_uids(f"HEADER MESSAGE-ID {quoted}") if message_id and isinstance(quoted, str) else []

    async def headers(self, uids: Sequence[int]) -> AsyncIterator[list[HeaderFetch]]:
        """The headers of `uids`, in their order, a chunk at a time; what is gone is missing."""
        for at in range(0, len(uids), CHUNK):
            chunk = uids[at : at + CHUNK]
            request = Request(name="FETCH", prefix="UID", arguments=(uid_set(chunk), _HEADER_ITEMS), wanted=_FETCH)
            by_uid = {fetched.uid: as_header(fetched) async for fetched in self._fetch(request, b"BODY[")}
            yield [by_uid[uid] for uid in chunk if uid in by_uid]

    async def flags(self, uids: str) -> list[FlagsFetch]:
        """The flags of a UID set (`1:250`, or what `uid_set` renders)."""
        return await self._flags(Request(name="FETCH", prefix="UID", arguments=(uids, "(UID FLAGS)"), wanted=_FETCH))

    async def flags_at(self, numbers: Iterable[int]) -> list[FlagsFetch]:
        """The flags of messages by sequence number, as a server's unasked FETCH names them."""
        return await self._flags(Request(name="FETCH", arguments=(uid_set(numbers), "(UID FLAGS)"), wanted=_FETCH))

    async def _flags(self, request: Request) -> list[FlagsFetch]:
        found = {fetched.uid: fetched.flags async for fetched in self._fetch(request, b"FLAGS")}
        return [FlagsFetch(uid=uid, flags=flags) for uid, flags in found.items()]

    async def body(self, uid: int) -> bytes | None:
        """The whole message, its first 64 MiB at most; None where it is gone."""
        items = f"(UID BODY.PEEK[]<0.{MAX_LITERAL}>)"
        request = Request(
            name="FETCH", prefix="UID", arguments=(str(uid), items), wanted=_FETCH, max_bytes=MAX_BODY_ANSWER
        )
        found = {fetched.uid: fetched.section async for fetched in self._fetch(request, b"BODY[")}
        return found.get(uid)

    async def store_flags(
        self, uids: Iterable[int], *, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> list[FlagsFetch]:
        """Sets and clears flags; what the server says they are now."""
        changed: dict[int, FlagsFetch] = {}
        for chosen in _sets(uids):
            for sign, flags in (("+", sorted(add)), ("-", sorted(remove))):
                if flags:
                    arguments = (chosen, f"{sign}FLAGS", f"({' '.join(flags)})")
                    request = Request(name="STORE", prefix="UID", arguments=arguments, wanted=_FETCH)
                    changed.update({fetched.uid: fetched for fetched in await self._flags(request)})
        return list(changed.values())

    async def append(self, wire_name: str, letter: Letter) -> int:
        """Files a letter; its UID where the server tells it (UIDPLUS), otherwise 0. Raises MailboxRefused."""
        if len(letter.content) > MAX_APPEND:
            raise MailboxRefused(f"The letter is larger than {MAX_APPEND >> 20} MiB.", "It was not filed.")
        when = (render_internaldate(letter.when),) if letter.when else ()
        flags = (f"({' '.join(sorted(letter.flags))})",) if letter.flags else ()
        arguments = (astring(wire_name), *flags, *when, Literal(letter.content))
        exchange = await self._ask(Request(name="APPEND", arguments=arguments))
        told = codes([exchange.text]).get(b"APPENDUID", b"").split()
        return number(told[1]) if len(told) == 2 else 0

    async def move(self, uids: Iterable[int], wire_name: str) -> None:
        """Moves messages: by MOVE (RFC 6851), or copied, marked and expunged by UID (RFC 4315)."""
        for chosen in _sets(uids):
            await self._move(chosen, astring(wire_name))

    async def _move(self, chosen: str, target: Argument) -> None:
        if "MOVE" in self.capabilities:
            await self._ask(Request(name="MOVE", prefix="UID", arguments=(chosen, target)))
            return
        await self._ask(Request(name="COPY", prefix="UID", arguments=(chosen, target)))
        await self._ask(Request(name="STORE", prefix="UID", arguments=(chosen, "+FLAGS.SILENT", "(\\Deleted)")))
        if "UIDPLUS" in self.capabilities:  # a plain EXPUNGE would take what others have marked
            await self._ask(Request(name="EXPUNGE", prefix="UID", arguments=(chosen,)))

    async def next_change(self, within: float) -> Changes:
        """Waits until the server tells something about the selected mailbox, `within` seconds at most.

        By IDLE (RFC 2177), begun again before anything on the way forgets the connection; without it by NOOP. Not
        every server tells in an IDLE what happened just before it, but all do at its end: so a NOOP goes before the
        first, and the first is short.
        """
        loop = asyncio.get_running_loop()
        until, span = loop.time() + within, FIRST_IDLE
        await self._ask(Request(name="NOOP"))
        while not (changes := self._protocol.take_changes()) and (left := until - loop.time()) > 0:
            if "IDLE" in self.capabilities:
                exchange = await self._protocol.idle_until(min(left, span), self._means.timeout)
                _must(exchange, self.host)
                span = min(span * 4, IDLE_AT_MOST)
            else:
                await asyncio.sleep(min(left, self._means.timeout * 3))
                await self._ask(Request(name="NOOP"))
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

    async def _greet(self) -> None:
        line = await asyncio.shield(self._protocol.greeting)
        words = line.split(b" ", 2)
        match words[1].upper() if len(words) > 1 and words[0] == b"*" else b"":
            case b"OK":
                return
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

    async def _ask_capabilities(self) -> None:
        exchange = await self._ask(Request(name="CAPABILITY", wanted=frozenset({b"CAPABILITY"})))
        self.capabilities = parse_capabilities(exchange.responses)

    async def _ask(self, request: Request) -> Exchange:
        exchange = await self._protocol.ask(self._timed(request))
        _must(exchange, self.host)
        return exchange

    async def _fetch(self, request: Request, item: bytes) -> AsyncIterator[Fetched]:
        """The responses that carry what was asked for; the others came unasked, and are noted as such."""
        for count, response in enumerate((await self._ask(request)).responses, 1):
            fetched = parse_fetch(response)
            if fetched and fetched.uid and any(name.startswith(item) for name in fetched.items):
                yield fetched
            elif fetched:
                self._protocol.note(b"FETCH", fetched.number)
            if count % PARSED_AT_ONCE == 0:
                await asyncio.sleep(0)  # everybody else's turn

    def _timed(self, request: Request) -> Request:
        return replace(request, quiet=self._means.timeout)


def _sets(uids: Iterable[int]) -> list[str]:
    """UID sets short enough for every server's command line."""
    ordered = sorted(set(uids))
    return [uid_set(ordered[at : at + CHUNK]) for at in range(0, len(ordered), CHUNK)]


def _must(exchange: Exchange, host: str) -> None:
    if exchange.status == "NO":
        raise MailboxRefused(f"{host} refused: “{server_text(exchange.text)}”.", "Nothing was changed.")
    if exchange.status != "OK":
        raise ProtocolBroken(f"{host} did not understand us: “{server_text(exchange.text)}”.", "Please report this.")


async def _open(server: Server, means: Means) -> tuple[BoundedProtocol, TlsFacts]:
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
