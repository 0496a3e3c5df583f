"""Messages that another program finished, kept for as long as a draft names parts of them."""

from __future__ import annotations

from linksec_tui.store import letter_bodies
from linksec_tui.store.connection import Connection
from linksec_tui.store.sent import SentCopy


def keep(connection: Connection, copy: SentCopy) -> None:
    """As it was handed over. A letter keeps the first one: what it was made of does not change."""
    connection.execute(
        "INSERT OR IGNORE INTO finished (letter, head, body) VALUES (?, ?, ?)",
        *(copy.letter, copy.head, letter_bodies.keep(connection, copy.body)),
    )


def read(connection: Connection, letter: str) -> bytes:
    """The whole message; empty where it is not kept any more."""
    row = connection.one("SELECT head, body FROM finished WHERE letter = ?", letter)
    return letter_bodies.read(connection, row[1], row[0]) if row else b""


def forget_unused(connection: Connection) -> None:
    """Those that no draft names a part of; a draft names them by the letter's random id."""
    connection.execute(
        "DELETE FROM finished WHERE NOT EXISTS (SELECT 1 FROM drafts WHERE instr(drafts.draft, finished.letter))"
    )
