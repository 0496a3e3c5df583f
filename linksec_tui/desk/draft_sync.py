"""Drafts kept on the server as well, so that a letter begun here is continued on another machine.

What is typed is on this disk within a second, and at the server soon after: the new copy is appended first, then the
old one is taken away. Whatever another machine wrote is taken over, and where two wrote at once both are kept.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.rooms import Rooms
from linksec_tui.incoming.drafts import DraftsOnServer
from linksec_tui.model.account import Account
from linksec_tui.model.draft_version import DraftCopy
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.events import ConnectionChanged, DraftsChanged, Event, Link, MailboxChanged
from linksec_tui.model.mailbox import Role
from linksec_tui.outgoing.draft_copy import FIELD, parse_copy, render_copy
from linksec_tui.outgoing.tag import message_id_for
from linksec_tui.store import drafts_filed, mailboxes
from linksec_tui.store.drafts_filed import Taken, ToFile

log = logging.getLogger("linksec_tui.desk.draft_sync")

QUIET = timedelta(seconds=2)  # nothing is filed in the middle of a sentence
LOOK_AGAIN = 300.0  # seconds, where the server tells nothing by itself
AFTER_TROUBLE = 30.0
_NEWEST = frozenset({Taken.KNOWN, Taken.NEW, Taken.CONTINUED})


@dataclass(slots=True, kw_only=True)
class DraftSync:
    """One account's drafts. `run` it where this process is the worker."""

    rooms: Rooms
    correspondence: Correspondence
    account: Account
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _listed: dict[int, DraftCopy | None] = field(default_factory=dict[int, DraftCopy | None])  # by UID
    _uidvalidity: int = 0
    _mailbox: int = 0

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            while True:
                self._woken.clear()
                pause = LOOK_AGAIN
                try:
                    await self.once()
                    if await self.rooms.desk.run(drafts_filed.next_to_file, self.account.name):
                        pause = QUIET.total_seconds() / 2
                except LinksecError as problem:
                    log.info("drafts of %s: %s", self.account.name, type(problem).__name__)
                    pause = AFTER_TROUBLE
                await self._rest(pause)

    async def once(self) -> None:
        """As the server has them now, and as they are here. Raises ConnectionProblem, ConfigurationError."""
        server = await self._server()
        if server is None:
            return
        changes = await self._take(server)
        changes |= await self._drop_missing()
        await self._file(server)
        if changes - {Taken.KNOWN, Taken.OLDER}:
            conflict = Taken.BESIDE in changes
            self.rooms.broadcast.tell(DraftsChanged(account=self.account.name, elsewhere=True, conflict=conflict))

    async def _listen(self) -> None:
        async for event in self.rooms.broadcast.listen():
            if self._concerns(event):
                self._woken.set()

    def _concerns(self, event: Event) -> bool:
        match event:
            case DraftsChanged():
                return event.account == self.account.name and not (event.elsewhere or event.filed)
            case MailboxChanged():
                return event.mailbox == self._mailbox
            case ConnectionChanged():
                return event.account == self.account.name and event.link is Link.ONLINE
            case _:
                return False

    async def _rest(self, seconds: float) -> None:
        """Until there is something to do; but what is being typed is let come to an end."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
                await asyncio.sleep(QUIET.total_seconds())

    async def _server(self) -> DraftsOnServer | None:
        """None before the mailboxes are known, and where there is none for drafts."""
        mailbox = await self.rooms.mail.run(mailboxes.mailbox_with_role, self.account.name, Role.DRAFTS)
        if mailbox is None:
            return None
        self._mailbox = mailbox.id
        return DraftsOnServer(line=self.correspondence.sync(self.account).line, mailbox=mailbox)

    async def _take(self, server: DraftsOnServer) -> set[Taken]:
        """What the server has that is not here; what it has and need not is taken away."""
        gone = await self.rooms.desk.run(drafts_filed.gone, self.account.name)
        copies = await self._copies(server)
        thrown = [uid for uid, copy in copies.items() if gone.get(copy.draft.id) == copy.revision]
        found = {
            uid: await self.rooms.desk.run(drafts_filed.take, copy, self.rooms.clock())
            for uid, copy in copies.items()
            if uid not in thrown
        }
        # an older one goes only once the newer one is at the server too
        newest = {copies[uid].draft.id for uid, taken in found.items() if taken in _NEWEST}
        older = [uid for uid, taken in found.items() if taken is Taken.OLDER and copies[uid].draft.id in newest]
        superfluous = [*thrown, *older]
        await server.remove(superfluous)
        for uid in superfluous:
            self._listed.pop(uid, None)
        for draft in gone:
            await self.rooms.desk.run(drafts_filed.forget_gone, draft)
        return set(found.values())

    async def _copies(self, server: DraftsOnServer) -> dict[int, DraftCopy]:
        """All copies, in the order in which they came; each is read once."""
        uidvalidity, uids = await server.listed(FIELD)
        if uidvalidity != self._uidvalidity:
            self._listed, self._uidvalidity = {}, uidvalidity
        self._listed = {uid: copy for uid, copy in self._listed.items() if uid in uids}
        for uid in uids:
            if uid not in self._listed:
                raw = await server.read(uid)
                self._listed[uid] = await asyncio.to_thread(parse_copy, raw, self.account.name) if raw else None
        return {uid: copy for uid, copy in sorted(self._listed.items()) if copy is not None}

    async def _drop_missing(self) -> set[Taken]:
        listed = {copy.draft.id for copy in self._listed.values() if copy is not None}
        dropped = await self.rooms.desk.run(drafts_filed.missing, self.account.name, listed)
        return {Taken.CONTINUED} if dropped else set()

    async def _file(self, server: DraftsOnServer) -> None:
        quiet_since = self.rooms.clock() - QUIET
        for what in await self.rooms.desk.run(drafts_filed.to_file, self.account.name, quiet_since):
            before = [uid for uid, copy in self._listed.items() if copy and copy.draft.id == what.draft.id]
            await self._append(server, what)
            await server.remove(before)
            for uid in before:
                self._listed.pop(uid, None)

    async def _append(self, server: DraftsOnServer, what: ToFile) -> None:
        revision = message_id_for(what.draft.sender, self.rooms.token)
        copy = DraftCopy(draft=what.draft, revision=revision, versions=what.versions)
        now = self.rooms.clock()
        uid = await server.append(await asyncio.to_thread(render_copy, copy, now), now)
        await self.rooms.desk.run(drafts_filed.filed, what, revision)
        if uid:
            self._listed[uid] = copy
        self.rooms.broadcast.tell(DraftsChanged(account=self.account.name, filed=what.draft.id))
        log.info("a draft is at the server")
