"""Drafts: begun anew, kept as they are typed, and taken up again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace

from linksec_tui.desk import templates
from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats import domain_name
from linksec_tui.model.account import Account, Sender
from linksec_tui.model.events import DraftsChanged
from linksec_tui.model.letter import Draft
from linksec_tui.outgoing.reminder import word_of_attachment
from linksec_tui.store import drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafting:
    """The drafts of one desk."""

    rooms: Rooms

    def new(self, account: str | None = None) -> Draft:
        """An empty letter from the account, with its default requirement and signature."""
        chosen = self.rooms.account(account)
        sender = senders(chosen)[0]
        return Draft(
            id=self.rooms.token(),
            account=chosen.name,
            sender=sender.address,
            sender_name=sender.name,
            body=_signed(chosen.signature),
            requirement=sender.require,
            changed_at=self.rooms.clock(),
        )

    async def save(self, draft: Draft) -> None:
        """On the disk when it returns."""
        now = self.rooms.clock()
        await self.rooms.desk.run(drafts.save, replace(draft, changed_at=now), now)
        self.rooms.broadcast.tell(DraftsChanged(account=draft.account))

    async def all(self) -> tuple[Draft, ...]:
        return await self.rooms.desk.run(drafts.read_all)

    async def read(self, draft_id: str) -> Draft | None:
        """As it is kept now; None where it was thrown away, or sent."""
        return await self.rooms.desk.run(drafts.read, draft_id)

    def look(self, account: str | None = None) -> None:
        """Has another machine written on some, or begun others? Of one account, or of all."""
        for each in self.rooms.config.accounts:
            if account in (None, each.name):
                self.rooms.broadcast.tell(DraftsChanged(account=each.name))

    def word_of_attachment(self, draft: Draft) -> str:
        """The word of the letter that speaks of an attached file; empty where none does."""
        return word_of_attachment(draft.subject, draft.body)

    def templates(self) -> tuple[str, ...]:
        """The names of the letters that stand ready, as files beside the configuration."""
        return templates.names(self.rooms.config.path)

    async def from_template(self, name: str, account: str | None = None) -> Draft:
        """A new letter that begins as that one says. Raises BadInput."""
        written = await asyncio.to_thread(templates.read, self.rooms.config.path, name)
        return templates.begun(self.new(account), written)

    async def discard(self, draft_id: str) -> None:
        draft = await self.rooms.desk.run(drafts.read, draft_id)
        await self.rooms.desk.run(drafts.delete, draft_id, self.rooms.clock())
        if draft is not None:
            self.rooms.broadcast.tell(DraftsChanged(account=draft.account))


def senders(account: Account) -> tuple[Sender, ...]:
    """Whom letters from the account may be from, the usual one first; its own address always among them."""
    named = [
        Sender(
            account=account.name,
            address=recipient.address,
            name=recipient.name,
            require=identity.require or account.require,
        )
        for identity in account.identities
        for recipient in domain_name.parse_recipient_text(identity.written)
    ]
    own = Sender(account=account.name, address=account.address, name=account.display_name, require=account.require)
    return tuple(named) if any(each.address == own.address for each in named) else (*named, own)


def sent_as(draft: Draft, sender: Sender, accounts: Iterable[Account]) -> Draft:
    """The draft from somebody else. A requirement and a signature that nobody touched become the new sender's."""
    signatures = {account.name: account.signature for account in accounts}
    before = next((each for account in accounts for each in senders(account) if _is_from(draft, each)), None)
    untouched = not draft.requirement_chosen and before is not None and draft.requirement is before.require
    old, new = _signed(signatures.get(draft.account, "")), _signed(signatures.get(sender.account, ""))
    signed = bool(old) and draft.body.endswith(old)
    return replace(
        draft,
        account=sender.account,
        sender=sender.address,
        sender_name=sender.name,
        requirement=sender.require if untouched else draft.requirement,
        body=draft.body.removesuffix(old) + new if signed or not draft.body.strip() else draft.body,
    )


def _is_from(draft: Draft, sender: Sender) -> bool:
    return (draft.account, draft.sender) == (sender.account, sender.address)


def _signed(signature: str) -> str:
    return f"\n\n-- \n{signature}\n" if signature else ""
