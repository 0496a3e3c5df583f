"""Messages as the list needs them. Their ids are ordered by received date, so a list's order is one index's order.

An id is 63 bits: seconds since 1970 (33), mailbox (10), UID (20). IMAP tells the received date in whole seconds, so
within one second the UID decides; where two messages want the same id, the later one takes the next free.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

from linksec_tui.model.message import Flag, Header
from linksec_tui.model.sender import SenderState
from linksec_tui.store import search
from linksec_tui.store.codec import micros, moment
from linksec_tui.store.connection import Connection, Row

_UID_BITS = 20
_MAILBOX_BITS = 10
_SECOND_BITS = _UID_BITS + _MAILBOX_BITS
_LAST_SECOND = (1 << 33) - 1
_AT_ONCE = 500  # ids in one query; SQLite takes 32,766, a page of the list is 128

_HEADER = """
    SELECT m.id, b.account, m.mailbox, m.uid, m.sender_name, m.sender_address, m.recipients, m.subject, m.received_at,
           m.message_id, m.in_reply_to, m.size, m.flags, m.has_attachment, m.is_bounce, m.sender_state, m.sender_warned
    FROM messages m JOIN mailboxes b ON b.id = m.mailbox
"""

_FIRST_GAP = """
    SELECT id + 1 FROM messages m
    WHERE id >= ? AND NOT EXISTS (SELECT 1 FROM messages WHERE id = m.id + 1) ORDER BY id LIMIT 1
"""


def spine(connection: Connection, mailbox: int) -> array[int]:
    """The ids of a mailbox, newest first."""
    return connection.integers("SELECT id FROM messages WHERE mailbox = ? ORDER BY id DESC", mailbox)


def first_rows(connection: Connection, mailbox: int, limit: int) -> tuple[Header, ...]:
    """The newest of a mailbox: what is painted before the spine is built."""
    rows = connection.rows(f"{_HEADER} WHERE m.mailbox = ? ORDER BY m.id DESC LIMIT ?", mailbox, limit)
    return tuple(map(_header, rows))


def rows(connection: Connection, ids: Sequence[int]) -> dict[int, Header]:
    """The headers of `ids`; those that are gone are missing."""
    found: dict[int, Header] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        for row in connection.rows(f"{_HEADER} WHERE m.id IN ({marks})", *some):
            found[row[0]] = _header(row)
    return found


def with_message_id(connection: Connection, message_id: str) -> tuple[Header, ...]:
    """Every message with this Message-ID, newest first: a letter to oneself stands in two mailboxes."""
    if not message_id:
        return ()
    return tuple(map(_header, connection.rows(f"{_HEADER} WHERE m.message_id = ? ORDER BY m.id DESC", message_id)))


def with_uid(connection: Connection, mailbox: int, uid: int) -> Header | None:
    row = connection.one(f"{_HEADER} WHERE m.mailbox = ? AND m.uid = ?", mailbox, uid)
    return _header(row) if row else None


def uids(connection: Connection, mailbox: int) -> array[int]:
    """The UIDs known of a mailbox, lowest first."""
    return connection.integers("SELECT uid FROM messages WHERE mailbox = ? ORDER BY uid", mailbox)


def write_headers(connection: Connection, headers: Sequence[Header]) -> tuple[int, ...]:
    """Add or renew messages, known by mailbox and UID; their ids, in order. A header's own `id` does not matter."""
    with connection.transaction():
        return tuple(_write_header(connection, header) for header in headers)


def write_flags(connection: Connection, mailbox: int, flags: Mapping[int, frozenset[str]]) -> tuple[int, ...]:
    """Flags by UID as the server tells them; the ids of the messages that they changed."""
    changed: list[tuple[int, str]] = []
    with connection.transaction():
        for uid, ident, before in _known_flags(connection, mailbox, tuple(flags)):
            if uid in flags and (text := _flags_text(flags[uid])) != before:
                changed.append((ident, text))
        connection.execute_many(
            "UPDATE messages SET flags = ?, unread = ? WHERE id = ?",
            [(text, _unread(text), ident) for ident, text in changed],
        )
    return tuple(ident for ident, _ in changed)


def remove(connection: Connection, mailbox: int, gone: Sequence[int]) -> tuple[int, ...]:
    """Forget messages by UID, with bodies and search entries; the ids that went."""
    removed: list[int] = []
    with connection.transaction():
        for uid in gone:
            row = connection.one("DELETE FROM messages WHERE mailbox = ? AND uid = ? RETURNING id", mailbox, uid)
            removed += row or ()
    return tuple(removed)


def mark_attachment(connection: Connection, ident: int) -> None:
    """Known once the body was read."""
    connection.execute("UPDATE messages SET has_attachment = 1 WHERE id = ?", ident)


def _known_flags(connection: Connection, mailbox: int, told: Sequence[int]) -> list[Row]:
    """UID, id and flags of those told of, and of all others too where asking for each would take longer."""
    every = "SELECT uid, id, flags FROM messages WHERE mailbox = ?"
    if len(told) > _AT_ONCE:
        return connection.rows(every, mailbox)
    return connection.rows(f"{every} AND uid IN ({','.join('?' * len(told))})", mailbox, *told)


def _write_header(connection: Connection, header: Header) -> int:
    known = connection.one("SELECT id FROM messages WHERE mailbox = ? AND uid = ?", header.mailbox, header.uid)
    if known:
        _renew(connection, known[0], header)
        return known[0]
    ident = _free_id(connection, header)
    flags = _flags_text(header.flags)
    connection.execute(
        """INSERT INTO messages (id, mailbox, uid, received_at, size, unread, has_attachment, is_bounce, flags,
                                 sender_name, sender_address, recipients, subject, message_id, in_reply_to)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        *(ident, header.mailbox, header.uid, micros(header.received_at), header.size, _unread(flags)),
        *(int(header.has_attachment), int(header.is_bounce), flags, header.sender_name, header.sender_address),
        *(header.recipients, header.subject, header.message_id, header.in_reply_to),
    )
    search.write_words(connection, ident, search.Words(sender=search.sender_words(header), subject=header.subject))
    return ident


def _renew(connection: Connection, ident: int, header: Header) -> None:
    """A message never changes under its UID (RFC 9051 §2.3.1.1): only its flags do, and what we found in it stays."""
    flags = _flags_text(header.flags)
    connection.execute(
        """UPDATE messages SET flags = ?, unread = ?, is_bounce = max(is_bounce, ?),
                               has_attachment = max(has_attachment, ?) WHERE id = ?""",
        *(flags, _unread(flags), int(header.is_bounce), int(header.has_attachment), ident),
    )


def _free_id(connection: Connection, header: Header) -> int:
    wanted = wanted_id(header)
    taken = connection.one("SELECT 1 FROM messages WHERE id = ?", wanted)
    return connection.number(_FIRST_GAP, wanted) if taken else wanted


def wanted_id(header: Header) -> int:
    second = min(max(int(header.received_at.timestamp()), 0), _LAST_SECOND)
    mailbox = header.mailbox & ((1 << _MAILBOX_BITS) - 1)
    uid = header.uid & ((1 << _UID_BITS) - 1)
    return second << _SECOND_BITS | mailbox << _UID_BITS | uid


def _flags_text(flags: frozenset[str]) -> str:
    return " ".join(sorted(flags))


def _unread(flags: str) -> int:
    return int(Flag.SEEN not in flags.split())


def _header(row: Row) -> Header:
    ident, account, mailbox, uid, sender_name, sender_address, recipients, subject, received_at = row[:9]
    message_id, in_reply_to, size, flags, has_attachment, is_bounce, sender_state, sender_warned = row[9:]
    return Header(
        id=ident,
        account=account,
        mailbox=mailbox,
        uid=uid,
        sender_name=sender_name,
        sender_address=sender_address,
        recipients=recipients,
        subject=subject,
        received_at=moment(received_at),
        message_id=message_id,
        in_reply_to=in_reply_to,
        size=size,
        flags=frozenset(flags.split()),
        has_attachment=bool(has_attachment),
        is_bounce=bool(is_bounce),
        sender_state=SenderState(sender_state) if sender_state else None,
        sender_warned=bool(sender_warned),
    )
