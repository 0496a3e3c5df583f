"""Messages as the list and the reading pane show them. All texts have passed `visible`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from .sender_state import SenderState
from .wording import Wording

if TYPE_CHECKING:  # a list shows many messages before anybody reads one
    from .reading import PageLink, Part, Stretch, Unsubscribe
    from .sender import SenderCheck


class Flag(StrEnum):
    SEEN = "\\Seen"
    FLAGGED = "\\Flagged"
    ANSWERED = "\\Answered"
    DRAFT = "\\Draft"
    DELETED = "\\Deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One message as a list needs it. `id` is the store's 64-bit id, ordered by received date."""

    id: int
    account: str
    mailbox: int
    uid: int
    sender_name: str
    sender_address: str
    recipients: str
    subject: str
    received_at: datetime
    message_id: str = ""
    in_reply_to: str = ""
    size: int = 0
    gmail_id: int = 0  # Gmail's number, the same under every label; 0 at every other server
    flags: frozenset[str] = frozenset()
    has_attachment: bool = False
    is_bounce: bool = False
    sender_state: SenderState | None = None  # None: not looked at yet
    sender_warned: bool = False  # something about the sender is to be looked at twice
    to_words: str = ""  # names and addresses of To and of Cc, as a search finds them: on arrival alone,
    cc_words: str = ""  # a list has no use for them
    references: tuple[str, ...] = ()  # its parent last; for the store alone

    @property
    def unread(self) -> bool:
        return Flag.SEEN not in self.flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A message made readable: header lines and text for people, and what they can do with the rest."""

    header: Header
    fields: tuple[tuple[str, str], ...]
    text: str
    recipients: tuple[str, ...] = ()  # those of To and Cc, one by one
    stretches: tuple[Stretch, ...] = ()
    links: tuple[PageLink, ...] = ()
    parts: tuple[Part, ...] = ()  # those whose text is not shown already
    every_part: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()  # what was not loaded, asked for or checked
    unsubscribe: Unsubscribe | None = None
    wording: Wording = Wording.BEST  # the one that was wished for
    others: tuple[Wording, ...] = ()  # the wordings that it comes in besides the one that is shown
    goes_on: bool = False  # there is more text than was wished for
    problem: str = ""  # what is wrong with the message, if it could be shown only in part
    sender: SenderCheck | None = None  # None for a letter of one's own
