"""The mailboxes and accounts that a search may name, by whatever a person calls them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from linksec_tui.model.errors import BadInput
from linksec_tui.model.mailbox import Role
from linksec_tui.model.visible import visible
from linksec_tui.store.connection import Connection

_OTHER_NAMES = {"spam": Role.JUNK.value, "bin": Role.TRASH.value, "draft": Role.DRAFTS.value}
_ANYWHERE = ("anywhere", "everywhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One mailbox."""

    id: int
    account: str
    name: str
    role: str
    delimiter: str

    def called(self, wanted: str) -> bool:
        """By its name, the last part of it, or its role."""
        last = self.name.rpartition(self.delimiter)[2] if self.delimiter else self.name
        return wanted in (self.name.casefold(), last.casefold()) or (
            bool(self.role) and _OTHER_NAMES.get(wanted, wanted) == self.role
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """All of them."""

    every: tuple[Place, ...]

    @classmethod
    def read(cls, connection: Connection) -> Places:
        rows = connection.rows(
            "SELECT id, account, name, role, delimiter FROM mailboxes WHERE id <> 0 ORDER BY account, name"
        )
        return cls(
            every=tuple(
                Place(id=ident, account=account, name=name, role=role, delimiter=delimiter)
                for ident, account, name, role, delimiter in rows
            )
        )

    @property
    def everything(self) -> tuple[int, ...]:
        """Those in which an account's messages stand a second time."""
        return tuple(place.id for place in self.every if place.role == Role.ALL.value)

    def called(self, name: str) -> tuple[int, ...]:
        """The mailboxes of that name. Raises BadInput."""
        wanted = name.casefold()
        if wanted in _ANYWHERE:
            return tuple(place.id for place in self.every)
        found = tuple(place.id for place in self.every if place.called(wanted))
        if not found and self.every:
            raise _unknown("mailbox", name, (place.name for place in self.every))
        return found

    def of_account(self, name: str) -> tuple[int, ...]:
        """The mailboxes of an account. Raises BadInput."""
        wanted = name.casefold()
        found = tuple(place.id for place in self.every if place.account.casefold() == wanted)
        if not found and self.every:
            raise _unknown("account", name, (place.account for place in self.every))
        return found


def _unknown(what: str, name: str, known: Iterable[str]) -> BadInput:
    by_folded = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(name.casefold(), by_folded, 1, 0.5)
    advice = f"Did you mean “{by_folded[close[0]]}”?" if close else f"There are {', '.join(by_folded.values())}."
    return BadInput(f"There is no {what} called “{visible(name[:60])}”.", advice[:200])
