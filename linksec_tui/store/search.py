"""Words → messages: an index without a copy of the mail (FTS5, contentless), answered newest first.

Newest first is the order of the ids, so the index stops at the limit; ranking would read every match.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linksec_tui.model.message import Header
from linksec_tui.model.query import Came, Query
from linksec_tui.store import labels
from linksec_tui.store.connection import Connection
from linksec_tui.store.search_places import Places
from linksec_tui.store.search_terms import Conditions, conditions_of, structure_of

LARGEST = 1 << 20  # characters of a body that are indexed; beyond that it is an attachment in disguise
_AT_ONCE = 500  # numbers in one statement

_AMONG_ALL = "SELECT m.id FROM messages m WHERE"
_AMONG_MATCHES = """
    SELECT search.rowid FROM search CROSS JOIN messages m ON m.id = search.rowid WHERE search MATCH ? AND
"""
_UNINDEXED = "SELECT m.mailbox, count(*) FROM messages m WHERE NOT m.body_indexed AND"
_HEADERS_ALONE = "UPDATE messages SET body_indexed = 0 WHERE body_indexed AND id IN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What of a message can be found."""

    sender: str
    recipients: str
    cc: str
    subject: str
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for, and in which mailbox, where the query does not say that itself."""

    query: Query
    mailbox: int | None = None


def header_words(header: Header) -> Words:
    """What is known of a message before it is read."""
    return Words(
        sender=f"{header.sender_name} {header.sender_address}",
        recipients=header.to_words,
        cc=header.cc_words,
        subject=header.subject,
    )


def add_words(connection: Connection, headers: Mapping[int, Header]) -> None:
    """Index messages by what their headers say, in place of what was indexed of them."""
    _write(connection, {message: header_words(header) for message, header in headers.items()})
    ids = tuple(headers)
    for at in range(0, len(ids), _AT_ONCE):
        some = ids[at : at + _AT_ONCE]
        connection.execute(f"{_HEADERS_ALONE} ({','.join('?' * len(some))})", *some)


def _write(connection: Connection, words: Mapping[int, Words]) -> None:
    connection.execute_many(
        "INSERT OR REPLACE INTO search (rowid, sender, recipients, cc, subject, body) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (message, each.sender, each.recipients, each.cc, each.subject, each.body[:LARGEST])
            for message, each in words.items()
        ],
    )


def write_body(connection: Connection, message: int, words: Words, came: Came | None) -> None:
    """Once a body was read: its words too, and the way it came; unless the message went away meanwhile."""
    with connection.transaction():
        changed = connection.execute(
            "UPDATE messages SET body_indexed = 1, came = ? WHERE id = ?", came.value if came else "", message
        )
        if changed:
            _write(connection, {message: words})


def is_indexed(connection: Connection, message: int) -> bool:
    return bool(connection.number("SELECT body_indexed FROM messages WHERE id = ?", message))


def kept_unindexed(connection: Connection, limit: int) -> array[int]:
    """Messages that lie here whole and whose words nobody has read yet; the newest first."""
    return connection.integers(
        """SELECT m.id FROM bodies b JOIN messages m ON m.id = b.message
           WHERE NOT m.body_indexed ORDER BY m.id DESC LIMIT ?""",
        limit,
    )


def find(connection: Connection, search: Search, limit: int) -> array[int]:
    """The newest messages for which everything in the query holds, each once, under however many labels it is.

    Raises BadInput for a mailbox that is not there.
    """
    asked = limit
    while True:
        found = _find(connection, search, asked)
        each_once = labels.once(connection, found)
        if len(found) < asked or len(each_once) >= limit:
            return each_once[:limit]
        asked *= 2  # some were the same


def _find(connection: Connection, search: Search, limit: int) -> array[int]:
    places = Places.read(connection)
    found = conditions_of(search.query, places)
    if not search.query:
        return array("q")
    where, values = _scope(connection, search, places, found)
    if not found.match:
        return connection.integers(f"{_AMONG_ALL} {where or 'true'} ORDER BY m.id DESC LIMIT ?", *values, limit)
    if not where:
        return connection.integers(
            "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?", found.match, limit
        )
    return connection.integers(
        f"{_AMONG_MATCHES} {where} ORDER BY search.rowid DESC LIMIT ?", *(found.match, *values, limit)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A mailbox in which messages lie whose bodies the index does not know, though the rest of the query fits them."""

    mailbox: int
    count: int


def unindexed(connection: Connection, search: Search) -> tuple[Unread, ...]:
    """Where a server could find what is not to be found here; the fullest first."""
    places = Places.read(connection)
    where, values = _scope(connection, search, places, structure_of(search.query, places))
    rows = connection.rows(f"{_UNINDEXED} {where or 'true'} GROUP BY m.mailbox ORDER BY count(*) DESC", *values)
    return tuple(Unread(mailbox=mailbox, count=count) for mailbox, count in rows)


def found_on_server(connection: Connection, search: Search, mailbox: int, uids: Sequence[int]) -> array[int]:
    """Of what a server found in a mailbox: what the index could not know, and what the rest of the query fits."""
    places = Places.read(connection)
    where, values = _scope(connection, search, places, structure_of(search.query, places))
    found = array("q")
    for at in range(0, len(uids), _AT_ONCE):
        some = uids[at : at + _AT_ONCE]
        marks = ",".join("?" * len(some))
        found += connection.integers(
            f"{_AMONG_ALL} NOT m.body_indexed AND m.mailbox = ? AND m.uid IN ({marks}) AND {where or 'true'}",
            *(mailbox, *some, *values),
        )
    return found


def _scope(
    connection: Connection, search: Search, places: Places, found: Conditions
) -> tuple[str, tuple[str | int, ...]]:
    """Everything but the words, as SQL about `messages m`."""
    terms, values = list(found.terms), list(found.values)
    if search.mailbox is not None and not found.names_place:
        terms.append("m.mailbox = ?")
        values.append(search.mailbox)
    if connection.number("SELECT EXISTS (SELECT 1 FROM messages WHERE mailbox = 0)"):
        terms.append("m.mailbox <> 0")  # on its way out
    if search.mailbox is None and not found.names_place and places.everything:
        terms.append(_NOT_TWICE.format(everything=",".join(map(str, places.everything))))
    return " AND ".join(terms), tuple(values)


# A mailbox that shows all messages of an account shows most of them a second time.
_NOT_TWICE = """NOT (m.mailbox IN ({everything}) AND m.message_id <> '' AND EXISTS (
    SELECT 1 FROM messages other JOIN mailboxes there ON there.id = other.mailbox
    WHERE other.message_id = m.message_id AND there.role <> 'all'
      AND there.account = (SELECT account FROM mailboxes WHERE id = m.mailbox)))"""
