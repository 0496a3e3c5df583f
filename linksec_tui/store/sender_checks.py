"""What was found out about the senders of messages: marks for the list, and verdicts that cannot be had again."""

from __future__ import annotations

from linksec_tui.model.mailbox import Role
from linksec_tui.model.sender import OwnCheck, SenderCheck
from linksec_tui.store.codec import decode, encode
from linksec_tui.store.connection import Connection

_EARLIER = """
    SELECT 1 FROM messages m JOIN mailboxes b ON b.id = m.mailbox
    WHERE m.sender_address = ? COLLATE NOCASE AND m.id < ? AND b.role NOT IN (?, ?) LIMIT 1
"""


def write_mark(connection: Connection, message: int, check: SenderCheck) -> bool:
    """What the list shows of it; true where that is another mark than before."""
    marks = (check.state.value, int(check.warned))
    return bool(
        connection.one(
            """UPDATE messages SET sender_state = ?, sender_warned = ?
               WHERE id = ? AND (sender_state <> ? OR sender_warned <> ?) RETURNING id""",
            *(*marks, message, *marks),
        )
    )


def write_check(connection: Connection, message: int, check: OwnCheck) -> bool:
    """Keep what was looked up; false where the message is gone meanwhile."""
    return bool(
        connection.one(
            """INSERT OR REPLACE INTO sender_checks (message, found)
               SELECT id, ? FROM messages WHERE id = ? RETURNING message""",
            *(encode(check), message),
        )
    )


def read_check(connection: Connection, message: int) -> OwnCheck | None:
    row = connection.one("SELECT found FROM sender_checks WHERE message = ?", message)
    return decode(OwnCheck, row[0]) if row else None


def wrote_before(connection: Connection, address: str, message: int) -> bool:
    """Is there an older message from this address, in a mailbox that people read?"""
    return connection.one(_EARLIER, address, message, Role.JUNK.value, Role.TRASH.value) is not None
