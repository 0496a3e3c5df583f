"""What is read from the selected mailbox: UIDs, header fields, flags, bodies (RFC 3501 §6.4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence

from linksec_tui.wire.imap_answers import FlagsFetch, HeaderFetch, as_header, parse_numbers
from linksec_tui.wire.imap_channel import CHUNK, FETCH, Channel
from linksec_tui.wire.imap_exchange import MAX_BODY_ANSWER, Request
from linksec_tui.wire.imap_framer import MAX_LITERAL
from linksec_tui.wire.imap_tokens import astring, uid_set

MAX_HEADER = 32 << 10  # bytes of header fields that are asked for; the sender chooses how long they are
MAX_SEARCH = 90_000  # messages searched at once: ten digits each and a blank stay under MAX_LINE

# BODY.PEEK, never ENVELOPE: a subject with an odd parenthesis has broken many a client.
HEADER_FIELDS = (
    "FROM TO CC SUBJECT DATE MESSAGE-ID IN-REPLY-TO REFERENCES CONTENT-TYPE AUTO-SUBMITTED RETURN-PATH"
    " X-FAILED-RECIPIENTS"
)
_HEADER_ITEMS = f"(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({HEADER_FIELDS})]<0.{MAX_HEADER}>)"


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
            found.update(parse_numbers((await self.ask(request)).responses))
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

    async def headers(self, uids: Sequence[int]) -> AsyncIterator[list[HeaderFetch]]:
        """The headers of `uids`, in their order, a chunk at a time; what is gone is missing."""
        for at in range(0, len(uids), CHUNK):
            chunk = uids[at : at + CHUNK]
            request = Request(name="FETCH", prefix="UID", arguments=(uid_set(chunk), _HEADER_ITEMS), wanted=FETCH)
            by_uid = {fetched.uid: as_header(fetched) async for fetched in self.fetch(request, b"BODY[")}
            yield [by_uid[uid] for uid in chunk if uid in by_uid]

    async def flags(self, uids: str) -> list[FlagsFetch]:
        """The flags of a UID set (`1:250`, or what `uid_set` renders)."""
        return await self.flags_from(Request(name="FETCH", prefix="UID", arguments=(uids, "(UID FLAGS)"), wanted=FETCH))

    async def flags_at(self, numbers: Iterable[int]) -> list[FlagsFetch]:
        """The flags of messages by sequence number, as a server's unasked FETCH names them."""
        return await self.flags_from(Request(name="FETCH", arguments=(uid_set(numbers), "(UID FLAGS)"), wanted=FETCH))

    async def body(self, uid: int) -> bytes | None:
        """The whole message, its first 64 MiB at most; None where it is gone."""
        items = f"(UID BODY.PEEK[]<0.{MAX_LITERAL}>)"
        request = Request(
            name="FETCH", prefix="UID", arguments=(str(uid), items), wanted=FETCH, max_bytes=MAX_BODY_ANSWER
        )
        found = {fetched.uid: fetched.section async for fetched in self.fetch(request, b"BODY[")}
        return found.get(uid)
