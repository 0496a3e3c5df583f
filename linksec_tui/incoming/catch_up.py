"""One mailbox: what the server has → what the store has. Newest first, in pieces, from wherever it stopped (RFC 4549).

Each piece takes the connection anew where somebody waits for it, so that who wants to read a message never waits for a
whole mailbox. What is known is always read before the server is asked: a message that arrives in between is never
taken for gone. A server that numbers its changes is asked for those alone (RFC 7162).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from linksec_tui.incoming.behind import Behind
from linksec_tui.incoming.first_mail import FIRST_PAGE, FirstMail
from linksec_tui.incoming.headers import read_piece
from linksec_tui.incoming.line import Line
from linksec_tui.model.events import Event, MailboxChanged, Progress
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.store import mailboxes, messages, reach
from linksec_tui.store.mailboxes import Met
from linksec_tui.store.messages import UidRange
from linksec_tui.store.reach import Delta, Reach
from linksec_tui.store.vault import Vault
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_answers import FlagsFetch, Selected, Told
from linksec_tui.wire.imap_changes import Changes
from linksec_tui.wire.imap_mailboxes import Known
from linksec_tui.wire.imap_reading import PIECE_AT_MOST
from linksec_tui.wire.imap_tokens import Response

log = logging.getLogger("linksec_tui.incoming")

SMALLEST_PIECE = 100  # headers; larger ones as long as they come quickly
QUICK, SLOW = 0.1, 0.25  # seconds for a piece; nobody is to wait longer than that for the connection
FLAGS_PIECE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """Brings mailboxes up to date over one line; `tell` hears of everything that changed."""

    line: Line
    vault: Vault
    tell: Callable[[Event], None]

    async def first_page(self, mailbox: Mailbox) -> None:
        """The newest messages, before anything else is asked."""
        async with self.line.session() as session:
            selected = await self._open(session, mailbox)
            reached = await self.vault.run(reach.read_reach, mailbox.id)
            if reached is None or not reached.total:  # one question less, and nothing that would be fetched twice
                await self._keep(session, mailbox, await session.newest_header_responses(FIRST_PAGE))
                return
            newest = await session.newest_uids(FIRST_PAGE)
            known = await self.vault.run(messages.known_uids, mailbox.id, newest)
            await self._fetch(session, mailbox, selected, [uid for uid in reversed(newest) if uid not in known])

    async def take(self, first: FirstMail, mailbox: Mailbox) -> tuple[int, ...]:
        """What was fetched before there was a store; the ids of what is new by that. Nobody is told yet."""
        if await self._is_another(mailbox, first.inbox.uidvalidity):
            return ()
        headers = [replace(header, mailbox=mailbox.id) for header in first.headers]
        return await self.vault.run(messages.add_headers, mailbox.id, first.inbox.uidvalidity, headers)

    async def everything(self, mailbox: Mailbox) -> None:
        """All headers and flags; what is gone from the server goes."""
        selected, missing = await self._compare(mailbox)
        await self._fetch_all(mailbox, selected, missing)
        uidnext = max(selected.uidnext, *(uid + 1 for uid in missing[:1]), 1)
        await self.vault.run(reach.write_complete, mailbox.id, selected.uidvalidity, uidnext)
        if missing:
            self.tell(MailboxChanged(mailbox=mailbox.id))

    async def renew(self, mailbox: Mailbox) -> None:
        """What is known of already: flags, and what is gone. The rest is somebody else's to fetch."""
        await self._compare(mailbox)

    async def arrivals(self, mailbox: Mailbox) -> None:
        """What has come and is not known; of very much only the newest.

        Asked from where everything is known, not from the highest UID: that may be a message which was moved there by
        us, and hide what came just before it.
        """
        reached = await self.vault.run(reach.read_reach, mailbox.id)
        first = (reached.uidnext or reached.highest + 1) if reached else 1
        async with self.line.session() as session:
            selected = session.selected
            numbering = reached.uidvalidity if reached else 0
            if selected is None or (selected.wire_name, selected.uidvalidity) != (mailbox.wire_name, numbering):
                selected = await self._open(session, mailbox)
                first = first if selected.uidvalidity == numbering else 1
            # `*` is the last message even where its UID is below the range
            come = [uid for uid in await session.search_uids(f"UID {first}:*") if uid >= first]
            known = await self.vault.run(messages.known_uids, mailbox.id, come)
            new = [uid for uid in reversed(come) if uid not in known]
            await self._fetch(session, mailbox, selected, new[:PIECE_AT_MOST])

    async def follow(self, mailbox: Mailbox, changes: Changes) -> None:
        """What the server told while it was listened to."""
        if changes.exists is not None:
            await self.arrivals(mailbox)
        if changes.vanished or changes.all_flags:
            await self.renew(mailbox)  # sequence numbers have moved: they name nobody any more
            return
        async with self.line.session() as session:
            told = dict(changes.told)
            if changes.flags:
                told |= {each.uid: each.flags for each in await session.flags_at(changes.flags)}
            if session.selected is not None and (changes.gone or told):
                await self._apply(mailbox, session.selected, Delta(gone=changes.gone, flags=told))

    async def _open(self, session: ImapSession, mailbox: Mailbox, known: Known | None = None) -> Selected:
        """Selects a mailbox; where its UIDs mean other messages now, the old ones go (RFC 3501 §2.3.1.1)."""
        selected = await session.select(mailbox.wire_name, known)
        if await self._is_another(mailbox, selected.uidvalidity):
            log.info("mailbox %d was renumbered by the server and is read again", mailbox.id)
            self.tell(MailboxChanged(mailbox=mailbox.id))
        return selected

    async def _is_another(self, mailbox: Mailbox, uidvalidity: int) -> bool:
        forgot = False
        while (met := await self.vault.run(mailboxes.meet_uidvalidity, mailbox.id, uidvalidity)) is Met.GOES_ON:
            forgot = True
        return forgot or met is Met.RENUMBERED

    async def _compare(self, mailbox: Mailbox) -> tuple[Selected, list[int]]:
        """What is known brought up to date; and the UIDs that are missing, newest first."""
        reached = await self.vault.run(reach.read_reach, mailbox.id)
        known = Known(uidvalidity=reached.uidvalidity, modseq=reached.modseq) if reached and reached.modseq else None
        async with self.line.session() as session:
            selected = await self._open(session, mailbox, known)
            told = await self._changes_since(session, selected, known)
            if told is not None:
                await self._apply(mailbox, selected, told)
            missing = await self._missing(session, mailbox, selected)
        if told is None:
            await self._renew_flags(mailbox, selected)
        await self.vault.run(reach.write_modseq, mailbox.id, selected.uidvalidity, selected.modseq)
        return selected, missing

    async def _changes_since(self, session: ImapSession, selected: Selected, known: Known | None) -> Delta | None:
        """None where all flags have to be looked at."""
        if known is None or known.uidvalidity != selected.uidvalidity or not selected.modseq:
            return None
        if selected.since is not None:
            return Delta(gone=selected.since.gone, flags=selected.since.flags)
        changed = await session.flags_since(known.modseq)
        return None if changed is None else Delta(flags={each.uid: each.flags for each in changed})

    async def _missing(self, session: ImapSession, mailbox: Mailbox, selected: Selected) -> list[int]:
        """The UIDs that are to be fetched, newest first, asking for as few as the counts allow. Others go."""
        reached = await self.vault.run(reach.read_reach, mailbox.id)
        if reached is not None and reached.uidnext:
            new = await session.search_uids(f"UID {reached.uidnext}:*")
            known = await self.vault.run(messages.known_uids, mailbox.id, new)
            missing = [uid for uid in reversed(new) if uid >= reached.uidnext and uid not in known]
            if reached.total + len(missing) == selected.exists:
                return missing
        here = await self.vault.run(messages.uids, mailbox.id)
        there = await session.search_uids()
        gone, missing = await asyncio.to_thread(_compared, here, there)
        await self._apply(mailbox, selected, Delta(gone=gone, flags={}))
        return missing

    async def _fetch_all(self, mailbox: Mailbox, selected: Selected, uids: Sequence[int]) -> None:
        """Piece by piece: while one is read and written, the next one is on its way."""
        at, size, clock = 0, SMALLEST_PIECE, asyncio.get_running_loop().time
        while at < len(uids):
            async with self.line.mailbox(mailbox.wire_name, selected.uidvalidity) as session, Behind() as behind:
                while at < len(uids):
                    piece, before = uids[at : at + size], clock()
                    responses = await session.header_responses(piece)
                    await behind.then(self._keep(session, mailbox, responses, piece))
                    size = _next_size(size, clock() - before)
                    at += len(piece)
                    self.tell(Progress(what=mailbox.name, done=at, total=len(uids)))
                    if self.line.wanted:
                        break

    async def _fetch(self, session: ImapSession, mailbox: Mailbox, selected: Selected, uids: Sequence[int]) -> None:
        """A few, over a session that is ours already."""
        if uids and session.selected is not None and session.selected.uidvalidity == selected.uidvalidity:
            await self._keep(session, mailbox, await session.header_responses(uids), uids)

    async def _keep(
        self, session: ImapSession, mailbox: Mailbox, responses: Sequence[Response], asked: Sequence[int] | None = None
    ) -> None:
        assert session.selected is not None
        uidvalidity = session.selected.uidvalidity
        piece = await asyncio.to_thread(read_piece, responses, mailbox, asked)
        session.note_unasked(piece.unasked)
        arrived = await self.vault.run(messages.add_headers, mailbox.id, uidvalidity, piece.headers)
        if arrived:
            self.tell(MailboxChanged(mailbox=mailbox.id, arrived=arrived))

    async def _renew_flags(self, mailbox: Mailbox, selected: Selected) -> None:
        uids = await self.vault.run(messages.uids, mailbox.id)
        for end in range(len(uids), 0, -FLAGS_PIECE):
            piece = uids[max(0, end - FLAGS_PIECE) : end]
            async with self.line.mailbox(mailbox.wire_name, selected.uidvalidity) as session:
                told = await session.flags(f"{piece[0]}:{piece[-1]}")
            await self._apply(mailbox, selected, Delta(flags=_by_uid(told)))

    async def _apply(self, mailbox: Mailbox, selected: Selected, delta: Delta) -> None:
        """Piece by piece; until all is written, the server is asked the same again."""
        changed, left = False, delta if delta.gone or delta.flags else None
        while left is not None:
            written = await self.vault.run(reach.write_delta, mailbox.id, selected.uidvalidity, left)
            changed, left = changed or written.changed, written.left
        if changed:
            self.tell(MailboxChanged(mailbox=mailbox.id))


def stands_as_known(reached: Reach, told: Told) -> bool:
    """Only a server that numbers its changes can say so."""
    numbering = reached.uidvalidity == told.uidvalidity and reached.uidnext == told.uidnext
    return numbering and reached.total == told.messages and 0 < told.modseq == reached.modseq


def _compared(here: Sequence[int], there: Sequence[int]) -> tuple[list[UidRange], list[int]]:
    """What is gone, and what is missing, newest first."""
    known = set(here)
    gone = sorted(known.difference(there))
    return [(uid, uid) for uid in gone], [uid for uid in reversed(there) if uid not in known]


def _by_uid(told: Iterable[FlagsFetch]) -> dict[int, frozenset[str]]:
    return {each.uid: each.flags for each in told}


def _next_size(size: int, seconds: float) -> int:
    if seconds < QUICK:
        return min(size * 2, PIECE_AT_MOST)
    return max(size // 2, SMALLEST_PIECE) if seconds > SLOW else size
