"""What lists say of names, and what the user says: the values of the known list (link-security.md §6).

A hint has its source and its date, and is never today's fact. What a provider does with outgoing mail is no hint:
that stands in the shipped list, or is the user's own word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from .evidence import Answer, Mechanism, UserWord


class HintKind(StrEnum):
    """What a hint's name is."""

    DOMAIN = "domain"  # a mail domain, exactly
    EXCHANGER = "exchanger"  # exchangers of this name or below it


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What one list says of one name.

    `exchangers`, of a domain: those of its hosts that take TLS; a leading dot stands for every host below.
    `sts_enforce`: it published “enforce” on the date. `level`: its operator declared it (link-security.md §3).
    """

    kind: HintKind
    name: str
    source: str
    dated: str  # ISO date
    starttls: bool = False
    sts_enforce: bool = False
    level: int = 0
    exchangers: tuple[str, ...] = ()
    expires_at: datetime | None = None  # by its list's own rule


class ListFormat(StrEnum):
    """The two formats that can be imported."""

    OURS = "linksec-known-list"
    EFF = "starttls-everywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListHead:
    """A list that was imported, without its hints. `instead`: in place of the shipped hints."""

    name: str
    format: ListFormat
    author: str
    issued_at: datetime
    imported_at: datetime
    expires_at: datetime | None = None
    instead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingProvider:
    """What a provider does with outgoing mail; `hosts` are suffixes of its submission servers. What is not named is
    not known."""

    hosts: tuple[str, ...]
    insists: Mapping[Mechanism, Answer]
    source: str
    dated: str
    own: bool = False  # the user's own word


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedHint:
    """A hint, and the list that it came with; no list: it is shipped."""

    hint: Hint
    list_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """Everything in the list that a person asked to see."""

    words: Mapping[str, UserWord] = field(default_factory=lambda: MappingProxyType({}))
    providers: tuple[SendingProvider, ...] = ()
    hints: tuple[ImportedHint, ...] = ()
    lists: tuple[ListHead, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.providers or self.hints or self.lists)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An entry of a list that was not taken, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of an import. `left_out` names the first of those that were not taken."""

    head: ListHead
    taken: int
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0
    replaced: datetime | None = None  # when the list that it replaces was imported
