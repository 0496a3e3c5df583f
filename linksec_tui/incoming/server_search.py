"""What a server finds where the words of a message are not here: asked mailbox by mailbox, the fullest first."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from linksec_tui.incoming.line import Line
from linksec_tui.model.errors import MailboxRefused
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.store import mailboxes, search
from linksec_tui.store.search import Search
from linksec_tui.store.vault import Vault
from linksec_tui.wire import imap_search
from linksec_tui.wire.imap_search import Keys, search_keys

MOST_MAILBOXES = 30  # of one account: each takes a round trip or two


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFound:
    """Ids in the store. `refused`: mailboxes that could not be searched."""

    ids: array[int]
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSearch:
    """One account's server. Its line is taken anew for each mailbox, so that nobody waits for the whole of it."""

    line: Line
    vault: Vault

    async def find(self, wanted: Search, where: Sequence[int]) -> ServerFound:
        """Raises ConnectionProblem."""
        keys = search_keys(wanted.query)
        found, refused = array("q"), list[str]()
        for ident in where[:MOST_MAILBOXES] if keys else ():
            mailbox = await self.vault.run(mailboxes.read_mailbox, ident)
            if mailbox is None or not keys:
                continue
            try:
                found += await self._in(mailbox, wanted, keys)
            except MailboxRefused:
                refused.append(mailbox.name)
        if not keys or len(where) > MOST_MAILBOXES:
            refused.append("the rest" if keys else "")
        return ServerFound(ids=found, refused=tuple(refused))

    async def _in(self, mailbox: Mailbox, wanted: Search, keys: Keys) -> array[int]:
        async with self.line.mailbox(mailbox.wire_name, mailbox.uidvalidity) as session:
            uids = await imap_search.search(session, keys)
        return await self.vault.run(search.found_on_server, wanted, mailbox.id, uids)
