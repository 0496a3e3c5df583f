"""Mailboxes: IMAP folders as the client knows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Special-use (RFC 6154), and the one that every account has."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    TRASH = "trash"
    ARCHIVE = "archive"
    JUNK = "junk"
    ALL = "all"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A mailbox. `name` is decoded visible text, `wire_name` what the server calls it."""

    id: int
    account: str
    name: str
    wire_name: str
    role: Role = Role.NONE
    delimiter: str = "/"
    uidvalidity: int = 0
    uidnext: int = 0
    total: int = 0
    unread: int = 0


# Not at any server: what came to all accounts, as one list.
ALL_INBOXES = Mailbox(id=-1, account="", name="All inboxes", wire_name="", role=Role.NONE)
