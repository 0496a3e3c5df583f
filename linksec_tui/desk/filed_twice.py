"""A server that files a copy in Sent by itself, and later than we did: then ours goes again, and one is left.

What it files in time is seen before ours is (`sent_copies`); nobody can know of what it will file.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.errors import LinksecError, MailboxRefused
from linksec_tui.model.message import Header
from linksec_tui.store import filed_copies, mailboxes
from linksec_tui.store.filed_copies import FiledCopy

log = logging.getLogger("linksec_tui.desk.filed_twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledTwice:
    """Looks at what arrives."""

    rooms: Rooms
    correspondence: Correspondence

    async def arrived(self, messages: Sequence[int]) -> None:
        filed = await self.rooms.desk.run(filed_copies.every)
        if not filed:
            return
        for header in (await self.correspondence.rows(messages)).values():
            ours = filed.get((header.account, header.message_id))
            if ours is not None and await self._is_another(header, ours):
                await self._one_is_enough(ours)

    async def _is_another(self, header: Header, ours: FiledCopy) -> bool:
        mailbox = await self.rooms.mail.run(mailboxes.read_mailbox, header.mailbox)
        at = ours.landing
        return mailbox is not None and mailbox.wire_name == at.wire_name and header.uid > 0 and header.uid != at.uid

    async def _one_is_enough(self, ours: FiledCopy) -> None:
        try:
            await self.correspondence.take_from_sent(ours)
        except MailboxRefused:  # it is not ours any more: numbered anew, or not to be written to
            log.info("a second copy stays in Sent")
        except LinksecError as problem:  # a copy too many is no loss
            log.info("a second copy could not be taken from Sent: %s", type(problem).__name__)
            return
        await self.rooms.desk.run(filed_copies.forget, ours)
