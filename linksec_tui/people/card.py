"""One person as an address book's file tells it, before anything is known of who that is to us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from linksec_tui.formats.domain_name import parse_mailbox
from linksec_tui.model.address import Address
from linksec_tui.model.contact import MAX_ADDRESSES, MAX_GROUPS, MAX_NOTE, MAX_TEXT
from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible, visible_name, visible_text

MAX_PROBLEMS = 100  # more than anybody reads
MAX_PEOPLE = 100_000  # of one import
MAX_MEMBERS = 10_000  # of a card that is a group's


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`addresses`: the preferred one first. `members`: of a group's card, who belongs to it (uid or address)."""

    name: str
    addresses: tuple[Address, ...] = ()
    groups: tuple[str, ...] = ()
    note: str = ""
    uid: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """What was read. `problems` are sentences, the first of them; `problem_count` counts all."""

    cards: tuple[Card, ...]
    problems: tuple[str, ...] = ()
    problem_count: int = 0


class Problems:
    """What could not be read, told up to a bound and counted beyond."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.count = 0

    def add(self, sentence: str) -> None:
        self.count += 1
        if len(self.told) < MAX_PROBLEMS:
            self.told.append(sentence)

    def addresses(self, written: Iterable[str], name: str) -> tuple[Address, ...]:
        """Each once; what is no address is a problem."""
        found: dict[Address, None] = {}
        for text in written:
            try:
                address = parse_mailbox(text.strip())
            except BadInput:
                self.add(f"“{visible(text)[:80]}” of {name or 'somebody'} is not a mail address.")
                continue
            if len(found) == MAX_ADDRESSES:
                self.add(f"{name or 'Somebody'} has more than {MAX_ADDRESSES} addresses.")
                break
            found.setdefault(address)
        return tuple(found)


def shown_name(text: str) -> str:
    """Foreign text as a name: one line, no controls, no badge's glyph, not too long."""
    return " ".join(visible_name(text).split())[:MAX_TEXT]


def shown_note(text: str) -> str:
    return visible_text(text).strip()[:MAX_NOTE]


def shown_groups(names: Iterable[str]) -> tuple[str, ...]:
    shown = [shown_name(name) for name in names]
    return tuple(dict.fromkeys(name for name in shown if name))[:MAX_GROUPS]
