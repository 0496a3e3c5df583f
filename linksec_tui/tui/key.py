"""One key of the client, the places where keys hold, and how a table of keys is written down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding


class OwnTab:
    """A screen in which the tab key means something of its own."""


class Place(StrEnum):
    """Where keys hold. Two places of one screen (a list inside the mailbox screen) are told apart by the focus."""

    EVERYWHERE = "Everywhere"
    CARD = "Returned letter"
    MAILBOX = "Mailbox"
    LIST = "Message list"
    PANE = "Pane of mailboxes"
    READING = "Reading"
    PARTS = "Parts of a message"
    INNER = "A message within a message"
    COMPOSE = "Writing a letter"
    RECIPIENTS = "Recipients"
    REQUIREMENT = "Requirement"
    SENDER = "From"
    GOING = "When and how a letter goes"
    YES_NO = "Yes or no"
    FILES = "Attached files"
    PICK_FILE = "A file asked for"
    GATE = "The gate"
    OUTBOX = "Outbox"
    DRAFTS = "Letters begun"
    TAP = "The tap"
    CHECK = "Check"
    CONTACTS = "People"
    CONTACT = "One of them"
    TABLE = "Table of recipients"
    OPTIONS = "Any short list"
    DIALOGUE = "A question"
    QUESTION = "A line asked for"
    PICK = "Go to"
    SOURCE = "Source of a message"
    WAY = "The way it came"
    PICTURE = "A picture"
    SEEN = "A picture of a message"
    START = "First start"
    SETUP = "Adding an account"
    ACCOUNTS = "Accounts"
    ACCOUNT = "An account"
    MAILBOXES = "Mailboxes"
    TOUR_OFFER = "The tour is offered"
    TOUR = "The tour"
    TOUR_END = "The end of the tour"
    HELP = "Help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: `action` is what it does in its place, `hint` whether the bottom line names it."""

    id: str
    keys: str
    action: str
    label: str
    place: Place
    hint: bool = False
    priority: bool = False

    @property
    def binding(self) -> Binding:
        return Binding(self.keys, self.action, self.label, id=self.id, show=self.hint, priority=self.priority)


def table(place: Place, *rows: tuple[str, str, str, str] | tuple[str, str, str, str, str]) -> Iterator[Key]:
    """A place's keys, a row each: id, keys, action, label, and perhaps its traits (`hint`, `priority`)."""
    for row in rows:
        traits = row[4] if len(row) == 5 else ""
        yield Key(
            id=row[0], keys=row[1], action=row[2], label=row[3], place=place,
            hint="hint" in traits, priority="priority" in traits,
        )  # fmt: skip
