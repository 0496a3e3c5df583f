"""The copies of drafts on the server: listed, read, appended, and taken away once another one stands in their place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linksec_tui.incoming.line import Line
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_filing import Letter

MAX_COPIES = 300  # drafts that are looked at; somebody with more keeps letters there
_FLAGS = frozenset({"\\Draft", "\\Seen"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsOnServer:
    """One account's Drafts mailbox. Every method raises ConnectionProblem, MailboxRefused."""

    line: Line
    mailbox: Mailbox

    async def listed(self, field: str) -> tuple[int, tuple[int, ...]]:
        """UIDVALIDITY, and the UIDs of all messages that have the header field; the newest where there are many."""
        async with self.line.session() as session:
            selected = await self._select(session)
            uids = await session.search_uids(f'UNDELETED HEADER {field} ""')
            return selected, tuple(uids[-MAX_COPIES:])

    async def read(self, uid: int) -> bytes | None:
        async with self.line.session() as session:
            await self._select(session)
            return await session.body(uid)

    async def append(self, content: bytes, now: datetime) -> int:
        """Its UID, where the server tells it."""
        async with self.line.session() as session:
            return await session.append(self.mailbox.wire_name, Letter(content=content, flags=_FLAGS, when=now))

    async def remove(self, uids: Iterable[int]) -> None:
        chosen = sorted(set(uids))
        if not chosen:
            return
        async with self.line.session() as session:
            await self._select(session)
            await session.erase(chosen)

    async def _select(self, session: ImapSession) -> int:
        """Selected anew each time: a server may show a mailbox as it was when it was opened (RFC 3501 §7)."""
        return (await session.select(self.mailbox.wire_name)).uidvalidity
