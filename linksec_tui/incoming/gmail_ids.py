"""Messages that came before Gmail's numbers were kept get theirs, so that each of them counts once, too."""

from __future__ import annotations

from dataclasses import dataclass

from linksec_tui.incoming.line import Line
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.store import labels, reach
from linksec_tui.store.vault import Vault
from linksec_tui.wire.imap_gmail import gmail_ids, has_labels

PIECE = 500  # messages asked for at once; whoever waits for the line comes in between


@dataclass(frozen=True, slots=True, kw_only=True)
class GmailIds:
    """Over one account's line."""

    line: Line
    vault: Vault

    async def are_kept(self) -> bool:
        """Only there is anything to be asked. Raises ConnectionProblem."""
        async with self.line.session() as session:
            return has_labels(session)

    async def complete(self, mailbox: Mailbox) -> None:
        """Raises ConnectionProblem."""
        reached = await self.vault.run(reach.read_reach, mailbox.id)
        without = await self.vault.ask(labels.without_number, mailbox.id)
        for at in range(0, len(without) if reached else 0, PIECE):
            assert reached is not None
            piece = without[at : at + PIECE]
            async with self.line.mailbox(mailbox.wire_name, reached.uidvalidity) as session:
                told = await gmail_ids(session, piece)
            await self.vault.run(labels.write_numbers, mailbox.id, reached.uidvalidity, told)
