"""The mailboxes of each account as the server last listed them, and how far each is known (RFC 9051 §2.3.1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.store import held
from linksec_tui.store.connection import Connection, Row

FORGOTTEN_AT_ONCE = 500  # messages: a few hundredths of a second, then the store is somebody else's for a while
_FORGET_SOME = """
    DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE mailbox = ? AND uid > 0 LIMIT ?)
"""
_COUNTED = """
    SELECT id, account, name, wire_name, role, delimiter, uidvalidity, uidnext,
           (SELECT count(*) FROM messages WHERE mailbox = mailboxes.id),
           (SELECT count(*) FROM messages WHERE mailbox = mailboxes.id AND unread),
           told_total, told_unread
    FROM mailboxes
"""


class Met(Enum):
    """How a numbering was met."""

    AS_KNOWN = auto()  # or for the first time
    GOES_ON = auto()  # it is another one, and there is still something to be forgotten: ask again
    RENUMBERED = auto()


def read_mailboxes(connection: Connection, account: str) -> tuple[Mailbox, ...]:
    """All of an account's mailboxes by name, the inbox first."""
    rows = connection.rows(f"{_COUNTED} WHERE account = ? ORDER BY role <> 'inbox', name", account)
    return tuple(map(_mailbox, rows))


def read_mailbox(connection: Connection, mailbox: int) -> Mailbox | None:
    row = connection.one(f"{_COUNTED} WHERE id = ?", mailbox)
    return _mailbox(row) if row else None


def mailbox_with_role(connection: Connection, account: str, role: Role) -> Mailbox | None:
    row = connection.one(f"{_COUNTED} WHERE account = ? AND role = ? ORDER BY name LIMIT 1", account, role.value)
    return _mailbox(row) if row else None


def mailbox_called(connection: Connection, account: str, wire_name: str) -> Mailbox | None:
    row = connection.one(f"{_COUNTED} WHERE account = ? AND wire_name = ?", account, wire_name)
    return _mailbox(row) if row else None


def forget_unlisted(connection: Connection, account: str, listed: Sequence[Mailbox]) -> bool:
    """Some of the messages in mailboxes that the server does not list any more; true while there may be others."""
    with connection.transaction():
        kept = {mailbox.wire_name for mailbox in held.with_held_mailboxes(connection, account, listed)}
        known = connection.rows("SELECT id, wire_name FROM mailboxes WHERE account = ?", account)
        return any(_forget_some(connection, ident) for ident, wire_name in known if wire_name not in kept)


def forget_called(connection: Connection, account: str, wire_name: str) -> bool:
    """Likewise, of a mailbox that is about to be deleted here."""
    found = connection.one("SELECT id FROM mailboxes WHERE account = ? AND wire_name = ?", account, wire_name)
    return found is not None and _forget_some(connection, found[0])


def _forget_some(connection: Connection, mailbox: int) -> bool:
    return bool(connection.execute(_FORGET_SOME, mailbox, FORGOTTEN_AT_ONCE))


def write_mailboxes(connection: Connection, account: str, listed: Sequence[Mailbox]) -> tuple[Mailbox, ...]:
    """What the server lists now; those gone go with their messages. `id` and counts of `listed` don't matter."""
    with connection.transaction():
        listed = held.with_held_mailboxes(connection, account, listed)
        kept = {mailbox.wire_name for mailbox in listed}
        for ident, wire_name in connection.rows("SELECT id, wire_name FROM mailboxes WHERE account = ?", account):
            if wire_name not in kept:
                connection.execute("DELETE FROM mailboxes WHERE id = ?", ident)
        connection.execute_many(
            """INSERT INTO mailboxes (account, wire_name, name, role, delimiter) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (account, wire_name) DO UPDATE
               SET name = excluded.name, role = excluded.role, delimiter = excluded.delimiter""",
            [(account, m.wire_name, m.name, m.role.value, m.delimiter) for m in listed],
        )
        return read_mailboxes(connection, account)


def add_mailbox(connection: Connection, mailbox: Mailbox) -> None:
    """One that was made here; the server does not know of it yet."""
    connection.execute(
        "INSERT OR IGNORE INTO mailboxes (account, wire_name, name, role, delimiter) VALUES (?, ?, ?, ?, ?)",
        *(mailbox.account, mailbox.wire_name, mailbox.name, mailbox.role.value, mailbox.delimiter),
    )


def drop_mailbox(connection: Connection, account: str, wire_name: str) -> None:
    """One that was deleted here, with its messages."""
    connection.execute("DELETE FROM mailboxes WHERE account = ? AND wire_name = ?", account, wire_name)


def call_mailbox(connection: Connection, ident: int, wire_name: str, name: str) -> None:
    """Another name for it; its messages stay."""
    connection.execute("UPDATE OR IGNORE mailboxes SET wire_name = ?, name = ? WHERE id = ?", wire_name, name, ident)


def meet_uidvalidity(connection: Connection, mailbox: int, uidvalidity: int) -> Met:
    """Note the server's UIDVALIDITY. Where it changed, every UID known here is forgotten, piece by piece.

    Until that is done the mailbox has no numbering that anything could be written with, also after a crash. What is on
    its way here has no UID yet, and stays.
    """
    with connection.transaction():
        known = connection.number("SELECT uidvalidity FROM mailboxes WHERE id = ?", mailbox)
        if known == uidvalidity:
            return Met.AS_KNOWN
        if _forget_some(connection, mailbox):
            _number(connection, mailbox, 0)
            return Met.GOES_ON
        _number(connection, mailbox, uidvalidity)
        return Met.RENUMBERED if known else Met.AS_KNOWN


def _number(connection: Connection, mailbox: int, uidvalidity: int) -> None:
    connection.execute(
        "UPDATE mailboxes SET uidvalidity = ?, uidnext = 0, modseq = 0 WHERE id = ?", uidvalidity, mailbox
    )


def _mailbox(row: Row) -> Mailbox:
    ident, account, name, wire_name, role, delimiter, uidvalidity, uidnext, total, unread, told_total, told_unread = row
    whole = uidnext > 0  # until then the server's word counts, if it gave one
    return Mailbox(
        id=ident,
        account=account,
        name=name,
        wire_name=wire_name,
        role=Role(role),
        delimiter=delimiter,
        uidvalidity=uidvalidity,
        uidnext=uidnext,
        total=total if whole else max(total, told_total),
        unread=unread if whole else max(unread, told_unread),
    )
