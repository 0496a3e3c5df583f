"""Which rows of a roll are shown, and in which order. Works in another thread beside the interface.

Nothing here holds the interpreter for longer than a moment: it sorts small pieces and merges them, because one sort of
a hundred thousand rows would let nobody else have a turn.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from operator import itemgetter

from linksec_tui.model.assessment import Assurance
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.roll import Known, Roll

PIECE = 1_000  # rows that are sorted at once: under a millisecond

Key = tuple[int | str, ...]


class Column(Enum):
    """What a row is sorted by; the value is its head."""

    LEVEL = "Level"
    MEETS = "Meets"
    NAME = "Recipient"
    DOMAIN = "Domain"
    WHY = "Why"
    SERVER = "Their servers"


class Who(Enum):
    """Who is shown, by the requirement."""

    ALL = "everybody"
    SHORT = "who fall short"
    MEET = "who meet it"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How the roll is looked at. Without a column it stands as it was given."""

    requirement: Requirement = Requirement.ANY
    column: Column | None = None
    backwards: bool = False
    who: Who = Who.ALL
    level: Assurance | None = None
    text: str = ""

    @property
    def whole(self) -> bool:
        """Is nobody left out?"""
        return self.who is Who.ALL and self.level is None and not self.text

    @property
    def follows_results(self) -> bool:
        """Does a new result move rows, or change who is shown?"""
        sorted_by_result = self.column not in (None, Column.NAME, Column.DOMAIN)
        return sorted_by_result or self.who is not Who.ALL or self.level is not None


def arranged(roll: Roll, view: View) -> array[int]:
    """The numbers of the rows in sight, in their order."""
    rows = _shown(roll, view)
    if view.column is None:
        spine = array("q", rows)
        return spine[::-1] if view.backwards else spine
    key_of = _KEYS[view.column]
    keyed = ((key_of(roll, row, view.requirement), row) for row in rows)
    return array("q", map(itemgetter(1), _sorted(keyed, backwards=view.backwards)))


def _shown(roll: Roll, view: View) -> Iterator[int]:
    text = view.text.casefold()
    for row in range(len(roll.folded)):  # the last thing that is written of a new row
        if row in roll.gone or (text and text not in roll.folded[row]):
            continue
        if view.who is Who.ALL and view.level is None:
            yield row
            continue
        known = roll.of(row)
        if known is None or (view.level is not None and known.assurance is not view.level):
            continue
        if view.who is Who.ALL or known.meets(view.requirement) is (view.who is Who.MEET):
            yield row


def _sorted(keyed: Iterator[tuple[Key, int]], *, backwards: bool) -> Iterator[tuple[Key, int]]:
    """Stable both ways: rows with the same key stay as they were given."""
    pieces: list[list[tuple[Key, int]]] = [[]]
    for each in keyed:
        if len(pieces[-1]) == PIECE:
            pieces.append([])
        pieces[-1].append(each)
    for piece in pieces:
        piece.sort(key=itemgetter(0), reverse=backwards)
    return heapq.merge(*pieces, key=itemgetter(0), reverse=backwards)


def _by_level(roll: Roll, row: int, _: Requirement) -> Key:
    known = roll.of(row)
    return (-1,) if known is None else (known.rung, not known.gated)


def _by_meeting(roll: Roll, row: int, requirement: Requirement) -> Key:
    known = roll.of(row)
    return (-1,) if known is None else (known.meets(requirement), known.rung)


def _by_name(roll: Roll, row: int, _: Requirement) -> Key:
    return (roll.folded[row],)


def _by_domain(roll: Roll, row: int, _: Requirement) -> Key:
    return (roll.wanted[row].shown_domain, roll.folded[row])


def _by_reason(roll: Roll, row: int, _: Requirement) -> Key:
    known = roll.of(row)
    return ("",) if known is None else (why(known, roll.wanted[row].shown_domain),)


def _by_server(roll: Roll, row: int, _: Requirement) -> Key:
    known = roll.of(row)
    return ("",) if known is None else (known.server,)


_KEYS: dict[Column, Callable[[Roll, int, Requirement], Key]] = {
    Column.LEVEL: _by_level,
    Column.MEETS: _by_meeting,
    Column.NAME: _by_name,
    Column.DOMAIN: _by_domain,
    Column.WHY: _by_reason,
    Column.SERVER: _by_server,
}


def why(known: Known, domain: str = "") -> str:
    """The headline without what stands beside it already: the rung's word, and the domain where it is shown."""
    return known.headline.removeprefix(f"{known.assurance.word}: ").removeprefix(f"{domain} " if domain else "")
