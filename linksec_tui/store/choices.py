"""What a person chose on the screen and finds again: small values by name."""

from __future__ import annotations

from typing import TypeVar

from linksec_tui.model.errors import NewerSchema, StoreDamaged
from linksec_tui.store.codec import decode, encode
from linksec_tui.store.connection import Connection

T = TypeVar("T")

MOST = 10_000  # a name for each mailbox that was ever arranged: more than anybody has


def read_choice(connection: Connection, kind: type[T], name: str) -> T | None:
    """None where nothing was chosen, or by a program that knows more to choose from."""
    row = connection.one("SELECT choice FROM choices WHERE name = ?", name)
    try:
        return decode(kind, row[0]) if row else None
    except (NewerSchema, StoreDamaged):
        return None


def write_choice(connection: Connection, name: str, choice: object) -> None:
    with connection.transaction():
        connection.execute("INSERT OR REPLACE INTO choices (name, choice) VALUES (?, ?)", name, encode(choice))
        connection.execute(
            "DELETE FROM choices WHERE rowid <= (SELECT max(rowid) FROM choices) - ?", MOST
        )  # the oldest go
