"""The bodies of letters that wait to be sent or filed: each once, however many submissions and copies have it.

They lie apart from the outbox, whose rows change at every step: SQLite writes a row as a whole.
"""

from __future__ import annotations

import hashlib
from itertools import chain

from linksec_tui.formats.one_piece import one_piece
from linksec_tui.store.connection import Connection

_PLACE = ("letter_bodies", "content")


def keep(connection: Connection, body: bytes) -> int:
    """The body's number; written unless it is there already."""
    digest = hashlib.sha256(body).digest()
    row = connection.one("SELECT id FROM letter_bodies WHERE digest = ?", digest)
    if row:
        return int(row[0])
    connection.execute("INSERT INTO letter_bodies (digest, content) VALUES (?, zeroblob(?))", digest, len(body))
    number = connection.number("SELECT id FROM letter_bodies WHERE digest = ?", digest)
    connection.write_blob(_PLACE, number, body)
    return number


def read(connection: Connection, number: int | None, head: bytes = b"") -> bytes:
    """The body behind `head`; nothing more where it has been let go."""
    if number is None:
        return head
    octets = connection.number("SELECT length(content) FROM letter_bodies WHERE id = ?", number)
    return one_piece(chain((head,), connection.read_blob(_PLACE, number)), len(head) + octets)


def forget_unused(connection: Connection) -> None:
    """Let go of what neither the outbox, nor a copy for Sent, nor a draft has any more."""
    connection.execute(
        """DELETE FROM letter_bodies WHERE id NOT IN (
               SELECT body FROM outbox WHERE body IS NOT NULL
               UNION SELECT body FROM sent_copies WHERE body IS NOT NULL
               UNION SELECT body FROM finished)"""
    )
