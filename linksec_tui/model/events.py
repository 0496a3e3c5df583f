"""What desk tells the front ends: frozen events on one stream; nobody polls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .assessment import Assessment
    from .connection import TlsFacts


class Link(StrEnum):
    """The state of an account's connection."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    ELSEWHERE = "elsewhere"  # another process with the same store is the worker


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionChanged:
    account: str
    link: Link
    detail: str = ""
    facts: TlsFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialsRejected:
    account: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxesChanged:
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxChanged:
    """Messages came, went or changed their flags."""

    mailbox: int
    arrived: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxChanged:
    """`percent` of a letter under way that the provider has; told as long as that takes longer than a moment."""

    item: str
    state: str
    percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsChanged:
    """Here, or on another machine: `conflict` where both were written on, and both are kept. `filed`: the draft that
    the server has now just as it is here.
    """

    account: str
    elsewhere: bool = False
    conflict: bool = False
    filed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingWaits:
    """How much of what was done to messages is not at the server yet."""

    account: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingSaid:
    """Something done earlier came out otherwise, because the server's side stands: a sentence for the person."""

    account: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentChanged:
    assessment: Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceArrived:
    message: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditChanged:
    """A letter of an account's audit was sent, or something was heard of one."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMail:
    """Unread messages have come to an inbox; `text` says so in as many words as may be seen outside of the client."""

    account: str
    messages: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomNeeded:
    """The disk is full: what is done in the background waits until it is not."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    what: str
    done: int
    total: int


Event = (
    ConnectionChanged
    | CredentialsRejected
    | MailboxesChanged
    | MailboxChanged
    | OutboxChanged
    | DraftsChanged
    | FilingWaits
    | FilingSaid
    | AssessmentChanged
    | BounceArrived
    | AuditChanged
    | NewMail
    | RoomNeeded
    | Progress
)
