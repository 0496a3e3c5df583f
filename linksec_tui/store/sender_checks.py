"""What the list shows of who sent a message, and who wrote before."""

from __future__ import annotations

from linksec_tui.model.mailbox import Role
from linksec_tui.model.sender import SenderCheck
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


def wrote_before(connection: Connection, address: str, message: int) -> bool:
    """Is there an older message from this address, in a mailbox that people read?"""
    return connection.one(_EARLIER, address, message, Role.JUNK.value, Role.TRASH.value) is not None
