"""How a list of messages is looked at: whose, in which order, narrowed by which words; and what comes of it."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum


class Order(Enum):
    """What a list is ordered by; the value is its word."""

    DATE = "date"
    SENDER = "sender"
    SUBJECT = "subject"
    SIZE = "size"
    UNREAD = "unread first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """A person's choice for one mailbox. Conversations are in the order of their newest message always."""

    order: Order = Order.DATE
    backwards: bool = False
    threaded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One list: messages of these mailboxes in which all words occur. `recipients`: it shows to whom, not from whom."""

    mailboxes: tuple[int, ...]
    arrangement: Arrangement = Arrangement()
    words: str = ""
    recipients: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spine:
    """The order of a list: ids, conversation after conversation. Where it has none, only `ids` is filled."""

    ids: array[int]
    starts: array[int] = field(default_factory=lambda: array("I"))  # where each conversation begins
    newest: array[int] = field(default_factory=lambda: array("I"))  # where the newest of each stands
    threads: array[int] = field(default_factory=lambda: array("q"))  # its number
    depths: bytes = b""  # of each message
    unread: bytes = b""  # of each message, 1 or 0

    @property
    def is_threaded(self) -> bool:
        return bool(self.starts)

    def conversation(self, at: int) -> int:
        """Which conversation the message at this place belongs to."""
        return bisect_right(self.starts, at) - 1

    def bounds(self, conversation: int) -> tuple[int, int]:
        """From where to where it goes."""
        last = conversation + 1 == len(self.starts)
        return self.starts[conversation], len(self.ids) if last else self.starts[conversation + 1]

    def find(self, message: int) -> int | None:
        """Where a message stands."""
        try:
            return self.ids.index(message)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panes:
    """How wide the panes of the mailbox screen are; 0: as it comes. `split` is the list's share in percent."""

    mailboxes: int = 0
    split: int = 0


def shown_depths(depths: Iterable[int]) -> bytes:
    """Depths of those in sight of one conversation, in the order of reading, without the steps that are elsewhere."""
    above: list[int] = []
    shown = bytearray()
    for depth in depths:
        while above and above[-1] >= depth:
            above.pop()
        shown.append(min(len(above), 255))
        above.append(depth)
    return bytes(shown)
