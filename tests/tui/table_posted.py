"""What the table desk answers about the outbox and about drafts elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Draft, OutboxItem
from linksec_tui.outgoing.later import parse_span, parse_when
from linksec_tui.outgoing.notice import checked_pickup
from linksec_tui.outgoing.reminder import word_of_attachment
from tests.tui.table_facts import NOON


@dataclass
class TablePosted:
    """`grace`: the letter that can be taken back; `back`: what it was written as."""

    grace: OutboxItem | None = None
    back: Draft | None = None
    done: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    async def under_grace(self) -> OutboxItem | None:
        return self.grace

    async def undo(self, letter: str) -> Draft | None:
        self.done.append(("undo", letter))
        if self.grace is None:
            raise BadInput("It is too late to take the letter back.", "The outbox shows what became of it.")
        self.grace = None
        return self.back

    def when(self, text: str) -> datetime:
        return parse_when(text, NOON)

    def minutes(self, text: str) -> int:
        return int(parse_span(text) / timedelta(minutes=1))

    def pickup(self, link: str) -> str:
        return checked_pickup(link)

    async def put_off(self, ident: str, when: str) -> None:
        self.done.append((when, ident))

    async def went_out(self, ident: str) -> None:
        self.done.append(("went out", ident))


@dataclass
class TableDrafting:
    """Nothing is elsewhere."""

    looked: int = 0
    kept: Draft | None = None  # as another machine left it

    def look(self, account: str | None = None) -> None:
        self.looked += 1

    async def read(self, draft_id: str) -> Draft | None:
        return self.kept

    def word_of_attachment(self, draft: Draft) -> str:
        return word_of_attachment(draft.subject, draft.body)

    def templates(self) -> tuple[str, ...]:
        return ("minutes.txt",)
