"""An account's mailboxes kept as the server has them: the first screen first, then the rest, then whatever happens.

Two connections: one works, the other listens at the INBOX (IDLE). So opening a message never waits until listening
has ended, and new mail shows while a large mailbox is still being read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from linksec_tui.incoming.catch_up import CatchUp, stands_as_known
from linksec_tui.incoming.first_mail import FirstMail
from linksec_tui.incoming.gmail_ids import GmailIds
from linksec_tui.incoming.line import Line, Opening, SignIn
from linksec_tui.incoming.roles import mailboxes_of
from linksec_tui.model.errors import (
    ConfigurationError,
    ConnectionProblem,
    CredentialsRefused,
    KeychainUnusable,
    LinksecError,
    MailboxRefused,
    ProtocolBroken,
)
from linksec_tui.model.events import (
    ConnectionChanged,
    CredentialsRejected,
    Event,
    Link,
    MailboxChanged,
    MailboxesChanged,
)
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.store import mailboxes, reach
from linksec_tui.store.vault import Vault
from linksec_tui.wire.imap import IDLE_AT_MOST, ImapSession
from linksec_tui.wire.imap_answers import Told
from linksec_tui.wire.imap_changes import Changes

log = logging.getLogger("linksec_tui.incoming")

FIRST_WAIT = 5.0  # seconds before the first attempt to come back; doubled each time
LONGEST_WAIT = 300.0
MOST_ASKED = 300  # mailboxes whose counts are asked for one by one
LOOK_AGAIN = 300.0  # seconds between two looks at the mailboxes that nobody listens at

# In this order they are read: what people look at first.
_ORDER = (Role.INBOX, Role.SENT, Role.DRAFTS, Role.ARCHIVE, Role.NONE, Role.TRASH, Role.JUNK, Role.ALL)


def exactly(seconds: float) -> float:
    """Waits are as long as they are said to be."""
    return seconds


class MailboxSync:
    """One account's synchronisation. `line` is open to others between two pieces of work.

    `spread` makes a wait a little longer or shorter: not all clients of a server come back in the same second.
    `first` is the session to begin with, where one was opened before.
    """

    def __init__(
        self,
        sign_in: SignIn,
        vault: Vault,
        tell: Callable[[Event], None],
        spread: Callable[[float], float] = exactly,
        first: Opening | None = None,
    ) -> None:
        self.line = Line(sign_in, first)
        self._listening = Line(sign_in)
        self._account = sign_in.account
        self._vault = vault
        self._tell = tell
        self._work = CatchUp(line=self.line, vault=vault, tell=tell)
        self._watch = CatchUp(line=self._listening, vault=vault, tell=tell)
        self._woken = asyncio.Event()
        self._wait = FIRST_WAIT
        self._spread = spread
        self._needs_the_person = False
        self._heard = Heard()
        self._told_by: ImapSession | None = None  # the session over which the server tells of other mailboxes too
        self._taken: tuple[int, ...] = ()  # came before anybody listened

    async def run(self) -> None:
        """Until cancelled. Where trying again makes no sense without the person, it waits to be woken."""
        try:
            while True:
                try:
                    await self._stay_online()
                except (CredentialsRefused, ConfigurationError, KeychainUnusable) as refusal:
                    self._refused(refusal)
                    self._needs_the_person = True
                    await self._rest(self._until_again(refusal))
                    self._needs_the_person = False
                    continue
                except ConnectionProblem as problem:
                    self._offline(problem)
                await self._rest(self._spread(self._wait))
                self._wait = min(self._wait * 2, LONGEST_WAIT)
        finally:
            await self.close()

    async def once(self) -> None:
        """Everything as it is now, then no more. Raises ConnectionProblem or ConfigurationError."""
        try:
            await self._first_screen()
            await self._all_mailboxes()
            await self._gmail_ids()
        finally:
            await self.close()

    async def take(self, first: FirstMail) -> None:
        """What is shown already, into the store that was not there yet. It is told of once there is a connection."""
        self._taken = await self._work.take(first, await self._keep_list(first.listed))

    def wake(self) -> None:
        """Try again, or look again, now."""
        self._woken.set()

    def doubt(self) -> None:
        """The machine slept, or is on another network: connections may be dead without anybody having said so, and
        where there is none, it is worth trying. Who waits for the person goes on waiting."""
        self._wait = FIRST_WAIT
        self._listening.doubt()
        if not self._needs_the_person:
            self._woken.set()

    async def close(self) -> None:
        await self.line.close()
        await self._listening.close()

    async def _stay_online(self) -> None:
        self._tell(ConnectionChanged(account=self._account.name, link=Link.CONNECTING))
        inbox = await self._first_screen()
        self._wait = FIRST_WAIT
        # From here on the server tells what changes, so nothing slips in between looking at it and listening.
        await self._watch.first_page(inbox)
        # A task of its own: in Python 3.11.2 a group that fails leaves its task half cancelled, and the next timeout
        # of that task would end it.
        await asyncio.create_task(self._keep_up(inbox))

    async def _keep_up(self, inbox: Mailbox) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(inbox))
                tasks.create_task(self._keep_looking())
        except BaseExceptionGroup as group:
            raise _first_problem(group) from group

    async def _first_screen(self) -> Mailbox:
        async with self.line.session() as session:
            facts = session.facts
        inbox = await self._list()
        await self._work.first_page(inbox)
        arrived, self._taken = self._taken, ()
        if arrived:
            self._tell(MailboxChanged(mailbox=inbox.id, arrived=arrived))
        self._tell(ConnectionChanged(account=self._account.name, link=Link.ONLINE, facts=facts))
        return inbox

    async def _list(self) -> Mailbox:
        """The mailboxes into the store; the INBOX."""
        async with self.line.session() as session:
            lines = await session.mailboxes()
        return await self._keep_list(mailboxes_of(self._account.name, lines, self._account.mailboxes))

    async def _keep_list(self, listed: Sequence[Mailbox]) -> Mailbox:
        before = await self._vault.run(mailboxes.read_mailboxes, self._account.name)
        if not any(mailbox.role is Role.INBOX for mailbox in listed):
            raise ProtocolBroken("The server lists no INBOX.", "Ask your provider whether the account is complete.")
        while await self._vault.run(mailboxes.forget_unlisted, self._account.name, listed):
            pass  # piece by piece: others wait for the store, too
        after = await self._vault.run(mailboxes.write_mailboxes, self._account.name, listed)
        if [(each.id, each.name, each.role) for each in before] != [(each.id, each.name, each.role) for each in after]:
            self._tell(MailboxesChanged(account=self._account.name))
        return next(mailbox for mailbox in after if mailbox.role is Role.INBOX)

    async def _count(self) -> Mapping[str, Told]:
        """How all mailboxes stand: unread mail shows before it is fetched. Told at once where the server can."""
        async with self.line.session() as session:
            told = {each.wire_name: each for each in await session.told()}
        told = told or await self._count_each()
        counts = {name: (each.messages, each.unseen) for name, each in told.items()}
        if await self._vault.run(reach.write_counts, self._account.name, counts):
            self._tell(MailboxesChanged(account=self._account.name))
        return told

    async def _count_each(self) -> dict[str, Told]:
        """One question a mailbox; the line is somebody else's in between."""
        told: dict[str, Told] = {}
        for mailbox in (await self._in_order())[:MOST_ASKED]:
            if mailbox.role is not Role.INBOX:  # RFC 3501 §6.3.10: not of the selected one, and it is known best
                with suppress(MailboxRefused):
                    async with self.line.session() as session:
                        told[mailbox.wire_name] = await session.told_of(mailbox.wire_name)
        return told

    async def _in_order(self) -> list[Mailbox]:
        known = await self._vault.run(mailboxes.read_mailboxes, self._account.name)
        return sorted(known, key=lambda each: (_ORDER.index(each.role), each.name))

    async def _all_mailboxes(self) -> None:
        told = await self._count()
        for mailbox in await self._in_order():
            if not await self._stands(mailbox, told.get(mailbox.wire_name)):
                await self._read(mailbox)

    async def _stands(self, mailbox: Mailbox, told: Told | None) -> bool:
        reached = await self._vault.run(reach.read_reach, mailbox.id)
        return reached is not None and told is not None and stands_as_known(reached, told)

    async def _read(self, mailbox: Mailbox) -> None:
        try:
            await self._work.everything(mailbox)
        except MailboxRefused as refusal:  # one mailbox that cannot be opened does not keep the others from us
            log.info("mailbox %d could not be read: %s", mailbox.id, type(refusal).__name__)

    async def _gmail_ids(self) -> None:
        ids = GmailIds(line=self.line, vault=self._vault)
        if await ids.are_kept():
            for mailbox in await self._in_order():
                with suppress(MailboxRefused):
                    await ids.complete(mailbox)

    async def _keep_looking(self) -> None:
        await self._all_mailboxes()
        await self._gmail_ids()
        while True:
            await self._rest(LOOK_AGAIN)
            named, whole = self._heard.take()
            if whole or not named:
                await self._list()
                await self._all_mailboxes()
                continue
            for mailbox in await self._vault.run(mailboxes.read_mailboxes, self._account.name):
                if mailbox.wire_name in named:
                    await self._read(mailbox)

    async def _listen(self, inbox: Mailbox) -> None:
        while True:
            async with self._listening.session() as session:
                if self._told_by is not session:
                    await session.notify()
                    self._told_by = session
                changes = await session.next_change(IDLE_AT_MOST)
            await self._watch.follow(inbox, changes)
            if changes.overflowed:  # RFC 5465 §5.8: the server has stopped telling, and may be asked again
                self._told_by = None
            if self._heard.add(changes, besides=inbox.wire_name):
                self._woken.set()

    def _refused(self, refusal: LinksecError) -> None:
        self._offline(refusal)
        if isinstance(refusal, CredentialsRefused):
            self._tell(CredentialsRejected(account=self._account.name, detail=str(refusal)))

    def _until_again(self, refusal: LinksecError) -> float | None:
        """A sign-in may be done anew by another process, and looking for it asks no server. A password is never tried
        again by itself: providers lock accounts for that."""
        return LONGEST_WAIT if self._account.oauth and isinstance(refusal, CredentialsRefused) else None

    async def _rest(self, seconds: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()

    def _offline(self, problem: LinksecError) -> None:
        self._tell(ConnectionChanged(account=self._account.name, link=Link.OFFLINE, detail=str(problem)))


@dataclass(slots=True)
class Heard:
    """In which mailboxes something happened, as told by the line that listens."""

    named: set[str] = field(default_factory=set[str])
    whole: bool = False  # mailboxes came or went, or nobody knows where something happened

    def add(self, changes: Changes, *, besides: str) -> bool:
        """True where there is something to be looked at. `besides`: the one that is listened to anyway."""
        self.named |= changes.mailboxes - {besides}
        self.whole = self.whole or changes.list_changed or changes.overflowed
        return bool(self.named) or self.whole

    def take(self) -> tuple[set[str], bool]:
        taken = (self.named, self.whole)
        self.named, self.whole = set(), False
        return taken


def _first_problem(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What ended the work: a fault of ours goes before the connection's, which it may have caused."""
    problems, faults = group.split(ConnectionProblem)
    if faults is not None:
        return faults
    assert problems is not None
    first = problems.exceptions[0]
    return first if isinstance(first, ConnectionProblem) else problems
