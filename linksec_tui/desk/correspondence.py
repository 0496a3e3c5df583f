"""The mailboxes: kept up with the server by the worker, read and changed by both front ends."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from linksec_tui.desk.early_mail import EarlyMail
from linksec_tui.desk.indexing import Indexing
from linksec_tui.desk.inspecting import Inspecting
from linksec_tui.desk.rooms import Rooms
from linksec_tui.incoming.line import Line, SignIn
from linksec_tui.incoming.on_server import OnServer
from linksec_tui.incoming.sync import MailboxSync
from linksec_tui.incoming.text import read_message
from linksec_tui.model.account import Account
from linksec_tui.model.errors import BadInput
from linksec_tui.model.filing import Landing
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header, Reading
from linksec_tui.model.reading import Wish
from linksec_tui.model.sender import Inspection
from linksec_tui.model.visible import visible_text
from linksec_tui.store import bodies, filed_copies, mailboxes, messages
from linksec_tui.store.filed_copies import FiledCopy
from linksec_tui.wire.imap_channel import Means

randomness = random.SystemRandom()


@dataclass(slots=True, kw_only=True)
class Correspondence:
    """All accounts' messages. The lines to the servers are opened when something first needs them."""

    rooms: Rooms
    inspecting: Inspecting
    indexing: Indexing
    fetched: asyncio.Event = field(default_factory=asyncio.Event)  # something lies here whole that did not before
    early: EarlyMail | None = None  # what came before there was a store
    _syncs: dict[str, MailboxSync] = field(default_factory=dict)

    def sync(self, account: Account) -> MailboxSync:
        """The account's synchronisation; `run` it where this process is the worker."""
        if account.name not in self._syncs:
            early = self.early if self.early and self.early.account == account else None
            self._syncs[account.name] = MailboxSync(
                self._sign_in(account), self.rooms.mail, self.rooms.broadcast.tell, _spread, early and early.session
            )
        return self._syncs[account.name]

    async def take_early(self) -> None:
        """Into the store, so that what is shown already can be read."""
        if self.early is not None and (first := self.early.mail) is not None:
            await self.sync(self.early.account).take(first)

    def refresh(self) -> None:
        for sync in self._syncs.values():
            sync.wake()

    def doubt(self) -> None:
        """The machine slept, or is on another network."""
        for sync in self._syncs.values():
            sync.doubt()

    async def close(self) -> None:
        for sync in self._syncs.values():
            await sync.close()

    async def mailboxes(self, account: str | None = None) -> tuple[Mailbox, ...]:
        wanted = [each.name for each in self.rooms.config.accounts if account in (None, each.name)]
        return tuple([each for name in wanted for each in await self._mailboxes_of(name)])

    async def rows(self, ids: Sequence[int]) -> Mapping[int, Header]:
        return await self.rooms.mail.ask(messages.rows, ids)

    async def header(self, message: int) -> Header:
        found = (await self.rows([message])).get(message)
        if found is None:
            raise BadInput("This message is not in the mailbox any more.", "It may have been moved elsewhere.")
        return found

    async def raw(self, message: int) -> bytes:
        """The whole message, fetched where it is not local. Raises ConnectionProblem."""
        header = await self.header(message)
        kept = await self.rooms.mail.run(bodies.read_body, message, self.rooms.clock())
        if kept is not None:
            return kept
        raw = await self._on_server(header.account).body(header)
        self.fetched.set()
        return raw

    async def read(self, message: int, wish: Wish | None = None) -> Reading:
        """As it is wished for, or whole."""
        header, raw = await self.header(message), await self.raw(message)
        reading = await asyncio.to_thread(read_message, header, raw, wish)  # a hostile message takes a second
        if not reading.goes_on:  # only the beginning: the whole follows
            await self.indexing.index(header, raw, reading)
        return replace(reading, sender=await self.inspecting.sender_of(header, raw))

    async def inspect(self, message: int) -> Inspection:
        """The way it came, and who sent it, from what is at hand."""
        return await self.inspecting.inspect(await self.header(message), await self.raw(message))

    async def verify_sender(self, message: int) -> Inspection:
        """As `inspect`, after asking the sender's domain."""
        return await self.inspecting.verify(await self.header(message), await self.raw(message))

    async def source(self, message: int) -> str:
        return visible_text((await self.raw(message)).decode("utf-8", "replace"))

    async def is_in_sent(self, account: str, message_id: str) -> bool:
        """Has the server a copy, whoever filed it?"""
        return await self._on_server(account).is_in_sent(message_id)

    async def file_sent(self, account: str, content: bytes) -> None:
        async def filed(message_id: str, at: Landing) -> None:
            copy = FiledCopy(account=account, message_id=message_id, landing=at)
            await self.rooms.desk.run(filed_copies.note, copy, self.rooms.clock())

        await self._on_server(account).file_sent(content, filed)

    async def take_from_sent(self, copy: FiledCopy) -> None:
        """Somebody else has filed another one."""
        await self._on_server(copy.account).take_from_sent(copy.message_id, copy.landing)

    async def _mailboxes_of(self, account: str) -> tuple[Mailbox, ...]:
        return await self.rooms.mail.ask(mailboxes.read_mailboxes, account)

    def _on_server(self, name: str) -> OnServer:
        account = self.rooms.account(name)
        return OnServer(
            account=account,
            line=self._line(account),
            vault=self.rooms.mail,
            tell=self.rooms.broadcast.tell,
            clock=self.rooms.clock,
        )

    def _line(self, account: Account) -> Line:
        return self.sync(account).line

    def _sign_in(self, account: Account) -> SignIn:
        means = Means(dialler=self.rooms.dialler, clock=self.rooms.clock, ca_file=self.rooms.config.network.ca_file)
        return SignIn(account=account, means=means, credentials=self.rooms.secrets.source(account))


def _spread(seconds: float) -> float:
    return seconds * randomness.uniform(0.75, 1.25)
