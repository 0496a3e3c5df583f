"""Messages that came → the conversations they belong to, some hundred at a time, in the store's thread.

What came is settled once, wherever the same message ids were named before; only the conversations that it touched are
put in order anew. Run it until it says 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from linksec_tui.incoming.threads import TOPIC_WINDOW, Letter, arrange, base_subject, bounded, number_of
from linksec_tui.store import threads
from linksec_tui.store.connection import Connection
from linksec_tui.store.threads import Among, Due, Topic

AT_ONCE = 400  # messages: the store's thread is somebody else's again after a few hundredths of a second


def settle(connection: Connection, limit: int = AT_ONCE) -> int:
    """Put the newest messages that nobody has looked at into conversations; how many they were."""
    with connection.transaction():
        due = threads.due(connection, limit)
        if due:
            _order(connection, _Settling(connection, due).settled())
    return len(due)


class _Settling:
    """Some messages, and how they join each other and the threads that are there already.

    A thread that is there is its number, a message that is in none is its id below zero.
    """

    def __init__(self, connection: Connection, due: Sequence[Due]) -> None:
        self._connection = connection
        self._due = due
        self._above: dict[int, int] = {}
        self._named = {each.id: _numbers(each) for each in due}
        self._unused = 0

    def settled(self) -> set[int]:
        """The threads that were touched."""
        pairs = self._pairs()
        self._join_by_names()
        self._join_by_topics(pairs)
        numbers = self._numbers()
        messages = {each.id: numbers[self._top(-each.id)] for each in self._due}
        names = {name: messages[ident] for ident, named in self._named.items() for name in named}
        threads.write_threads(self._connection, messages, names)
        return set(messages.values())

    def _pairs(self) -> list[tuple[int, int]]:
        """Answers that name nobody, each with the last letter before it about the same: the last resort.

        Such an answer may have followed an older letter, for want of this one: what they were is settled again.
        """
        topics = [_topic(each) for each in self._due]
        threads.write_topics(self._connection, topics)
        among = Among(
            topics=list(dict.fromkeys(each.topic for each in topics if each.topic)),
            first=min(self._named),
            last=max(self._named),
            window=TOPIC_WINDOW,
        )
        pairs = threads.strays(self._connection, among)
        begins = {each.id for each in topics if not each.stray}  # an answer goes on with what it follows, all the same
        between = [pair for pair in pairs if pair[1] in begins]
        threads.undo(self._connection, threads.followed_before(self._connection, between, TOPIC_WINDOW))
        return pairs

    def _join_by_names(self) -> None:
        everything = list(dict.fromkeys(name for named in self._named.values() for name in named))
        holders = threads.named(self._connection, everything)
        for ident, named in self._named.items():
            for name in named:
                self._join(-ident, holders.setdefault(name, -ident))

    def _join_by_topics(self, pairs: Sequence[tuple[int, int]]) -> None:
        held = threads.threads_of(self._connection, [one for pair in pairs for one in pair])
        for pair in pairs:
            if all(held[one] or one in self._named for one in pair):  # the others are settled soon
                stray, earlier = (held[one] or -one for one in pair)
                self._join(stray, earlier)

    def _join(self, one: int, other: int) -> None:
        top, below = sorted((self._top(one), self._top(other)), reverse=True)  # a thread before what is in none
        if top != below:
            self._above[below] = top

    def _top(self, node: int) -> int:
        while (above := self._above.get(node, node)) != node:
            self._above[node] = self._above.get(above, above)
            node = above
        return node

    def _numbers(self) -> dict[int, int]:
        """Of each group the number of its thread; where several threads turn out to be one, the largest takes all."""
        groups: dict[int, set[int]] = {}
        for node in [*self._above, *(-each.id for each in self._due)]:
            groups.setdefault(self._top(node), set()).add(node)
        return {top: self._number({top, *nodes}) for top, nodes in groups.items()}

    def _number(self, group: Iterable[int]) -> int:
        there = [node for node in group if node > 0]
        if not there:
            self._unused = self._unused + 1 if self._unused else threads.unused(self._connection)
            return self._unused
        kept = there[0] if len(there) == 1 else threads.largest(self._connection, there)
        for thread in there:
            if thread != kept:
                threads.join(self._connection, thread, kept)
        return kept


def _numbers(each: Due) -> tuple[int, ...]:
    """Message ids mean the same only within an account: what came to two of them is two conversations."""
    names = bounded((*each.references, each.name) if each.name else each.references)
    return tuple(number_of(each.account, "id", name) for name in names)


def _topic(each: Due) -> Topic:
    about, answer = base_subject(each.subject)
    topic = number_of(each.account, "topic", about) if about else 0
    return Topic(id=each.id, topic=topic, stray=answer and not each.references)


def _order(connection: Connection, touched: Iterable[int]) -> None:
    for thread in threads.several(connection, touched):
        rows = threads.letters(connection, thread)
        before = {row[0]: (row[5], row[6]) for row in rows}
        letters = [
            Letter(id=row[0], name=row[1], references=bounded(row[2]), topic=row[3], stray=row[4]) for row in rows
        ]
        places = [(at, placed.depth, placed.id) for at, placed in enumerate(arrange(letters))]
        threads.write_places(connection, [each for each in places if before[each[2]] != each[:2]])
