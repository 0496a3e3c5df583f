"""What a user does to messages, done on the server and then in the store: read, mark, move, file a copy.

The store shows it at once and takes it back where the server would not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from linksec_tui.formats.mime import parse_message
from linksec_tui.incoming.catch_up import CatchUp
from linksec_tui.incoming.headers import parse_message_id
from linksec_tui.incoming.line import Line
from linksec_tui.incoming.roles import mailboxes_of, new_sent_name
from linksec_tui.model.account import Account, SentCopy
from linksec_tui.model.errors import ConnectionProblem, MailboxRefused
from linksec_tui.model.events import Event, MailboxChanged, MailboxesChanged
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag, Header
from linksec_tui.store import bodies, mailboxes, messages
from linksec_tui.store.vault import Vault
from linksec_tui.wire.imap_filing import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class OnServer:
    """One account's messages, acted upon over the line that its synchronisation shares."""

    account: Account
    line: Line
    vault: Vault
    tell: Callable[[Event], None]
    clock: Callable[[], datetime]

    async def body(self, header: Header) -> bytes:
        """The whole message: from the store, or fetched and kept. Raises ConnectionProblem."""
        kept = await self.vault.run(bodies.read_body, header.id, self.clock())
        if kept is not None:
            return kept
        mailbox = await self._mailbox(header.mailbox)
        async with self.line.mailbox(mailbox.wire_name, mailbox.uidvalidity) as session:
            raw = await session.body(header.uid)
        if raw is None:
            await self._forget(mailbox, [header])
            raise MailboxRefused("The message is not on the server any more.", "Somebody else has moved or deleted it.")
        await self.vault.run(bodies.write_body, header.id, raw, self.clock())
        return raw

    async def mark(
        self, headers: Sequence[Header], *, add: frozenset[str] = frozenset(), remove: frozenset[str] = frozenset()
    ) -> None:
        """Sets and clears flags."""
        for mailbox, some in await self._by_mailbox(headers):
            await self._show_flags(mailbox, {each.uid: (each.flags | add) - remove for each in some})
            try:
                async with self.line.mailbox(mailbox.wire_name, mailbox.uidvalidity) as session:
                    await session.store_flags([each.uid for each in some], add=add, remove=remove)
            except ConnectionProblem:
                await self._show_flags(mailbox, {each.uid: each.flags for each in some})
                raise

    async def move(self, headers: Sequence[Header], target: Mailbox) -> None:
        """Moves messages to another mailbox of the account."""
        for mailbox, some in await self._by_mailbox(headers):
            async with self.line.mailbox(mailbox.wire_name, mailbox.uidvalidity) as session:
                await session.move([each.uid for each in some], target.wire_name)
            await self._forget(mailbox, some)
        await self._catch_up().arrivals(target)

    async def file_sent(self, content: bytes) -> None:
        """A copy of what was submitted into Sent, once: not where the server files it, not where it already is."""
        if self.account.sent is SentCopy.SERVER:
            return
        sent = await self._sent()
        message_id = parse_message_id(parse_message(content).header("Message-ID"))
        async with self.line.session() as session:
            await session.select(sent.wire_name)
            if not await session.with_message_id(message_id):
                letter = Letter(content=content, flags=frozenset({Flag.SEEN.value}), when=self.clock())
                await session.append(sent.wire_name, letter)
        await self._catch_up().arrivals(sent)

    async def _sent(self) -> Mailbox:
        """The Sent mailbox, made where there is none."""
        found = await self.vault.run(mailboxes.mailbox_with_role, self.account.name, Role.SENT)
        if found is not None:
            return found
        configured = self.account.mailboxes
        async with self.line.session() as session:
            lines = await session.mailboxes()
            listed = mailboxes_of(self.account.name, lines, configured)
            if not any(mailbox.role is Role.SENT for mailbox in listed):
                await session.create(new_sent_name(lines, configured))
                listed = mailboxes_of(self.account.name, await session.mailboxes(), configured)
        written = await self.vault.run(mailboxes.write_mailboxes, self.account.name, listed)
        self.tell(MailboxesChanged(account=self.account.name))
        sent = next((mailbox for mailbox in written if mailbox.role is Role.SENT), None)
        if sent is None:
            raise MailboxRefused(
                "The account has no mailbox for sent letters.", 'Name it: mailboxes = { sent = "…" } in the account.'
            )
        return sent

    async def _by_mailbox(self, headers: Iterable[Header]) -> list[tuple[Mailbox, list[Header]]]:
        grouped: dict[int, list[Header]] = defaultdict(list)
        for header in headers:
            grouped[header.mailbox].append(header)
        return [(await self._mailbox(ident), some) for ident, some in grouped.items()]

    async def _mailbox(self, ident: int) -> Mailbox:
        mailbox = await self.vault.run(mailboxes.read_mailbox, ident)
        if mailbox is None:
            raise MailboxRefused("The mailbox is not on the server any more.", "Somebody else has deleted it.")
        return mailbox

    async def _show_flags(self, mailbox: Mailbox, flags: dict[int, frozenset[str]]) -> None:
        if await self.vault.run(messages.write_flags, mailbox.id, flags):
            self.tell(MailboxChanged(mailbox=mailbox.id))

    async def _forget(self, mailbox: Mailbox, headers: Iterable[Header]) -> None:
        if await self.vault.run(messages.remove, mailbox.id, [header.uid for header in headers]):
            self.tell(MailboxChanged(mailbox=mailbox.id))

    def _catch_up(self) -> CatchUp:
        return CatchUp(line=self.line, vault=self.vault, tell=self.tell)
