"""The verbs on messages and mailboxes, as a table: what was asked of them stands in `done`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from linksec_tui.model.errors import BadInput
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag


@dataclass
class TableFiling:
    """`doomed`: how many of any messages lie in the Trash."""

    done: list[tuple[object, ...]]
    doomed: int = 0
    waiting: int = 0
    trash: Mailbox = field(
        default_factory=lambda: Mailbox(id=3, account="home", name="Trash", wire_name="Trash", role=Role.TRASH, total=7)
    )

    async def mark(self, ids: Sequence[int], flag: Flag, *, on: bool) -> str:
        return self._note("mark", tuple(ids), flag, on)

    async def label(self, ids: Sequence[int], *, add: frozenset[str], remove: frozenset[str]) -> str:
        return self._note("label", tuple(ids), add, remove)

    async def move(self, ids: Sequence[int], mailbox: int) -> str:
        return self._note("move", tuple(ids), mailbox)

    async def copy(self, ids: Sequence[int], mailbox: int) -> str:
        return self._note("copy", tuple(ids), mailbox)

    async def archive(self, ids: Sequence[int]) -> str:
        return self._note("archive", tuple(ids))

    async def junk(self, ids: Sequence[int]) -> str:
        return self._note("junk", tuple(ids))

    async def not_junk(self, ids: Sequence[int]) -> str:
        return self._note("not junk", tuple(ids))

    async def for_good(self, ids: Sequence[int]) -> int:
        return self.doomed

    async def delete(self, ids: Sequence[int]) -> str:
        return self._note("delete", tuple(ids))

    async def waits(self, account: str) -> int:
        return self.waiting

    async def trash_of(self, account: str) -> Mailbox | None:
        return self.trash

    async def empty_trash(self, account: str) -> str:
        return self._note("empty", account)

    async def undo(self) -> str:
        if not self.done:
            raise BadInput("There is nothing to take back.")
        return self._note("undo")

    async def create(self, account: str, name: str) -> str:
        return self._note("create", account, name)

    async def rename(self, mailbox: int, name: str) -> str:
        return self._note("rename", mailbox, name)

    async def remove(self, mailbox: int) -> str:
        return self._note("remove", mailbox)

    async def subscribe(self, mailbox: int, *, on: bool) -> str:
        return self._note("subscribe", mailbox, on)

    async def subscribed(self, account: str) -> frozenset[int]:
        return frozenset({1})

    def _note(self, *what: object) -> str:
        self.done.append(what)
        return "Done."
