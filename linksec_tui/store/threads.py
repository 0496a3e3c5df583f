"""Which messages belong together, as numbers: of the thread, and of every message id that was named in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from linksec_tui.store.connection import Connection, Row

_AT_ONCE = 500
MOST_STRAYS = 2_000  # looked at for some hundred messages: somebody may send the same subject thousands of times
MOST_UNDONE = 500  # messages of a thread
_SECOND_BITS = 30  # of an id, below its second (messages.py)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A message that nobody has put into a conversation yet."""

    id: int
    account: str
    name: str
    references: tuple[str, ...]
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a message is about, as a number, and whether it is an answer that names nobody."""

    id: int
    topic: int
    stray: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Where answers that name nobody are looked for: about these, from the first to a while behind the last message."""

    topics: Sequence[int]
    first: int
    last: int
    window: timedelta


def due(connection: Connection, limit: int) -> tuple[Due, ...]:
    """The newest of them."""
    rows = connection.rows(
        """SELECT m.id, b.account, m.message_id, m.refs, m.in_reply_to, m.subject
           FROM messages m JOIN mailboxes b ON b.id = m.mailbox
           WHERE m.thread = 0 AND b.account <> '' ORDER BY m.id DESC LIMIT ?""",
        limit,
    )
    return tuple(
        Due(id=ident, account=account, name=name, references=_references(refs, parent), subject=subject)
        for ident, account, name, refs, parent, subject in rows
    )


def _references(refs: str, parent: str) -> tuple[str, ...]:
    return tuple(refs.split()) or ((parent,) if parent else ())


def write_topics(connection: Connection, topics: Iterable[Topic]) -> None:
    connection.execute_many(
        "UPDATE messages SET topic = ?, stray = ? WHERE id = ?",
        [(each.topic, int(each.stray), each.id) for each in topics],
    )


def named(connection: Connection, names: Sequence[int]) -> dict[int, int]:
    """Names → the threads in which they were named."""
    found: dict[int, int] = {}
    for some in _pieces(names):
        found.update(connection.rows(f"SELECT name, thread FROM thread_names WHERE name IN ({_marks(some)})", *some))  # noqa: S608 - our own names
    return found


def strays(connection: Connection, among: Among) -> list[tuple[int, int]]:
    """Answers that name nobody, each with the last message about the same before it: two ids."""
    found: list[tuple[int, int]] = []
    window = _ids(among.window)
    for some in _pieces(among.topics):
        rows = connection.rows(
            f"""SELECT s.id, (SELECT max(m.id) FROM messages m
                              WHERE m.topic = s.topic AND m.topic <> 0 AND m.id < s.id AND m.id >= s.id - ?)
                FROM messages s WHERE s.stray AND s.topic IN ({_marks(some)}) AND s.id BETWEEN ? AND ? LIMIT ?""",  # noqa: S608 - our own names
            *(window, *some, among.first, among.last + window, MOST_STRAYS),
        )
        found += [(stray, earlier) for stray, earlier in rows if earlier is not None]
    return found


def followed_before(connection: Connection, pairs: Iterable[tuple[int, int]], window: timedelta) -> set[int]:
    """Of strays and the letters that they follow now: the threads in which they followed one before that."""
    found: set[int] = set()
    for stray, earlier in pairs:
        row = connection.one(
            """SELECT s.thread FROM messages s JOIN messages m ON m.topic = s.topic AND m.topic <> 0
               WHERE s.id = ? AND s.thread <> 0 AND m.thread = s.thread AND m.id < ? AND m.id >= ? LIMIT 1""",
            *(stray, earlier, stray - _ids(window)),
        )
        found.update(row or ())
    return found


def undo(connection: Connection, threads: Iterable[int]) -> None:
    """Their messages are in none any more, as if they had just come; of very large ones it stays as it is."""
    for thread in threads:
        if _size(connection, thread) <= MOST_UNDONE:
            connection.execute(
                "UPDATE messages SET thread = 0, place = 0, depth = 0 WHERE thread = ?1 AND ?1 <> 0", thread
            )
            connection.execute("DELETE FROM thread_names WHERE thread = ?", thread)


def threads_of(connection: Connection, messages: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in _pieces(messages):
        found.update(connection.rows(f"SELECT id, thread FROM messages WHERE id IN ({_marks(some)})", *some))  # noqa: S608 - our own names
    return found


def unused(connection: Connection) -> int:
    """A number that no thread has, nor any above it."""
    return connection.number(
        """SELECT 1 + max((SELECT coalesce(max(thread), 0) FROM messages WHERE thread <> 0),
                          (SELECT coalesce(max(thread), 0) FROM thread_names))"""
    )


def largest(connection: Connection, threads: Iterable[int]) -> int:
    """Of several the one with the most messages, so that joining them moves few."""
    return max(sorted(threads), key=lambda thread: _size(connection, thread))


def _size(connection: Connection, thread: int) -> int:
    return connection.number("SELECT count(*) FROM messages WHERE thread = ? AND thread <> 0", thread)


def join(connection: Connection, thread: int, into: int) -> None:
    """Two were one all along."""
    connection.execute("UPDATE messages SET thread = ? WHERE thread = ? AND thread <> 0", into, thread)
    connection.execute("UPDATE thread_names SET thread = ? WHERE thread = ?", into, thread)


def write_threads(connection: Connection, messages: dict[int, int], names: dict[int, int]) -> None:
    """Messages and names → their threads."""
    connection.execute_many(
        "UPDATE messages SET thread = ? WHERE id = ?", [(thread, ident) for ident, thread in messages.items()]
    )
    connection.execute_many("INSERT OR REPLACE INTO thread_names (name, thread) VALUES (?, ?)", list(names.items()))


def several(connection: Connection, threads: Iterable[int]) -> list[int]:
    """Of these threads those with more than one message."""
    found: list[int] = []
    for some in _pieces(list(threads)):
        found += connection.integers(
            f"""SELECT thread FROM messages WHERE thread IN ({_marks(some)}) AND thread <> 0
                GROUP BY thread HAVING count(*) > 1""",  # noqa: S608 - our own names
            *some,
        )
    return found


def letters(connection: Connection, thread: int) -> list[Row]:
    """Of each message of a thread: id, name, references, topic, stray, place and depth."""
    rows = connection.rows(
        """SELECT id, message_id, refs, in_reply_to, topic, stray, place, depth
           FROM messages WHERE thread = ? AND thread <> 0""",
        thread,
    )
    return [(row[0], row[1], _references(row[2], row[3]), row[4], bool(row[5]), row[6], row[7]) for row in rows]


def write_places(connection: Connection, places: Iterable[tuple[int, int, int]]) -> None:
    """Place, depth and id."""
    connection.execute_many("UPDATE messages SET place = ?, depth = ? WHERE id = ?", places)


def _ids(window: timedelta) -> int:
    """A time as a distance of ids."""
    return int(window.total_seconds()) << _SECOND_BITS


def _pieces(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))


def _marks(numbers: Sequence[int]) -> str:
    return ",".join("?" * len(numbers))
