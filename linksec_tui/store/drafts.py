"""Drafts: on the disk when `save` returns, and out of the way once they were handed on as a letter.

A draft that was handed on stays, marked, until its letter is settled: so it can be taken back, and a second "send"
of it, or the editor's last belated save, changes nothing. What another machine wrote meanwhile (`drafts_filed`) is
never overwritten by an editor that has not seen it: it is kept beside.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Draft
from linksec_tui.store.codec import decode, encode, micros
from linksec_tui.store.connection import Connection, Row

_DRAFT = "SELECT draft, taken FROM drafts"


def save(connection: Connection, draft: Draft, now: datetime) -> bool:
    """Keep the draft as it is now; False, and nothing changed, where it was handed on as a letter already."""
    with connection.transaction():
        row = connection.one("SELECT handed_on, taken FROM drafts WHERE id = ?", draft.id)
        if row and row[0]:
            return False
        if row and row[1] != draft.taken:  # somebody wrote on another machine what this editor has never shown
            keep_beside(connection, draft.id, now)
        _write(connection, draft, now)
        return True


def read(connection: Connection, draft: str) -> Draft | None:
    row = connection.one(f"{_DRAFT} WHERE id = ? AND NOT handed_on", draft)
    return read_row(row) if row else None


def read_all(connection: Connection) -> tuple[Draft, ...]:
    """Every draft, the last changed first."""
    return tuple(map(read_row, connection.rows(f"{_DRAFT} WHERE NOT handed_on ORDER BY changed_at DESC, id")))


def delete(connection: Connection, draft: str, now: datetime) -> None:
    """Thrown away, here and on the server."""
    with connection.transaction():
        _leave_the_server(connection, draft, now)
        connection.execute("DELETE FROM drafts WHERE id = ? AND NOT handed_on", draft)


def hand_on(connection: Connection, draft: Draft, now: datetime) -> None:
    """Mark a draft, saved before or not, as being a letter now. Raises BadInput where it is one already."""
    with connection.transaction():
        if not save(connection, draft, now):
            raise BadInput(
                "This letter has already been handed to the outbox.", "Look for it in the outbox or in Sent."
            )
        _leave_the_server(connection, draft.id, now)
        connection.execute("UPDATE drafts SET handed_on = 1 WHERE id = ?", draft.id)


def read_handed_on(connection: Connection, draft: str) -> Draft | None:
    """The draft that became a letter, as it was then."""
    row = connection.one(f"{_DRAFT} WHERE id = ? AND handed_on", draft)
    return read_row(row) if row else None


def take_back(connection: Connection, draft: str) -> Draft | None:
    """Make a draft of a letter again; None where nothing is known of it."""
    with connection.transaction():
        connection.execute("UPDATE drafts SET handed_on = 0, filed_at = 0 WHERE id = ?", draft)
        connection.execute("DELETE FROM drafts_gone WHERE id = ?", draft)
        return read(connection, draft)


def forget_handed_on(connection: Connection, before: datetime) -> None:
    """Drop the drafts of letters that are through; nobody can take those back."""
    connection.execute(
        """DELETE FROM drafts WHERE handed_on AND changed_at < ?
           AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.draft = drafts.id)""",
        micros(before),
    )


def keep_beside(connection: Connection, draft: str, now: datetime) -> None:
    """What is kept under this id once more, as a draft of its own."""
    row = connection.one(f"{_DRAFT} WHERE id = ?", draft)
    if row:
        _write(connection, replace(read_row(row), id=beside(draft, now), taken=""), now)


def beside(draft: str, now: datetime) -> str:
    """The id of what is kept beside this draft."""
    return f"{draft.partition('~')[0]}~{micros(now):x}"


def read_row(row: Row) -> Draft:
    """`draft` and `taken` as selected."""
    return replace(decode(Draft, row[0]), taken=row[1])


def _write(connection: Connection, draft: Draft, now: datetime) -> None:
    connection.execute(
        """INSERT INTO drafts (id, account, changed_at, taken, draft) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE
           SET account = excluded.account, changed_at = excluded.changed_at, taken = excluded.taken,
               draft = excluded.draft""",
        *(draft.id, draft.account, micros(now), draft.taken, encode(draft)),
    )


def _leave_the_server(connection: Connection, draft: str, now: datetime) -> None:
    connection.execute(
        """INSERT OR REPLACE INTO drafts_gone (id, account, revision, at)
           SELECT id, account, revision, ? FROM drafts WHERE id = ? AND revision <> '' AND NOT handed_on""",
        *(micros(now), draft),
    )
