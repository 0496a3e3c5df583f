"""What a person looks for, as a value: words and where they stand, marks, dates, sizes, and how a message came.

`incoming.query` reads it from what was typed, the store answers it, and what a server can be asked of it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from .sender import SenderState


class Where(StrEnum):
    """Where words stand. TO is everybody whom a message is addressed to openly, CC those in Cc alone."""

    ANYWHERE = ""
    FROM = "from"
    TO = "to"
    CC = "cc"
    SUBJECT = "subject"
    BODY = "body"


class State(StrEnum):
    """What a message is."""

    UNREAD = "unread"
    READ = "read"
    STARRED = "starred"
    ANSWERED = "answered"
    DRAFT = "draft"
    BOUNCE = "bounce"


class Came(StrEnum):
    """The weakest stretch that our own provider vouches for (link-security.md §8). A search term by itself."""

    CLEAR = "clear"
    UNKNOWN = "unknown"
    OLD_TLS = "old-tls"
    ENCRYPTED = "encrypted"
    INSIDE = "inside"  # it never left the provider's own network


@dataclass(frozen=True, slots=True)
class Words:
    """Words one behind the other; with `begins`, the last one may go on."""

    text: str
    where: Where = Where.ANYWHERE
    begins: bool = False


@dataclass(frozen=True, slots=True)
class HasAttachment:
    """Something that is not text is in it."""


@dataclass(frozen=True, slots=True)
class Dated:
    """Received on `since` or later, and before `before`: days of the person's own calendar."""

    since: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Sized:
    """Octets: more than `over`, or fewer than `under`."""

    over: int | None = None
    under: int | None = None


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword that somebody set on it (RFC 3501 §2.3.2)."""

    name: str


@dataclass(frozen=True, slots=True)
class InMailbox:
    """By its name, the last part of it, or its role."""

    name: str


@dataclass(frozen=True, slots=True)
class OfAccount:
    name: str


@dataclass(frozen=True, slots=True)
class Without:
    term: Term


@dataclass(frozen=True, slots=True)
class Either:
    """One of them is enough."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """All of them."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)


Term: TypeAlias = (
    Words
    | State
    | HasAttachment
    | Dated
    | Sized
    | Came
    | SenderState
    | Keyword
    | InMailbox
    | OfAccount
    | Without
    | Either
    | Query
)


def leaves(term: Term) -> list[Term]:
    """Every single thing that is asked for in it."""
    match term:
        case Query(terms) | Either(terms):
            return [leaf for inner in terms for leaf in leaves(inner)]
        case Without(inner):
            return leaves(inner)
        case _:
            return [term]
