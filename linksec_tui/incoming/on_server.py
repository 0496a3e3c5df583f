"""What is asked of an account's server about single messages: the whole text of one, and a copy of what was sent.

What a person does to messages waits for the server in `replay`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from linksec_tui.formats.mime import parse_message
from linksec_tui.incoming.catch_up import CatchUp
from linksec_tui.incoming.headers import parse_message_id
from linksec_tui.incoming.line import Line
from linksec_tui.incoming.roles import mailboxes_of, new_sent_name
from linksec_tui.model.account import Account, SentCopy
from linksec_tui.model.errors import MailboxRefused
from linksec_tui.model.events import Event, MailboxChanged, MailboxesChanged
from linksec_tui.model.filing import Landing
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag, Header
from linksec_tui.store import ahead, bodies, mailboxes, messages
from linksec_tui.store.vault import Vault
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_filing import Letter
from linksec_tui.wire.imap_reading import GMAIL

Filed = Callable[[str, Landing], Awaitable[None]]


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
        at = await self._place(header)
        async with self.line.mailbox(at.wire_name, at.uidvalidity) as session:
            raw = await session.body(at.uid)
        if raw is None:
            await self._forget(header)
            raise MailboxRefused("The message is not on the server any more.", "Somebody else has moved or deleted it.")
        await self.vault.run(bodies.write_body, header.id, raw, self.clock())
        return raw

    async def _place(self, header: Header) -> Landing:
        """Where the server has it: what is on its way to another mailbox is still in the one that it came from."""
        if header.uid < 0:
            origin = await self.vault.run(ahead.origin, header.uid)
            if origin is None:
                raise MailboxRefused("The message is just being moved.", "Try again in a moment.")
            return origin
        mailbox = await self.vault.run(mailboxes.read_mailbox, header.mailbox)
        if mailbox is None:
            raise MailboxRefused("The mailbox is not on the server any more.", "Somebody else has deleted it.")
        return Landing(wire_name=mailbox.wire_name, uidvalidity=mailbox.uidvalidity, uid=header.uid)

    async def file_sent(self, content: bytes, filed: Filed) -> None:
        """A copy of what was submitted into Sent, once: not where the server files it, not where it already is.

        Gmail always files what is submitted to it, if perhaps a moment later; others do where they are told to, and
        where such a copy comes while ours is filed, ours goes again. `filed` hears where ours is, before anybody
        hears that something has arrived.
        """
        if self.account.sent is SentCopy.SERVER:
            return
        sent = await self._sent()
        async with self.line.session() as session:
            if GMAIL not in session.capabilities:
                selected = await session.select(sent.wire_name)
                uid, message_id = await self._file_once(session, sent.wire_name, content)
                if uid:
                    at = Landing(wire_name=sent.wire_name, uidvalidity=selected.uidvalidity, uid=uid)
                    await filed(message_id, at)
        await self._catch_up().arrivals(sent)

    async def take_from_sent(self, message_id: str, at: Landing) -> None:
        """Our copy goes, where somebody else's is there too."""
        async with self.line.mailbox(at.wire_name, at.uidvalidity) as session:
            there = await session.with_message_id(message_id)
            if at.uid not in there or len(there) == 1:
                return
            await session.erase([at.uid])
        sent = await self.vault.run(mailboxes.mailbox_called, self.account.name, at.wire_name)
        if sent is not None and await self.vault.run(messages.remove, sent.id, [at.uid]):
            self.tell(MailboxChanged(mailbox=sent.id))

    async def is_in_sent(self, message_id: str) -> bool:
        """Has somebody filed it? Raises MailboxRefused where there is no Sent."""
        sent = await self._sent()
        async with self.line.session() as session:
            await session.select(sent.wire_name)
            return bool(await session.with_message_id(message_id))

    async def _file_once(self, session: ImapSession, wire_name: str, content: bytes) -> tuple[int, str]:
        """The UID of ours, 0 where there is none, and the Message-ID."""
        message_id = parse_message_id(parse_message(content[: content.find(b"\r\n\r\n") + 4]).header("Message-ID"))
        if await session.with_message_id(message_id):
            return 0, message_id
        letter = Letter(content=content, flags=frozenset({Flag.SEEN.value}), when=self.clock())
        told = await session.append(wire_name, letter)
        there = await session.with_message_id(message_id)
        ours = told or max(there, default=0)  # equal letters: where it is not told, the last counts as ours
        if ours in there and len(there) > 1:
            await session.erase([ours])
            return 0, message_id
        return ours, message_id

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

    async def _forget(self, header: Header) -> None:
        if await self.vault.run(messages.remove, header.mailbox, [header.uid]):
            self.tell(MailboxChanged(mailbox=header.mailbox))

    def _catch_up(self) -> CatchUp:
        return CatchUp(line=self.line, vault=self.vault, tell=self.tell)
