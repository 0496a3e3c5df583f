"""Messages from files into a mailbox on the server (APPEND), one by one; begun again, it goes on where it stopped.

What the mailbox has already is known by its Message-ID, so nothing is filed twice however often an import is begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from linksec_tui.formats.mail_date import parse_mail_date
from linksec_tui.formats.mbox import Entry
from linksec_tui.formats.mime import MAX_HEADER_BLOCK
from linksec_tui.formats.received import parse_received
from linksec_tui.incoming.catch_up import CatchUp
from linksec_tui.incoming.headers import header_fields, parse_header
from linksec_tui.incoming.line import Line
from linksec_tui.model.errors import MailboxRefused
from linksec_tui.model.events import Event
from linksec_tui.model.imported import Imported
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Flag, Header
from linksec_tui.store.letters_known import known_letters, letter_key
from linksec_tui.store.vault import Vault
from linksec_tui.wire.imap_answers import HeaderFetch
from linksec_tui.wire.imap_filing import Letter

GIVE_UP_AFTER = 20  # refusals in a row: the server takes no more, whatever is in them

_MARKS = {"a": Flag.ANSWERED, "f": Flag.FLAGGED, "t": Flag.DRAFT}  # X-Status, as mutt and others write it


@dataclass(frozen=True, slots=True, kw_only=True)
class Importing:
    """One mailbox that is filled. Nobody who wants to read waits longer than for one message."""

    line: Line
    vault: Vault
    tell: Callable[[Event], None]
    target: Mailbox

    async def run(self, entries: Iterator[Entry], told: Callable[[Imported], None]) -> Imported:
        """Every entry. Raises ConnectionProblem; `told` has then heard how far it came."""
        catch_up = CatchUp(line=self.line, vault=self.vault, tell=self.tell)
        await catch_up.everything(self.target)
        known = await self.vault.run(known_letters, self.target.id)
        done, in_a_row = Imported(), 0
        try:
            while (entry := await asyncio.to_thread(next, entries, None)) is not None:
                try:
                    await self._file(entry, known, done)
                    in_a_row = 0
                except MailboxRefused as refusal:
                    in_a_row += 1
                    if in_a_row >= GIVE_UP_AFTER or not done.filed + done.there:
                        raise
                    done.leave_out(_name(entry, done.seen), refusal.sentence)
                told(done)
        finally:
            told(done)
        await catch_up.arrivals(self.target)
        return done

    async def _file(self, entry: Entry, known: set[str], done: Imported) -> None:
        header = _header(entry, self.target)
        if header is None or entry.cut:
            why = "larger than 64 MiB" if entry.cut else "no message: it has no header lines"
            done.leave_out(_name(entry, done.seen), why)
            return
        key = letter_key(header.message_id, header.sender_address, header.subject, header.received_at)
        if key in known:
            done.there += 1
            return
        async with self.line.session() as session:
            letter = Letter(content=entry.raw, flags=header.flags, when=header.received_at)
            await session.append(self.target.wire_name, letter)
        known.add(key)
        done.filed += 1


def _header(entry: Entry, target: Mailbox) -> Header | None:
    """What the list would show of it; None where it is no message."""
    block = entry.raw.partition(b"\r\n\r\n")[0][:MAX_HEADER_BLOCK]
    fields = header_fields(block)
    if not fields:
        return None
    when, flags = _received_at(fields, entry), _flags(fields)
    fetch = HeaderFetch(uid=0, flags=flags, internaldate=when, size=len(entry.raw), header_bytes=block)
    return replace(parse_header(fetch, target), flags=flags)


def _received_at(fields: dict[str, str], entry: Entry) -> datetime | None:
    """When it came, by whoever knows best: the last server, the mailbox's file, the sender; or when it was written."""
    received = parse_received(fields["received"]).at if "received" in fields else None
    return received or entry.when or parse_mail_date(fields.get("date", "")) or entry.written


def _flags(fields: dict[str, str]) -> frozenset[str]:
    """Old mail counts as read, unless the file itself says that it is not."""
    marks = {flag.value for mark, flag in _MARKS.items() if mark in fields.get("x-status", "").lower()}
    unread = "status" in fields and "r" not in fields["status"].lower()
    return frozenset(marks if unread else {*marks, Flag.SEEN.value})


def _name(entry: Entry, before: int) -> str:
    subject = header_fields(entry.raw[:MAX_HEADER_BLOCK]).get("subject", "")
    return f"message {before + 1}" + (f" (“{subject[:60]}”)" if subject else "")
