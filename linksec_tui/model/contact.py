"""People that the user writes to: their addresses, their groups, and what letters to them ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .address import Address
from .assessment import Assurance
from .letter import Requirement

MAX_ADDRESSES = 100  # of one person; more is a list
MAX_GROUPS = 100  # of one person
MAX_TEXT = 200  # characters of a name
MAX_NOTE = 4_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An address that was written to, or came with somebody's card; never written to where `times_written` is 0."""

    address: Address
    name: str = ""
    last_written_at: datetime | None = None
    times_written: int = 0
    favourite: bool = False
    mailing_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever stands behind these addresses; the one to write to comes first. `requirement`: None, nothing was said."""

    id: str
    name: str = ""
    contacts: tuple[Contact, ...] = ()
    groups: tuple[str, ...] = ()
    requirement: Requirement | None = None
    note: str = ""
    uid: str = ""  # of the card that they came with

    @property
    def shown(self) -> str:
        """The name, or the address where there is none."""
        named = self.name or next((each.name for each in self.contacts if each.name), "")
        return named or (str(self.contacts[0].address) if self.contacts else "")

    @property
    def times_written(self) -> int:
        return sum(each.times_written for each in self.contacts)

    @property
    def last_written_at(self) -> datetime | None:
        return max((each.last_written_at for each in self.contacts if each.last_written_at), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People written to together; of each the address to write to."""

    name: str
    members: tuple[Contact, ...]


Suggestion = Contact | Group


class BookFormat(StrEnum):
    """In which form an address book is written."""

    VCARD = "vcard"
    VCARD_3 = "vcard3"
    ABOOK = "abook"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """One thing that was seen of a domain, in words, and when."""

    text: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSeen:
    """What is remembered of a domain. `assurance`: None where nothing is; never green, which takes a look today."""

    domain: str
    assurance: Assurance | None = None
    lines: tuple[SeenLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleImported:
    """What came of an import. `without_address`: cards that name nobody whom mail could be sent to."""

    new: int = 0
    changed: int = 0
    same: int = 0
    without_address: int = 0
    problems: tuple[str, ...] = ()
    problem_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMark:
    """What is special about one recipient (link-security.md §2.4); `doubt` says why they may be somebody else."""

    mailing_list: bool = False
    doubt: str = ""

    def __bool__(self) -> bool:
        return self.mailing_list or bool(self.doubt)
