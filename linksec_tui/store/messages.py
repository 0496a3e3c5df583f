"""Messages as the list needs them.

Their ids are ordered by received date (`message_ids`), so a list's order is one index's order; where two messages want
the same id, the later one takes the next free.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence

from linksec_tui.model.message import Flag, Header
from linksec_tui.model.sender import SenderState
from linksec_tui.store import held, search
from linksec_tui.store.codec import micros, moment
from linksec_tui.store.connection import Connection, Row, Value
from linksec_tui.store.message_ids import wanted_id

_AT_ONCE = 500  # ids in one query; SQLite takes 32,766, a page of the list is 128

UidRange = tuple[int, int]  # the first and the last of them

_HEADER = """
    SELECT m.id, b.account, m.mailbox, m.uid, m.sender_name, m.sender_address, m.recipients, m.subject, m.received_at,
           m.message_id, m.in_reply_to, m.size, m.gmail_id, m.flags, m.has_attachment, m.is_bounce, m.sender_state,
           m.sender_warned
    FROM messages m JOIN mailboxes b ON b.id = m.mailbox
"""

_UIDS = "SELECT uid FROM messages WHERE mailbox = ?"
_PLACES = "SELECT uid, id FROM messages WHERE mailbox = ?"
_IDS = "SELECT id FROM messages WHERE id IN"
_REMOVE_SOME = """
    DELETE FROM messages WHERE id IN (
        SELECT id FROM messages WHERE mailbox = ? AND uid BETWEEN ? AND ? AND uid > 0 LIMIT ?
    )
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


def places(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """In which mailbox each of them is; those that are gone are missing."""
    found: dict[int, int] = {}
    for marks, portion in _portions(ids):
        found.update(connection.rows(f"SELECT id, mailbox FROM messages WHERE id IN ({marks})", *portion))  # noqa: S608 - marks only
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
    """The UIDs known of a mailbox, lowest first; what has none yet because it is on its way there is not among them."""
    return connection.integers("SELECT uid FROM messages WHERE mailbox = ? AND uid > 0 ORDER BY uid", mailbox)


def write_headers(connection: Connection, headers: Sequence[Header]) -> tuple[int, ...]:
    """Add or renew messages, known by mailbox and UID; their ids, in order. A header's own `id` does not matter."""
    with connection.transaction():
        known = _known_ids(connection, headers)
        for header in headers:
            if (ident := known.get(_place(header))) is not None:
                _renew(connection, ident, header)
        known |= _insert(connection, [header for header in headers if _place(header) not in known])
        return tuple(known[_place(header)] for header in headers)


def add_headers(connection: Connection, mailbox: int, uidvalidity: int, headers: Sequence[Header]) -> tuple[int, ...]:
    """Of a mailbox's headers those that are not there yet; the ids that they got.

    Two lines may bring the same message, and it arrives once. What belongs to another numbering than the one that is
    known now, or to a mailbox that was deleted meanwhile, is dropped.
    """
    with connection.transaction():
        if connection.number("SELECT uidvalidity FROM mailboxes WHERE id = ?", mailbox) != uidvalidity:
            return ()
        headers = held.as_held(connection, mailbox, headers)
        known = _known_ids(connection, headers)
        return tuple(_insert(connection, [each for each in headers if _place(each) not in known]).values())


def write_flags(connection: Connection, mailbox: int, flags: Mapping[int, frozenset[str]]) -> tuple[int, ...]:
    """Flags by UID as the server tells them; the ids of the messages that they changed."""
    changed: list[tuple[int, str]] = []
    with connection.transaction():
        flags = held.with_held_flags(connection, mailbox, flags)
        for uid, ident, before in _known_flags(connection, mailbox, tuple(flags)):
            if (text := _flags_text(flags[uid])) != before:
                changed.append((ident, text))
        connection.execute_many(
            "UPDATE messages SET flags = ?, unread = ? WHERE id = ?",
            [(text, _unread(text), ident) for ident, text in changed],
        )
    return tuple(ident for ident, _ in changed)


def change_flags(connection: Connection, ident: int, *, add: frozenset[str], remove: frozenset[str]) -> None:
    """Flags of one message, as somebody here has set them."""
    for (before,) in connection.rows("SELECT flags FROM messages WHERE id = ?", ident):
        text = _flags_text((frozenset(before.split()) | add) - remove)
        connection.execute("UPDATE messages SET flags = ?, unread = ? WHERE id = ?", text, _unread(text), ident)


def remove(connection: Connection, mailbox: int, gone: Sequence[int]) -> tuple[int, ...]:
    """Forget messages by UID, with bodies and search entries; the ids that went."""
    removed: list[int] = []
    with connection.transaction():
        for uid in gone:
            row = connection.one("DELETE FROM messages WHERE mailbox = ? AND uid = ? RETURNING id", mailbox, uid)
            removed += row or ()
    return tuple(removed)


def remove_ranges(
    connection: Connection, mailbox: int, gone: Sequence[UidRange], at_most: int
) -> tuple[int, Sequence[UidRange]]:
    """As `remove`, by ranges of UIDs: a server may name milliards of them, or a range for each message.

    How many went, and what is left to be done: no more messages and no more ranges than `at_most` at a time.
    """
    removed = 0
    with connection.transaction():
        for at, (first, last) in enumerate(gone[:at_most]):
            removed += connection.execute(_REMOVE_SOME, mailbox, first, last, at_most - removed)
            if removed >= at_most:
                return removed, gone[at:]
    return removed, gone[at_most:]


def known_uids(connection: Connection, mailbox: int, wanted: Sequence[int]) -> set[int]:
    """Which of these are here."""
    known: set[int] = set()
    for marks, some in _portions(wanted):
        known.update(connection.integers(f"{_UIDS} AND uid IN ({marks})", mailbox, *some))
    return known


def mark_attachment(connection: Connection, ident: int) -> None:
    """Known once the body was read."""
    connection.execute("UPDATE messages SET has_attachment = 1 WHERE id = ?", ident)


def _known_flags(connection: Connection, mailbox: int, told: Sequence[int]) -> list[Row]:
    """UID, id and flags of those told of; a large mailbox has many others."""
    wanted = "SELECT uid, id, flags FROM messages WHERE mailbox = ?"
    return [
        row
        for marks, some in _portions(told)
        for row in connection.rows(f"{wanted} AND uid IN ({marks})", mailbox, *some)
    ]


def _place(header: Header) -> tuple[int, int]:
    return header.mailbox, header.uid


def _known_ids(connection: Connection, headers: Sequence[Header]) -> dict[tuple[int, int], int]:
    """Where they stand already."""
    known: dict[tuple[int, int], int] = {}
    for mailbox in {header.mailbox for header in headers}:
        told = [header.uid for header in headers if header.mailbox == mailbox]
        for marks, some in _portions(told):
            rows = connection.rows(f"{_PLACES} AND uid IN ({marks})", mailbox, *some)
            known.update({(mailbox, uid): ident for uid, ident in rows})
    return known


def _insert(connection: Connection, headers: Sequence[Header]) -> dict[tuple[int, int], int]:
    """Messages that are not there yet, all in one go but for those whose id somebody else has."""
    new = {_place(header): header for header in headers}
    wanted = {place: wanted_id(header) for place, header in new.items()}
    taken = _taken(connection, list(wanted.values()))
    given: dict[tuple[int, int], int] = {}
    free: dict[int, Header] = {}
    for place, header in new.items():
        if wanted[place] not in taken and wanted[place] not in free:
            given[place] = wanted[place]
            free[wanted[place]] = header
    _insert_rows(connection, free)
    for place in new.keys() - given.keys():
        given[place] = connection.number(_FIRST_GAP, wanted[place])
        _insert_rows(connection, {given[place]: new[place]})
    return {place: given[place] for place in new}


def _taken(connection: Connection, ids: Sequence[int]) -> set[int]:
    taken: set[int] = set()
    for marks, some in _portions(ids):
        taken.update(connection.integers(f"{_IDS} ({marks})", *some))
    return taken


def _portions(values: Sequence[int]) -> Iterator[tuple[str, Sequence[int]]]:
    """As many at a time as one query takes, with the marks for them."""
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        yield ",".join("?" * len(some)), some


def _insert_rows(connection: Connection, headers: Mapping[int, Header]) -> None:
    connection.execute_many(
        """INSERT INTO messages (id, mailbox, uid, received_at, size, unread, has_attachment, is_bounce, flags,
                                 sender_name, sender_address, recipients, subject, message_id, in_reply_to, refs,
                                 gmail_id)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [_row(ident, header) for ident, header in headers.items()],
    )
    search.add_words(connection, headers)


def _row(ident: int, header: Header) -> tuple[Value, ...]:
    flags = _flags_text(header.flags)
    return (
        *(ident, header.mailbox, header.uid, micros(header.received_at), header.size, _unread(flags)),
        *(int(header.has_attachment), int(header.is_bounce), flags, header.sender_name, header.sender_address),
        *(header.recipients, header.subject, header.message_id, header.in_reply_to, " ".join(header.references)),
        header.gmail_id,
    )


def _renew(connection: Connection, ident: int, header: Header) -> None:
    """A message never changes under its UID (RFC 9051 §2.3.1.1): only its flags do, and what we found in it stays."""
    flags = _flags_text(header.flags)
    connection.execute(
        """UPDATE messages SET flags = ?, unread = ?, is_bounce = max(is_bounce, ?),
                               has_attachment = max(has_attachment, ?) WHERE id = ?""",
        *(flags, _unread(flags), int(header.is_bounce), int(header.has_attachment), ident),
    )


def _flags_text(flags: frozenset[str]) -> str:
    return " ".join(sorted(flags))


def _unread(flags: str) -> int:
    return int(Flag.SEEN not in flags.split())


def _header(row: Row) -> Header:
    ident, account, mailbox, uid, sender_name, sender_address, recipients, subject, received_at = row[:9]
    message_id, in_reply_to, size, gmail_id, flags, has_attachment, is_bounce, sender_state, sender_warned = row[9:]
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
        gmail_id=gmail_id,
        flags=frozenset(flags.split()),
        has_attachment=bool(has_attachment),
        is_bounce=bool(is_bounce),
        sender_state=SenderState(sender_state) if sender_state else None,
        sender_warned=bool(sender_warned),
    )
