"""A signed-in IMAP connection as the families of commands see it: one command at a time, every answer judged.

Reading (imap_reading.py) and filing (imap_filing.py) are built on it, and the session (imap.py) is both of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from linksec_tui.model.errors import MailboxRefused, NotNow, ProtocolBroken
from linksec_tui.model.stage import Stage
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap_answers import Fetched, FlagsFetch, Selected, codes, parse_fetch
from linksec_tui.wire.imap_bulk import read_flags
from linksec_tui.wire.imap_exchange import Exchange, Request
from linksec_tui.wire.imap_protocol import BoundedProtocol, server_text
from linksec_tui.wire.imap_tokens import uid_set
from linksec_tui.wire.opening import OPEN_WITHIN, unheard

CHUNK = 250  # messages asked for at once: parsing a chunk stays under a frame or two
PARSED_AT_ONCE = 50  # responses, until the event loop may do something else
FETCH = frozenset({b"FETCH"})
NOT_NOW = frozenset({b"UNAVAILABLE", b"INUSE", b"LIMIT"})  # RFC 5530 §3
FULL = b"OVERQUOTA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a session is opened with. `timeout`: seconds of silence during a command."""

    dialler: Dialler
    clock: Callable[[], datetime]
    ca_file: Path | None = None
    timeout: float = 20.0
    open_within: float = OPEN_WITHIN  # seconds for the whole of it, until the server has said what it offers
    told: Callable[[Stage], None] = unheard  # how far it came


class Channel:
    """One connection to `host`, the mailbox that is selected on it, and the one way to ask."""

    def __init__(self, protocol: BoundedProtocol, means: Means) -> None:
        self._protocol = protocol
        self._means = means
        self.host = protocol.host
        self.capabilities: frozenset[str] = frozenset()
        self.selected: Selected | None = None

    @property
    def alive(self) -> bool:
        """False once the connection is known to be lost."""
        return self._protocol.problem is None

    async def flags_from(self, request: Request) -> list[FlagsFetch]:
        """The flags that the answer tells, each message once."""
        read = await asyncio.to_thread(read_flags, (await self.ask(request)).responses)
        self.note_unasked(read.unasked)
        return [FlagsFetch(uid=uid, flags=flags) for uid, flags in read.flags.items()]

    def note_unasked(self, fetched: Iterable[Fetched]) -> None:
        """What stood in an answer without having been asked for: somebody else has changed it."""
        for each in fetched:
            self._protocol.note_flags(each)

    async def ask(self, request: Request) -> Exchange:
        """A command to its end. Raises MailboxRefused where the server would not, ProtocolBroken where it could not."""
        exchange = await self._protocol.ask(self.timed(request))
        must(exchange, self.host)
        return exchange

    async def fetch(self, request: Request, item: bytes) -> AsyncIterator[Fetched]:
        """The responses that carry what was asked for; the others came unasked, and are noted as such."""
        for count, response in enumerate((await self.ask(request)).responses, 1):
            fetched = parse_fetch(response)
            if fetched and fetched.uid and any(name.startswith(item) for name in fetched.items):
                yield fetched
            elif fetched:
                self._protocol.note_flags(fetched)
            if count % PARSED_AT_ONCE == 0:
                await asyncio.sleep(0)  # everybody else's turn

    def timed(self, request: Request) -> Request:
        """The request with this connection's patience."""
        return replace(request, quiet=self._means.timeout)


def sets(uids: Iterable[int]) -> list[str]:
    """UID sets short enough for every server's command line."""
    ordered = sorted(set(uids))
    return [uid_set(ordered[at : at + CHUNK]) for at in range(0, len(ordered), CHUNK)]


def must(exchange: Exchange, host: str) -> None:
    """Raises MailboxRefused, ProtocolBroken."""
    if exchange.status == "NO" and NOT_NOW & codes([exchange.text]).keys():
        raise NotNow(f"{host} cannot do it now: “{server_text(exchange.text)}”.", "It will be tried again.")
    if exchange.status == "NO" and FULL in codes([exchange.text]):
        raise MailboxRefused(
            f"Your mailboxes at {host} are full: “{server_text(exchange.text)}”.",
            "Delete something there, or ask your provider for more room.",
        )
    if exchange.status == "NO":
        raise MailboxRefused(f"{host} refused: “{server_text(exchange.text)}”.", "Nothing was changed.")
    if exchange.status != "OK":
        raise ProtocolBroken(f"{host} did not understand us: “{server_text(exchange.text)}”.", "Please report this.")
