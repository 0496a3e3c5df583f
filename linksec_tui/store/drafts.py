"""Drafts: on the disk when `save` returns, and out of the way once they were handed on as a letter.

A draft that was handed on stays, marked, until its letter is settled: so it can be taken back, and a second "send"
of it, or the editor's last belated save, changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Draft
from linksec_tui.store.codec import decode, encode, micros
from linksec_tui.store.connection import Connection


def save(connection: Connection, draft: Draft, now: datetime) -> bool:
    """Keep the draft as it is now; False, and nothing changed, where it was handed on as a letter already."""
    changed = connection.execute(
        """INSERT INTO drafts (id, account, changed_at, draft) VALUES (?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE
           SET account = excluded.account, changed_at = excluded.changed_at, draft = excluded.draft
           WHERE NOT handed_on""",
        *(draft.id, draft.account, micros(now), encode(draft)),
    )
    return changed == 1


def read(connection: Connection, draft: str) -> Draft | None:
    row = connection.one("SELECT draft FROM drafts WHERE id = ? AND NOT handed_on", draft)
    return decode(Draft, row[0]) if row else None


def read_all(connection: Connection) -> tuple[Draft, ...]:
    """Every draft, the last changed first."""
    rows = connection.rows("SELECT draft FROM drafts WHERE NOT handed_on ORDER BY changed_at DESC, id")
    return tuple(decode(Draft, row[0]) for row in rows)


def delete(connection: Connection, draft: str) -> None:
    connection.execute("DELETE FROM drafts WHERE id = ? AND NOT handed_on", draft)


def hand_on(connection: Connection, draft: Draft, now: datetime) -> None:
    """Mark a draft, saved before or not, as being a letter now. Raises BadInput where it is one already."""
    row = connection.one("SELECT handed_on FROM drafts WHERE id = ?", draft.id)
    if row and row[0]:
        raise BadInput("This letter has already been handed to the outbox.", "Look for it in the outbox or in Sent.")
    save(connection, draft, now)
    connection.execute("UPDATE drafts SET handed_on = 1 WHERE id = ?", draft.id)


def read_handed_on(connection: Connection, draft: str) -> Draft | None:
    """The draft that became a letter, as it was then."""
    row = connection.one("SELECT draft FROM drafts WHERE id = ? AND handed_on", draft)
    return decode(Draft, row[0]) if row else None


def take_back(connection: Connection, draft: str) -> Draft | None:
    """Make a draft of a letter again; None where nothing is known of it."""
    connection.execute("UPDATE drafts SET handed_on = 0 WHERE id = ?", draft)
    return read(connection, draft)


def forget_handed_on(connection: Connection, before: datetime) -> None:
    """Drop the drafts of letters that are through; nobody can take those back."""
    connection.execute(
        """DELETE FROM drafts WHERE handed_on AND changed_at < ?
           AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.draft = drafts.id)""",
        micros(before),
    )
