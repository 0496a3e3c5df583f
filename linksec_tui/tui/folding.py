"""What stands on each line of a list: a message, or a conversation folded to its newest message.

The lines are places in a spine, rising; so finding the line of a message is a bisection, and folding one conversation
is one cut, however long the list is.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field

from linksec_tui.model.listing import Spine


@dataclass(slots=True)
class Folds:
    """Which conversations somebody opened. What comes anew is folded as the others are: nothing opens by itself."""

    opened: bool = False  # all of them, but for the exceptions
    exceptions: set[int] = field(default_factory=set[int])

    def is_open(self, thread: int) -> bool:
        return self.opened != (thread in self.exceptions)

    def turn(self, thread: int) -> None:
        self.exceptions ^= {thread}

    def turn_all(self) -> None:
        self.opened = not self.opened
        self.exceptions.clear()


@dataclass(frozen=True, slots=True)
class Folded:
    """What a folded conversation holds."""

    messages: int
    unread: int


class Lines:
    """The lines of a spine as it is folded now."""

    def __init__(self, spine: Spine, folds: Folds) -> None:
        self.spine = spine
        self.folds = folds
        self._places = self._begin()

    def __len__(self) -> int:
        return len(self._places)

    def message(self, line: int) -> int:
        """The id on a line."""
        return self.spine.ids[self._places[line]]

    def messages(self, first: int, last: int) -> array[int]:
        """The ids on these lines, the last one not among them."""
        return array("q", (self.spine.ids[at] for at in self._places[first:last]))

    def line_of(self, message: int) -> int | None:
        """Where a message stands, or the folded conversation that it is in."""
        at = self.spine.find(message)
        return None if at is None else self._line_at(at)

    def depth(self, line: int) -> int:
        return self.spine.depths[self._places[line]] if self.spine.is_threaded and not self.folded(line) else 0

    def folded(self, line: int) -> Folded | None:
        """What a line stands for besides its message; None where it is one message."""
        if not self.spine.is_threaded:
            return None
        conversation = self.spine.conversation(self._places[line])
        first, last = self.spine.bounds(conversation)
        if last - first == 1 or self.folds.is_open(self.spine.threads[conversation]):
            return None
        return Folded(last - first, self.spine.unread.count(1, first, last))

    def meant(self, line: int) -> array[int]:
        """The messages that a verb on this line applies to: all of a folded conversation."""
        return self.conversation(line) if self.folded(line) else self.messages(line, line + 1)

    def conversation(self, line: int) -> array[int]:
        """Every message of the conversation at a line; in a list without conversations the one message."""
        if not self.spine.is_threaded:
            return self.messages(line, line + 1)
        first, last = self.spine.bounds(self.spine.conversation(self._places[line]))
        return self.spine.ids[first:last]

    def turn(self, line: int) -> int:
        """Fold or unfold the conversation at a line; the line where it begins now."""
        at = self._places[line]
        conversation = self.spine.conversation(at)
        self._turn(conversation)
        return self._line_at(self.spine.bounds(conversation)[0])

    def turn_all(self, line: int) -> int:
        at = self._places[line] if self._places else 0
        self.folds.turn_all()
        self._places = self._begin()
        return self._line_at(at)

    def reveal(self, at: int) -> int:
        """The line of the message at a place of the spine, its conversation unfolded for it."""
        if self.spine.is_threaded:
            conversation = self.spine.conversation(at)
            if not self.folds.is_open(self.spine.threads[conversation]):
                self._turn(conversation)
        return self._line_at(at)

    def place(self, line: int) -> int:
        """Where in the spine a line's message stands."""
        return self._places[line]

    def _begin(self) -> array[int]:
        spine, folds = self.spine, self.folds
        if not spine.is_threaded:
            return array("I", range(len(spine.ids)))
        places = array("I", range(len(spine.ids))) if folds.opened else spine.newest[:]
        if folds.exceptions:
            self._places = places
            for conversation, thread in enumerate(spine.threads):
                if thread in folds.exceptions:
                    self._set(conversation, opened=not folds.opened)
        return places

    def _turn(self, conversation: int) -> None:
        thread = self.spine.threads[conversation]
        self.folds.turn(thread)
        self._set(conversation, opened=self.folds.is_open(thread))

    def _set(self, conversation: int, *, opened: bool) -> None:
        first, last = self.spine.bounds(conversation)
        begin, end = bisect_left(self._places, first), bisect_left(self._places, last)
        shown = range(first, last) if opened else [self.spine.newest[conversation]]
        self._places[begin:end] = array("I", shown)

    def _line_at(self, at: int) -> int:
        line = bisect_left(self._places, at)
        if line < len(self._places) and self._places[line] == at:
            return line
        if not self.spine.is_threaded:
            return line
        first, _ = self.spine.bounds(self.spine.conversation(at))
        return bisect_left(self._places, first)
