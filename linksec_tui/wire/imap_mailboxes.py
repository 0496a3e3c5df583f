"""Mailboxes from outside and from inside: listing, counting, opening one and hearing what changed in it meanwhile.

RFC 3501 §6.3; special-use (RFC 6154), counts of all at once (RFC 5819), numbered changes (RFC 7162), news of the
others (RFC 5465). Whatever is not offered is done without.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from linksec_tui.wire.imap_answers import (
    MailboxLine,
    Selected,
    Since,
    Told,
    codes,
    modseq,
    number,
    parse_capabilities,
    parse_list,
    parse_status,
)
from linksec_tui.wire.imap_bulk import read_flags
from linksec_tui.wire.imap_channel import Channel, Means
from linksec_tui.wire.imap_exchange import Request
from linksec_tui.wire.imap_protocol import BoundedProtocol
from linksec_tui.wire.imap_reading import MAX_CHANGED
from linksec_tui.wire.imap_tokens import Response, astring
from linksec_tui.wire.imap_uids import parse_uid_ranges

MAX_MAILBOXES = 10_000
MAX_RESUMED = 64 << 20  # bytes in which a server may say what has changed in a mailbox

# FlagChange makes no sense without the other two (RFC 5465 §5.3); the selected mailbox is told of as ever.
_NOTIFY = (
    "SET (SELECTED (MessageNew MessageExpunge FlagChange))"
    " (PERSONAL (MessageNew MessageExpunge FlagChange MailboxName))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """How far a mailbox is known: in which numbering, and up to which change."""

    uidvalidity: int
    modseq: int


class Mailboxes(Channel):
    """Asks about mailboxes and opens them. Every method raises ConnectionProblem."""

    def __init__(self, protocol: BoundedProtocol, means: Means) -> None:
        super().__init__(protocol, means)
        self.resumes = False  # QRESYNC is on
        self.compressed = False
        self._prepared = False

    async def prepare(self) -> None:
        """What makes a session cheaper, where it is offered: compression, and changes told by UID. Once.

        RFC 5161 §3.1: nothing can be switched on any more when a mailbox is open.
        """
        if self._prepared:
            return
        self._prepared = True
        if "COMPRESS=DEFLATE" in self.capabilities:
            exchange = await self._protocol.ask(self.timed(Request(name="COMPRESS", arguments=("DEFLATE",))))
            self.compressed = exchange.status == "OK"  # RFC 4978 §3: a NO says that something else does it already
        if {"ENABLE", "QRESYNC"} <= self.capabilities:
            request = Request(name="ENABLE", arguments=("QRESYNC",), wanted=frozenset({b"ENABLED"}))
            told = parse_capabilities((await self.ask(request)).responses)
            self.resumes = "QRESYNC" in told

    async def mailboxes(self) -> list[MailboxLine]:
        """All mailboxes, with their special-use where the server tells it (RFC 6154 §2)."""
        tail = ("RETURN (SPECIAL-USE)",) if {"LIST-EXTENDED", "SPECIAL-USE"} <= self.capabilities else ()
        request = Request(name="LIST", arguments=('""', '"*"', *tail), wanted=frozenset({b"LIST"}))
        exchange = await self.ask(request)
        lines = [line for response in exchange.responses[:MAX_MAILBOXES] if (line := parse_list(response))]
        return list({line.wire_name: line for line in lines}.values())

    async def told(self) -> list[Told]:
        """How all mailboxes stand, asked at once; none where the server can only be asked for each (RFC 5819)."""
        if not {"LIST-EXTENDED", "LIST-STATUS"} <= self.capabilities:
            return []
        tail = f"RETURN (STATUS {self._counts})"
        request = Request(name="LIST", arguments=('""', '"*"', tail), wanted=frozenset({b"LIST", b"STATUS"}))
        told = map(parse_status, (await self.ask(request)).responses)
        return [each for each in told if each is not None][:MAX_MAILBOXES]

    async def told_of(self, wire_name: str) -> Told:
        """How one mailbox stands, asked for by itself. Raises MailboxRefused where there is none."""
        arguments = (astring(wire_name), self._counts)
        exchange = await self.ask(Request(name="STATUS", arguments=arguments, wanted=frozenset({b"STATUS"})))
        told = [each for each in map(parse_status, exchange.responses) if each is not None]
        return told[-1] if told else Told(wire_name=wire_name)

    @property
    def _counts(self) -> str:
        modseq = " HIGHESTMODSEQ" if self.counts_changes else ""
        return f"(MESSAGES UNSEEN UIDNEXT UIDVALIDITY{modseq})"

    @property
    def counts_changes(self) -> bool:
        """Does the server number its changes (RFC 7162)?"""
        return bool({"CONDSTORE", "QRESYNC"} & self.capabilities)

    async def select(self, wire_name: str, known: Known | None = None) -> Selected:
        """Opens a mailbox. `known`: how far it is, to be told what changed since. Raises MailboxRefused."""
        self.selected = None
        self._protocol.uidvalidity = 0
        self._protocol.take_changes()
        exchange = await self.ask(_selection(wire_name, self._parameters(known)))
        by_name = _by_name(exchange.responses)
        told = codes([*(response[0] for response in by_name[b"OK"]), exchange.text])
        exists = by_name[b"EXISTS"]
        since = None
        if self.resumes and known and number(told.get(b"UIDVALIDITY")) == known.uidvalidity and not exchange.dropped:
            since = await asyncio.to_thread(_since, by_name[b"VANISHED"], by_name[b"FETCH"])
        self.selected = Selected(
            wire_name=wire_name,
            uidvalidity=number(told.get(b"UIDVALIDITY")),
            uidnext=number(told.get(b"UIDNEXT")),
            exists=number(exists[-1][0].split()[1]) if exists else 0,
            readonly=b"READ-ONLY" in told,
            keywords=b"\\*" in told.get(b"PERMANENTFLAGS", b"\\*"),
            modseq=modseq(told.get(b"HIGHESTMODSEQ")),
            since=since,
        )
        self._protocol.uidvalidity = self.selected.uidvalidity
        return self.selected

    def _parameters(self, known: Known | None) -> str:
        if self.resumes and known:
            return f"(QRESYNC ({known.uidvalidity} {known.modseq}))"
        return "(CONDSTORE)" if self.counts_changes else ""

    async def notify(self) -> bool:
        """Asks to be told of all mailboxes, not of the selected alone (RFC 5465); false where that is not to be had."""
        if "NOTIFY" not in self.capabilities:
            return False
        exchange = await self._protocol.ask(self.timed(Request(name="NOTIFY", arguments=(_NOTIFY,))))
        return exchange.status == "OK"


def _selection(wire_name: str, parameters: str) -> Request:
    return Request(
        name="SELECT",
        arguments=(astring(wire_name), *([parameters] if parameters else [])),
        wanted=frozenset({b"EXISTS", b"OK", b"FLAGS", b"RECENT", b"VANISHED", b"FETCH"}),
        max_bytes=MAX_RESUMED,
        enough=MAX_CHANGED,
    )


def _by_name(responses: Iterable[Response]) -> dict[bytes, list[Response]]:
    found: dict[bytes, list[Response]] = defaultdict(list)
    for response in responses:
        words = response[0].split(b" ", 3)
        found[words[2 if words[1].isdigit() else 1].upper()].append(response)
    return found


def _since(vanished: Iterable[Response], fetched: Iterable[Response]) -> Since | None:
    """None where something in it cannot be read: then everything is to be looked at."""
    ranges = [parse_uid_ranges(response) for response in vanished]
    if not all(ranges):
        return None
    gone = tuple(each for some in ranges for each in some)
    return Since(gone=gone, flags=read_flags(fetched).flags)
