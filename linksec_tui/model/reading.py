"""What a message made readable consists of besides its words: stretches of the text, links, parts, invitations.

All texts have passed `visible`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .wording import Wording

MOST_TEXT = 32 << 20  # characters of one message; more than anybody scrolls through
BEGINNING = 12 << 10  # characters that are shown at once, before all the others are made readable


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to see of a message. `most` is in characters."""

    wording: Wording = Wording.BEST
    most: int = MOST_TEXT

    @property
    def beginning(self) -> Wish:
        """The same, as far as it can be had at once."""
        return Wish(wording=self.wording, most=BEGINNING)


class Sort(StrEnum):
    """What a stretch of a text is, where it is not simply the text."""

    QUOTE = "quote"
    SIGNATURE = "signature"
    HEADING = "heading"
    LINKS = "links"
    NOTE = "note"  # our own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Whole lines of a text, by the places of its characters; `end` is behind the last line's end."""

    sort: Sort
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A link of a message: where it leads. `odd` says in a sentence what is to be thought over before it is opened."""

    target: str
    host: str = ""
    odd: str = ""

    @property
    def shown(self) -> str:
        """The target as people should read it: what looks like a host and is none is told apart."""
        plain = not self.host or self.target.partition("://")[2].lower().startswith(self.host.lower())
        return self.target if plain else f"{self.target} (leads to {self.host})"


class PartKind(StrEnum):
    """What can be done with a part."""

    TEXT = "text"
    PICTURE = "picture"
    MESSAGE = "message"
    INVITATION = "invitation"
    SIGNATURE = "signature"
    ENCRYPTED = "encrypted"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An attachment or other part of a message. `number` counts as IMAP does; `size` is of what it holds, about."""

    number: str
    media_type: str
    name: str
    size: int
    kind: PartKind = PartKind.FILE
    shown: bool = False  # its text stands in the message already


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """How a list says that it can be left (RFC 2369): by a letter, and on a web page, which is never fetched."""

    letter: str = ""  # mailto:
    page: str = ""


class Method(StrEnum):
    """What a calendar file wants (RFC 5546 §1.4); everything else only tells of something."""

    REQUEST = "request"
    CANCEL = "cancel"
    REPLY = "reply"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A point in time as a calendar gives it: a whole day, with its zone, or as its writer's clock shows it."""

    at: datetime
    all_day: bool = False
    zone: str = ""  # as written; empty for UTC
    floating: bool = False  # no zone, or none that is known: `at` is what the writer's clock shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody invited, or who invites."""

    name: str
    address: str
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One event of a calendar part."""

    method: Method
    summary: str
    start: When | None = None
    end: When | None = None
    where: str = ""
    organizer: Guest | None = None
    guests: tuple[Guest, ...] = ()
    repeats: str = ""
    about: str = ""
    cancelled: bool = False
