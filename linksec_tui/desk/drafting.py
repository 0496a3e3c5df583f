"""Drafts: begun anew, kept as they are typed, and taken up again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats import domain_name
from linksec_tui.model.account import Account
from linksec_tui.model.address import Address
from linksec_tui.model.letter import Draft
from linksec_tui.store import drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafting:
    """The drafts of one desk."""

    rooms: Rooms

    def new(self, account: str | None = None) -> Draft:
        """An empty letter from the account, with its default requirement and signature."""
        chosen = self.rooms.account(account)
        sender, name = identities(chosen)[0]
        return Draft(
            id=self.rooms.token(),
            account=chosen.name,
            sender=sender,
            sender_name=name,
            body=f"\n\n-- \n{chosen.signature}\n" if chosen.signature else "",
            requirement=chosen.require,
            changed_at=self.rooms.clock(),
        )

    async def save(self, draft: Draft) -> None:
        """On the disk when it returns."""
        now = self.rooms.clock()
        await self.rooms.desk.run(drafts.save, replace(draft, changed_at=now), now)

    async def all(self) -> tuple[Draft, ...]:
        return await self.rooms.desk.run(drafts.read_all)

    async def discard(self, draft_id: str) -> None:
        await self.rooms.desk.run(drafts.delete, draft_id)


def identities(account: Account) -> tuple[tuple[Address, str], ...]:
    """Whom letters from the account may be from, the usual one first; its own address always among them."""
    named = [
        (recipient.address, recipient.name)
        for text in account.identities
        for recipient in domain_name.parse_recipient_text(text)
    ]
    own = (account.address, account.display_name)
    return tuple(named) if any(address == account.address for address, _ in named) else (*named, own)
