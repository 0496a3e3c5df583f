"""Lists as people want them: messages of some mailboxes in an order of theirs, narrowed by words, as ids."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from linksec_tui.model.listing import Order, Spine, View, shown_depths
from linksec_tui.model.message import Flag
from linksec_tui.store.connection import Connection, Row, Value

_AT_ONCE = 500
MOST_WORDS = 8  # of a filter: each is looked for in every message

_WHO = "(CASE WHEN sender_name <> '' THEN sender_name ELSE sender_address END)"
_BARE_SUBJECT = """(CASE WHEN subject LIKE 're: %' OR subject LIKE 'aw: %' OR subject LIKE 'fw: %'
                              THEN substr(subject, 5)
                         WHEN subject LIKE 'fwd: %' THEN substr(subject, 6)
                         ELSE subject END)"""
_ORDERS = {  # the second is the other way round
    Order.DATE: ("id DESC", "id"),
    Order.SENDER: (f"{_WHO} COLLATE NOCASE, id DESC", f"{_WHO} COLLATE NOCASE DESC, id DESC"),
    Order.SUBJECT: (f"{_BARE_SUBJECT} COLLATE NOCASE, id DESC", f"{_BARE_SUBJECT} COLLATE NOCASE DESC, id DESC"),
    Order.SIZE: ("size DESC, id DESC", "size, id DESC"),
    Order.UNREAD: ("unread DESC, id DESC", "unread, id DESC"),
}
_RECIPIENTS = ("recipients COLLATE NOCASE, id DESC", "recipients COLLATE NOCASE DESC, id DESC")

_SHOWN_TEXTS = ("sender_name", "sender_address", "recipients", "subject")
_FLAG_WORDS = {
    "unread": "unread",
    "read": "NOT unread",
    "starred": f"flags LIKE '%{Flag.FLAGGED}%'",
    "answered": f"flags LIKE '%{Flag.ANSWERED}%'",
    "forwarded": "flags LIKE '%$Forwarded%'",
    "attachment": "has_attachment",
    "returned": "is_bounce",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """The messages of a view: a condition, and what is bound in it."""

    condition: str
    bindings: tuple[Value, ...]


def spine(connection: Connection, view: View) -> Spine:
    """The order of a whole view."""
    if view.arrangement.threaded:
        return _conversations(connection, view)
    chosen = _chosen(view)
    query = f"SELECT id FROM messages WHERE {chosen.condition} ORDER BY {_order(view)}"  # noqa: S608 - our own names
    return Spine(ids=connection.integers(query, *chosen.bindings))


def first_ids(connection: Connection, view: View, limit: int) -> array[int]:
    """The newest messages of a view by date: each mailbox gives its newest, by its index."""
    each = "SELECT * FROM (SELECT id FROM messages WHERE mailbox = ? ORDER BY id DESC LIMIT ?)"
    every = " UNION ALL ".join([each] * len(view.mailboxes))
    bindings = [value for mailbox in view.mailboxes for value in (mailbox, limit)]
    return connection.integers(f"SELECT id FROM ({every}) ORDER BY id DESC LIMIT ?", *bindings, limit)  # noqa: S608 - our own names


def unread(connection: Connection, view: View) -> array[int]:
    """What is unread of it."""
    chosen = _chosen(view)
    return connection.integers(f"SELECT id FROM messages WHERE unread AND {chosen.condition}", *chosen.bindings)  # noqa: S608 - our own names


def unread_of(connection: Connection, ids: Sequence[int]) -> array[int]:
    """Of these messages those that are unread."""
    found = array("q")
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        found += connection.integers(f"SELECT id FROM messages WHERE unread AND id IN ({marks})", *some)  # noqa: S608 - our own names
    return found


def _order(view: View) -> str:
    arrangement = view.arrangement
    by_recipients = view.recipients and arrangement.order is Order.SENDER
    return (_RECIPIENTS if by_recipients else _ORDERS[arrangement.order])[arrangement.backwards]


def _chosen(view: View) -> _Chosen:
    places = ",".join("?" * len(view.mailboxes))
    conditions = [f"mailbox IN ({places})"]
    bindings: list[Value] = list(view.mailboxes)
    for word in view.words.split()[:MOST_WORDS]:
        condition, bound = _narrowed(word)
        conditions.append(condition)
        bindings += bound
    return _Chosen(condition=" AND ".join(conditions), bindings=tuple(bindings))


def _narrowed(word: str) -> tuple[str, list[Value]]:
    """A word: in who or what is shown, or a flag that is meant by it; `is:` and `has:` mean the flag alone."""
    before, colon, after = word.partition(":")
    flag = _FLAG_WORDS.get((after if colon else word).casefold())
    if colon and before.casefold() in ("is", "has") and flag:
        return flag, []
    if word.startswith("#") and len(word) > 1:
        return "flags LIKE ? ESCAPE '!'", [_pattern(word[1:])]
    patterns = [_pattern(one) for one in _spellings(word)]
    looked = [f"{text} LIKE ? ESCAPE '!'" for _ in patterns for text in _SHOWN_TEXTS]
    bound: list[Value] = [pattern for pattern in patterns for _ in _SHOWN_TEXTS]
    return f"({' OR '.join([*looked, *([flag] if flag else [])])})", bound


def _spellings(word: str) -> list[str]:
    """SQLite's LIKE knows capitals of ASCII alone."""
    return [word] if word.isascii() else list(dict.fromkeys((word, word.lower(), word.upper(), word.capitalize())))


def _pattern(text: str) -> str:
    readable = text.encode(errors="replace").decode().replace("\0", " ")  # a terminal can hand us half a character
    for special in "!%_":
        readable = readable.replace(special, f"!{special}")
    return f"%{readable}%"


# One row a message, the conversation with the newest message first. What is in none yet is one of its own.
_THREADED = """
    SELECT id, thread, depth, newest FROM (
        SELECT id, thread, place, depth, max(id) OVER (PARTITION BY thread) AS newest FROM (
            SELECT id, CASE thread WHEN 0 THEN -id ELSE thread END AS thread, place, depth
            FROM messages WHERE {condition}))
    ORDER BY newest {direction}, place, id
"""


@dataclass(slots=True)
class _Gathering:
    """Rows of one conversation after another → their spine."""

    unread: set[int]
    ids: array[int] = field(default_factory=lambda: array("q"))
    starts: array[int] = field(default_factory=lambda: array("I"))
    newest: array[int] = field(default_factory=lambda: array("I"))
    threads: array[int] = field(default_factory=lambda: array("q"))
    depths: bytearray = field(default_factory=bytearray)
    _depths: list[int] = field(default_factory=list[int])  # of the conversation that is being read

    def add(self, row: Row) -> None:
        ident, thread, depth, newest = row
        if not self.threads or thread != self.threads[-1]:
            self._close()
            self.starts.append(len(self.ids))
            self.newest.append(len(self.ids))
            self.threads.append(thread)
        if ident == newest:
            self.newest[-1] = len(self.ids)
        self.ids.append(ident)
        self._depths.append(depth)

    def _close(self) -> None:
        self.depths += b"\0" if len(self._depths) == 1 else shown_depths(self._depths)
        self._depths.clear()

    def spine(self) -> Spine:
        self._close()
        return Spine(
            ids=self.ids,
            starts=self.starts,
            newest=self.newest,
            threads=self.threads,
            depths=bytes(self.depths),
            unread=bytes(ident in self.unread for ident in self.ids),
        )


def _conversations(connection: Connection, view: View) -> Spine:
    chosen = _chosen(view)
    direction = "ASC" if view.arrangement.backwards else "DESC"
    query = _THREADED.format(condition=chosen.condition, direction=direction)
    gathering = _Gathering(set(unread(connection, view)))
    for row in connection.each(query, *chosen.bindings):
        gathering.add(row)
    return gathering.spine()
