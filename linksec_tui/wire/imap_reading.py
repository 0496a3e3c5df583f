"""What is read from the selected mailbox: UIDs, header fields, flags, bodies (RFC 3501 §6.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from linksec_tui.wire.imap_answers import FlagsFetch, parse_numbers
from linksec_tui.wire.imap_bulk import read_flags
from linksec_tui.wire.imap_channel import FETCH, Channel
from linksec_tui.wire.imap_exchange import MAX_BODY_ANSWER, Request
from linksec_tui.wire.imap_framer import MAX_LITERAL
from linksec_tui.wire.imap_tokens import Response, astring, uid_set

MAX_HEADER = 32 << 10  # bytes of header fields that are asked for; the sender chooses how long they are
MAX_HEADERS = 24 << 20  # bytes of an answer with headers: PIECE_AT_MOST of the longest, and a bit
PIECE_AT_MOST = 500  # messages whose headers are asked for at once
MAX_CHANGED = 50_000  # messages whose new flags are told one by one; where there are more, all are looked at
MAX_SEARCH = 90_000  # messages searched at once: ten digits each and a blank stay under MAX_LINE

# BODY.PEEK, never ENVELOPE: a subject with an odd parenthesis has broken many a client.
HEADER_FIELDS = (
    "FROM TO CC SUBJECT DATE MESSAGE-ID IN-REPLY-TO REFERENCES CONTENT-TYPE AUTO-SUBMITTED RETURN-PATH"
    " X-FAILED-RECIPIENTS"
)
TRACE_FIELDS = "RECEIVED AUTHENTICATION-RESULTS ARC-AUTHENTICATION-RESULTS"
_HEADER_ITEMS = f"UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({HEADER_FIELDS})]<0.{MAX_HEADER}>"

GMAIL = "X-GM-EXT-1"  # what a server offers that has labels and one mailbox with everything in it
GMAIL_ID = "X-GM-MSGID"  # tells a message under one label from the same under another


class Reading(Channel):
    """Reads; changes nothing on the server. Every method raises ConnectionProblem."""

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
            before = len(found)
            told = (await self.ask(request)).responses
            found.update(await asyncio.to_thread(parse_numbers, told))  # 30 ms for MAX_SEARCH of them
            if len(found) == before:
                break  # no message has such a number, whatever the server says that it has
        return sorted(found)

    async def newest_uids(self, count: int) -> list[int]:
        """The UIDs of the `count` newest messages, ascending, without asking for all."""
        exists = self.selected.exists if self.selected else 0
        if not exists:
            return []
        numbers = f"{max(1, exists - count + 1)}:{exists}"
        request = Request(name="FETCH", arguments=(numbers, "(UID)"), wanted=FETCH)
        return sorted({fetched.uid async for fetched in self.fetch(request, b"UID")})

    async def with_message_id(self, message_id: str) -> list[int]:
        """The UIDs of messages that carry this id; none where it cannot stand on a command line."""
        quoted = astring(message_id)
        return await self.search_uids(f"HEADER MESSAGE-ID {quoted}") if message_id and isinstance(quoted, str) else []

    async def header_responses(self, uids: Sequence[int]) -> list[Response]:
        """The answer to a question for the headers of `uids`, not read yet: `imap_bulk` does, in a thread."""
        return await self._header_responses("UID", uid_set(uids))

    async def newest_header_responses(self, count: int) -> list[Response]:
        """As `header_responses`, for the `count` newest messages, whose UIDs nobody knows yet."""
        exists = self.selected.exists if self.selected else 0
        return await self._header_responses("", f"{max(1, exists - count + 1)}:{exists}") if exists else []

    async def _header_responses(self, prefix: str, chosen: str) -> list[Response]:
        items = f"({_HEADER_ITEMS} {GMAIL_ID})" if GMAIL in self.capabilities else f"({_HEADER_ITEMS})"
        request = Request(name="FETCH", prefix=prefix, arguments=(chosen, items), wanted=FETCH, max_bytes=MAX_HEADERS)
        return (await self.ask(request)).responses

    async def flags_since(self, modseq: int) -> list[FlagsFetch] | None:
        """The flags of all that changed since then (RFC 7162 §3.1.4); None where that is too much to be told."""
        arguments = ("1:*", "(UID FLAGS)", f"(CHANGEDSINCE {modseq})")
        request = Request(name="FETCH", prefix="UID", arguments=arguments, wanted=FETCH, enough=MAX_CHANGED)
        exchange = await self.ask(request)
        if exchange.dropped:
            return None
        read = await asyncio.to_thread(read_flags, exchange.responses)
        return [FlagsFetch(uid=uid, flags=flags) for uid, flags in read.flags.items()]

    async def flags(self, uids: str) -> list[FlagsFetch]:
        """The flags of a UID set (`1:250`, or what `uid_set` renders)."""
        return await self.flags_from(Request(name="FETCH", prefix="UID", arguments=(uids, "(UID FLAGS)"), wanted=FETCH))

    async def flags_at(self, numbers: Iterable[int]) -> list[FlagsFetch]:
        """The flags of messages by sequence number, as a server's unasked FETCH names them."""
        return await self.flags_from(Request(name="FETCH", arguments=(uid_set(numbers), "(UID FLAGS)"), wanted=FETCH))

    async def newest_traces(self, count: int) -> list[bytes]:
        """What servers wrote at the head of the `count` newest messages: which way each came, what they found out."""
        exists = self.selected.exists if self.selected else 0
        if not exists:
            return []
        numbers = f"{max(1, exists - count + 1)}:{exists}"
        items = f"(UID BODY.PEEK[HEADER.FIELDS ({TRACE_FIELDS})]<0.{MAX_HEADER}>)"
        request = Request(name="FETCH", arguments=(numbers, items), wanted=FETCH, max_bytes=MAX_HEADERS)
        return [fetched.section async for fetched in self.fetch(request, b"BODY[") if fetched.section]

    async def body(self, uid: int) -> bytes | None:
        """The whole message, its first 64 MiB at most; None where it is gone.

        What another session of ours knows already this one may not have been told of yet: its messages are those of its
        last synchronisation (RFC 3501 §5.2, §7.4.1), and a server says nothing of a UID that is not among them. So
        where nothing comes it is asked for news first, and then once more.
        """
        found = await self._body(uid)
        if found is None:
            await self.ask(Request(name="NOOP"))
            found = await self._body(uid)
        return found

    async def _body(self, uid: int) -> bytes | None:
        items = f"(UID BODY.PEEK[]<0.{MAX_LITERAL}>)"
        request = Request(
            name="FETCH", prefix="UID", arguments=(str(uid), items), wanted=FETCH, max_bytes=MAX_BODY_ANSWER
        )
        found = {fetched.uid: fetched.section async for fetched in self.fetch(request, b"BODY[")}
        return found.get(uid)
