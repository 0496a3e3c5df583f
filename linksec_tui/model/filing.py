"""What a person does to messages and mailboxes, as it waits for the server: deeds, their steps, what became of them.

A *deed* is one verb on any number of messages; it is taken back as a whole. Its *steps* are what the server is asked,
each about one mailbox; a *piece* is one message of a step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .mailbox import Role

JUNK = "$Junk"  # registered keywords: what a filter at the server learns from
NOT_JUNK = "$NotJunk"
ALL_MAIL = "\\All"  # as a target: the mailbox that holds everything, whatever the server calls it (RFC 6154 §2)


def waiting_words(count: int) -> str:
    """How much waits, in few words."""
    return "1 change waits for the server" if count == 1 else f"{count} changes wait for the server"


class Doing(StrEnum):
    """What the server is asked."""

    MARK = "mark"
    MOVE = "move"
    COPY = "copy"
    ERASE = "erase"
    CREATE = "create"
    RENAME = "rename"
    REMOVE = "remove"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


class StepState(StrEnum):
    """NOTED: not shown yet. BEGUN: the server may have been asked already; it is looked up before it is asked again."""

    NOTED = "noted"
    WAITING = "waiting"
    BEGUN = "begun"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One message: `uid` below zero is a landing's number; `flags` are those that it had before."""

    uid: int
    message_id: str = ""
    size: int = 0
    flags: frozenset[str] = frozenset()
    landing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`mailbox` and `target` are the server's names, because those outlive a store that is built anew.

    `name` is what people call a mailbox that is created or removed, or the new name of one that had `old_name`.
    """

    doing: Doing
    account: str
    mailbox: str
    uidvalidity: int = 0
    pieces: tuple[Piece, ...] = ()
    target: str = ""
    name: str = ""
    old_name: str = ""
    delimiter: str = ""
    role: Role = Role.NONE
    count: int = 0  # messages that a mailbox had when somebody said that it can go
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """How the target stood before the server was asked: what came in from there on may be ours."""

    wire_name: str = ""
    uidvalidity: int = 0
    uidnext: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A step in the order of things."""

    number: int
    deed: int
    state: StepState
    step: Step
    beginning: Beginning | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """Where a message is that was on its way; `uid` 0 where nobody knows."""

    wire_name: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One verb, as it was done."""

    number: int
    done_at: datetime
    words: str
