"""One message under several labels is one hit: Gmail shows it in each of them, with the same number (X-GM-MSGID)."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

from linksec_tui.model.mailbox import Role
from linksec_tui.store.connection import Connection

_AT_ONCE = 500  # ids in one query

_ARE_THERE_ANY = "SELECT EXISTS (SELECT 1 FROM messages WHERE gmail_id <> 0)"
_NUMBERED = """
    SELECT m.id, b.account, m.gmail_id, b.role FROM messages m JOIN mailboxes b ON b.id = m.mailbox
    WHERE m.gmail_id <> 0 AND m.id IN
"""


def once(connection: Connection, ids: array[int]) -> array[int]:
    """Of each message one, in the same order: the one in the inbox where there is one there."""
    if not connection.number(_ARE_THERE_ANY):
        return ids
    chosen: dict[tuple[str, int], int] = {}
    others: set[int] = set()
    for at in range(0, len(ids), _AT_ONCE):
        for ident, account, gmail_id, role in _numbered(connection, ids[at : at + _AT_ONCE]):
            known = chosen.setdefault((account, gmail_id), ident)
            if known != ident and role == Role.INBOX.value:
                chosen[account, gmail_id] = ident
                others.add(known)
            elif known != ident:
                others.add(ident)
    return array("q", (each for each in ids if each not in others)) if others else ids


def _numbered(connection: Connection, ids: Sequence[int]) -> list[tuple[int, str, int, str]]:
    return connection.rows(f"{_NUMBERED} ({','.join('?' * len(ids))})", *ids)


def without_number(connection: Connection, mailbox: int) -> list[int]:
    """UIDs, newest first: what came before the numbers were kept."""
    return list(
        connection.integers(
            "SELECT uid FROM messages WHERE mailbox = ? AND gmail_id = 0 AND uid > 0 ORDER BY uid DESC", mailbox
        )
    )


def write_numbers(connection: Connection, mailbox: int, uidvalidity: int, numbers: Mapping[int, int]) -> None:
    """By UID; dropped where the server has numbered the mailbox anew meanwhile."""
    with connection.transaction():
        if connection.number("SELECT uidvalidity FROM mailboxes WHERE id = ?", mailbox) == uidvalidity:
            connection.execute_many(
                "UPDATE messages SET gmail_id = ? WHERE mailbox = ? AND uid = ?",
                ((number, mailbox, uid) for uid, number in numbers.items()),
            )
