"""The known list as this user has it: imported lists, and their own word (link-security.md §6).

Every change is one transaction and raises a number, so that another process with the list in memory sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linksec_tui.model.evidence import UserWord
from linksec_tui.model.known import Hint, HintKind, ListHead, SendingProvider
from linksec_tui.store.codec import decode, encode, micros, moment
from linksec_tui.store.connection import Connection, Row, Value

_COLUMNS = "kind, name, source, dated, starttls, sts_enforce, level, exchangers, expires_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All of it, as it was when `number` was reached."""

    number: int
    lists: tuple[tuple[ListHead, tuple[Hint, ...]], ...]
    words: Mapping[str, UserWord]
    providers: tuple[SendingProvider, ...]


def changes(connection: Connection) -> int:
    """Another number than before: something was changed."""
    return connection.number("SELECT number FROM known_changes")


def read(connection: Connection) -> Kept:
    with connection.transaction():
        heads = [decode(ListHead, row[0]) for row in connection.rows("SELECT head FROM known_lists ORDER BY name")]
        words = connection.rows("SELECT domain, word FROM known_words ORDER BY domain")
        providers = connection.rows("SELECT provider FROM known_providers ORDER BY host")
        return Kept(
            number=changes(connection),
            lists=tuple((head, _hints(connection, head.name)) for head in heads),
            words=MappingProxyType({domain: decode(UserWord, word) for domain, word in words}),
            providers=tuple(decode(SendingProvider, row[0]) for row in providers),
        )


def write_list(connection: Connection, head: ListHead, hints: tuple[Hint, ...]) -> None:
    """Keep a list, in place of the one of the same name."""
    with connection.transaction():
        connection.execute("DELETE FROM known_lists WHERE name = ?", head.name)
        connection.execute("INSERT INTO known_lists (name, head) VALUES (?, ?)", head.name, encode(head))
        connection.execute_many(
            f"INSERT INTO known_hints (list, place, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own names
            [(head.name, place, *_columns(hint)) for place, hint in enumerate(hints)],
        )
        _note_change(connection)


def delete_list(connection: Connection, name: str) -> bool:
    """False: there is none of that name."""
    return _delete(connection, "DELETE FROM known_lists WHERE name = ?", name)


def write_word(connection: Connection, domain: str, word: UserWord) -> None:
    with connection.transaction():
        connection.execute("INSERT OR REPLACE INTO known_words (domain, word) VALUES (?, ?)", *(domain, encode(word)))
        _note_change(connection)


def delete_word(connection: Connection, domain: str) -> bool:
    return _delete(connection, "DELETE FROM known_words WHERE domain = ?", domain)


def write_provider(connection: Connection, host: str, provider: SendingProvider) -> None:
    with connection.transaction():
        connection.execute(
            "INSERT OR REPLACE INTO known_providers (host, provider) VALUES (?, ?)", *(host, encode(provider))
        )
        _note_change(connection)


def delete_provider(connection: Connection, host: str) -> bool:
    return _delete(connection, "DELETE FROM known_providers WHERE host = ?", host)


def _delete(connection: Connection, sql: str, name: str) -> bool:
    with connection.transaction():
        gone = connection.execute(sql, name) > 0
        if gone:
            _note_change(connection)
    return gone


def _note_change(connection: Connection) -> None:
    connection.execute("UPDATE known_changes SET number = number + 1")


def _hints(connection: Connection, name: str) -> tuple[Hint, ...]:
    rows = connection.rows(f"SELECT {_COLUMNS} FROM known_hints WHERE list = ? ORDER BY place", name)  # noqa: S608 - our own names
    return tuple(map(_hint, rows))


def _hint(row: Row) -> Hint:
    kind, name, source, dated, starttls, sts_enforce, level, exchangers, expires_at = row
    return Hint(
        kind=HintKind(kind),
        name=name,
        source=source,
        dated=dated,
        starttls=bool(starttls),
        sts_enforce=bool(sts_enforce),
        level=level,
        exchangers=tuple(exchangers.split()),
        expires_at=None if expires_at is None else moment(expires_at),
    )


def _columns(hint: Hint) -> tuple[Value, ...]:
    return (
        hint.kind.value,
        hint.name,
        hint.source,
        hint.dated,
        hint.starttls,
        hint.sts_enforce,
        hint.level,
        " ".join(hint.exchangers),
        None if hint.expires_at is None else micros(hint.expires_at),
    )
