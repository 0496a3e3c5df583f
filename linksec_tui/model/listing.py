"""How a list of messages is looked at: whose, in which order, narrowed by which words; and what comes of it."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar


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

    def without(self, gone: Iterable[int]) -> Spine:
        """The same order without these messages."""
        places = sorted(at for each in gone if (at := self.find(each)) is not None)
        if not self.is_threaded:
            return Spine(ids=_cut(self.ids, places))
        kept = [each for each in range(len(self.starts)) if _left(self.bounds(each), places)]
        return Spine(
            ids=_cut(self.ids, places),
            starts=array("I", (self.starts[each] - bisect_left(places, self.starts[each]) for each in kept)),
            newest=array("I", (self._newest_left(each, places) for each in kept)),
            threads=array("q", (self.threads[each] for each in kept)),
            depths=bytes(_cut(bytearray(self.depths), places)),
            unread=bytes(_cut(bytearray(self.unread), places)),
        )

    def _newest_left(self, conversation: int, places: Sequence[int]) -> int:
        newest = self.newest[conversation]
        at = bisect_left(places, newest)
        if at < len(places) and places[at] == newest:
            gone = set(places)
            left = [each for each in range(*self.bounds(conversation)) if each not in gone]
            newest = max(left, key=lambda each: self.ids[each])
        return newest - bisect_left(places, newest)

    def find(self, message: int) -> int | None:
        """Where a message stands."""
        try:
            return self.ids.index(message)
        except ValueError:
            return None


_Numbers = TypeVar("_Numbers", "array[int]", bytearray)


def _cut(numbers: _Numbers, places: Sequence[int]) -> _Numbers:
    left = numbers[:]
    for place in reversed(places):
        del left[place]
    return left


def _left(bounds: tuple[int, int], places: Sequence[int]) -> bool:
    first, last = bounds
    return bisect_left(places, last) - bisect_left(places, first) < last - first


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
