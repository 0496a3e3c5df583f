"""New mail in an inbox is announced, once for all that comes together, and not while a mailbox is only being read.

New is what has a higher UID than anything that was there when the account had come online: what a first
synchronisation brings is older. What another client has read meanwhile is not news.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from linksec_tui.desk.notice_words import notice_text
from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.standing import Standing
from linksec_tui.model.events import ConnectionChanged, Event, Link, MailboxChanged, NewMail
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Header
from linksec_tui.store import mailboxes, messages

log = logging.getLogger("linksec_tui.desk.notify")

GATHER = 2.0  # seconds: ten messages that come together are one notice, and another client has time to read one
AT_MOST = 1000  # messages of one notice that are looked at

Say = Callable[[NewMail], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Notices:
    """Told of every event, it tells `NewMail` and has it said outside of the client, too."""

    rooms: Rooms
    standing: Standing
    say: Say
    sleep: Sleep = asyncio.sleep
    _seen: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])  # mailbox, UIDVALIDITY → UID
    _arrived: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    _some: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, event: Event) -> None:
        match event:
            case ConnectionChanged(link=Link.ONLINE):
                await self._came_online(event.account)
            case MailboxChanged() if event.arrived:
                await self._take_arrived(event.mailbox, event.arrived)
            case _:
                pass

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._some.wait()
            await self.sleep(GATHER)
            self._some.clear()
            arrived, self._arrived = self._arrived, {}
            for account, idents in arrived.items():
                await self._announce(account, idents[:AT_MOST])

    async def _came_online(self, account: str) -> None:
        """The newest are in the store by now: all that is there is known, unless something was known before."""
        inbox = await self.rooms.mail.run(mailboxes.mailbox_with_role, account, Role.INBOX)
        if inbox is not None:
            self._seen.setdefault((inbox.id, inbox.uidvalidity), await self._highest(inbox))

    async def _take_arrived(self, mailbox: int, arrived: Sequence[int]) -> None:
        inbox = await self.rooms.mail.run(mailboxes.read_mailbox, mailbox)
        if inbox is None or inbox.role is not Role.INBOX:
            return
        known = self._seen.get((inbox.id, inbox.uidvalidity))
        if known is None:  # not online yet, or numbered anew: what is there now is where it begins
            if self._is_online(inbox.account):
                await self._came_online(inbox.account)
            return
        rows = await self.rooms.mail.run(messages.rows, arrived)
        new = [header for header in rows.values() if header.uid > known]
        if new:
            self._seen[(inbox.id, inbox.uidvalidity)] = max(header.uid for header in new)
            self._arrived.setdefault(inbox.account, []).extend(header.id for header in new)
            self._some.set()

    async def _announce(self, account: str, idents: Sequence[int]) -> None:
        rows = await self.rooms.mail.run(messages.rows, idents)
        unread = [header for header in rows.values() if header.unread]
        if unread:
            told = _new_mail(account, unread, subject=self.rooms.config.notify.subject)
            log.info("%d new", len(unread))
            self.rooms.broadcast.tell(told)
            await self.say(told)

    def _is_online(self, account: str) -> bool:
        connection = self.standing.connections.get(account)
        return connection is not None and connection.link is Link.ONLINE

    async def _highest(self, inbox: Mailbox) -> int:
        known = await self.rooms.mail.run(messages.uids, inbox.id)
        return known[-1] if known else 0


def _new_mail(account: str, unread: Sequence[Header], *, subject: bool) -> NewMail:
    return NewMail(
        account=account,
        messages=tuple(header.id for header in unread),
        text=notice_text(account, unread, subject=subject),
    )
