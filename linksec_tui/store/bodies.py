"""Whole messages as the server sent them, kept once they were read; compressed, and bounded in number of octets."""

from __future__ import annotations

import zlib
from datetime import datetime

from linksec_tui.model.errors import StoreDamaged
from linksec_tui.model.mailbox import Role
from linksec_tui.store.codec import micros
from linksec_tui.store.connection import Connection
from linksec_tui.store.message_ids import first_id_of

LARGEST = 64 << 20  # octets of one message: what an IMAP fetch may bring
KEPT = 512 << 20  # octets of all bodies after compression; the longest unused go first, the server has them
_LEVEL = 6


def write_body(connection: Connection, message: int, raw: bytes, now: datetime) -> bool:
    """Keep a message's octets; False where it is too large to be kept, or gone from its mailbox meanwhile."""
    if len(raw) > LARGEST:
        return False
    packed = zlib.compress(raw, _LEVEL)
    with connection.transaction():
        if not connection.one("SELECT 1 FROM messages WHERE id = ?", message):
            return False
        connection.execute(
            "INSERT OR REPLACE INTO bodies (message, stored, used_at, content) VALUES (?, ?, ?, ?)",
            *(message, len(packed), micros(now), packed),
        )
        trim_bodies(connection, KEPT)
    return True


def read_body(connection: Connection, message: int, now: datetime) -> bytes | None:
    row = connection.one("SELECT content FROM bodies WHERE message = ?", message)
    if row is None:
        return None
    connection.execute("UPDATE bodies SET used_at = ? WHERE message = ?", micros(now), message)
    return _unpack(row[0])


def trim_bodies(connection: Connection, keep: int) -> None:
    """Forget the longest unused until at most `keep` octets are left."""
    surplus = connection.number("SELECT sum(stored) FROM bodies") - keep
    if surplus <= 0:
        return
    for message, stored in connection.rows("SELECT message, stored FROM bodies ORDER BY used_at, message"):
        connection.execute("DELETE FROM bodies WHERE message = ?", message)
        surplus -= stored
        if surplus <= 0:
            return


def kept_octets(connection: Connection) -> int:
    return connection.number("SELECT sum(stored) FROM bodies")


def not_kept(connection: Connection, account: str, since: datetime, largest: int, limit: int) -> tuple[int, ...]:
    """The newest messages of what people read that are not here whole, and are no larger than `largest` octets."""
    return tuple(
        connection.integers(
            """SELECT m.id FROM messages m JOIN mailboxes b ON b.id = m.mailbox
               WHERE b.account = ? AND b.role NOT IN (?, ?) AND m.id >= ? AND m.uid > 0 AND m.size <= ?
                     AND NOT EXISTS (SELECT 1 FROM bodies WHERE message = m.id)
               ORDER BY m.id DESC LIMIT ?""",
            *(account, Role.JUNK.value, Role.TRASH.value, first_id_of(since), largest, limit),
        )
    )


def forget_older(connection: Connection, before: datetime, limit: int) -> int:
    """Bodies of messages received earlier leave this file; how many, at most `limit`. Headers and words stay."""
    return connection.execute(
        "DELETE FROM bodies WHERE message IN (SELECT message FROM bodies WHERE message < ? ORDER BY message LIMIT ?)",
        *(first_id_of(before), limit),
    )


def _unpack(packed: bytes) -> bytes:
    """Bounded, though only we wrote it: a few kilobytes can unpack to gigabytes."""
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(packed, LARGEST + 1)  # one more, so that the end of the stream is read
    except zlib.error as error:
        raise _unreadable() from error
    if not unpacker.eof:
        raise _unreadable()
    return raw


def _unreadable() -> StoreDamaged:
    return StoreDamaged("A message in mail.db cannot be unpacked.", "It is fetched again when mail.db is set aside.")
