"""Drafts and their copies on the server: which are to be filed, which another machine has written on since.

Nobody's words are lost: a copy that does not include what is written here is kept beside it, as a draft of its own.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import cast

from linksec_tui.model.draft_version import DraftCopy, Versions, includes, merged, same_words, written_on
from linksec_tui.model.letter import Draft
from linksec_tui.store.codec import encode, micros
from linksec_tui.store.connection import Connection
from linksec_tui.store.drafts import beside, keep_beside, read_row


class Taken(Enum):
    """What became of a copy that the server has."""

    KNOWN = "known"  # nothing new in it
    OLDER = "older"  # what is here, or on the server beside it, includes it: it can go
    NEW = "new"
    CONTINUED = "continued"  # on another machine, and here it was not touched since
    BESIDE = "beside"  # two machines at once: both are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFile:
    """A draft that the server has not, or not as it is now."""

    draft: Draft
    changed_at: int
    versions: Versions  # that its new copy will have


def to_file(connection: Connection, account: str, quiet_since: datetime) -> tuple[ToFile, ...]:
    """Changed since they were filed, and not changed any more since then."""
    machine = this_machine(connection)
    rows = connection.rows(
        """SELECT draft, taken, changed_at, versions FROM drafts
           WHERE account = ? AND NOT handed_on AND changed_at <> filed_at AND changed_at <= ?
           ORDER BY instr(id, '~') DESC, changed_at""",  # what was kept beside another one first
        *(account, micros(quiet_since)),
    )
    return tuple(
        ToFile(draft=read_row(row), changed_at=row[2], versions=written_on(_versions(row[3]), machine)) for row in rows
    )


def next_to_file(connection: Connection, account: str) -> bool:
    """Does anything wait for the server?"""
    row = connection.one(
        "SELECT 1 FROM drafts WHERE account = ? AND NOT handed_on AND changed_at <> filed_at LIMIT 1", account
    )
    return row is not None


def filed(connection: Connection, what: ToFile, revision: str) -> None:
    """The server has it as it was then; what was typed since will follow."""
    connection.execute(
        "UPDATE drafts SET revision = ?, versions = ?, filed_at = ? WHERE id = ?",
        *(revision, json.dumps(dict(what.versions)), what.changed_at, what.draft.id),
    )


def take(connection: Connection, copy: DraftCopy, now: datetime) -> Taken:
    """Take a copy of the server's over, where it has something that is not here."""
    with connection.transaction():
        row = connection.one(
            "SELECT draft, taken, changed_at, filed_at, revision, versions, handed_on FROM drafts WHERE id = ?",
            copy.draft.id,
        )
        if row is None:
            _insert(connection, copy, now)
            return Taken.NEW
        ours, versions = read_row(row), _versions(row[5])
        if row[4] == copy.revision:
            return Taken.KNOWN
        if includes(versions, copy.versions):
            return Taken.OLDER
        if row[6]:  # it is a letter by now; what was written elsewhere is somebody's words all the same
            _insert(connection, _as_another(copy, now), now)
            return Taken.BESIDE
        return _take_newer(connection, copy, _Kept(ours, versions, clean=row[2] == row[3]), now)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A draft as it is here. `clean`: the server has it just so."""

    draft: Draft
    versions: Versions
    clean: bool


def _take_newer(connection: Connection, copy: DraftCopy, kept: _Kept, now: datetime) -> Taken:
    if same_words(kept.draft, copy.draft):
        together = merged(kept.versions, copy.versions)
        connection.execute(
            "UPDATE drafts SET revision = ?, versions = ?, filed_at = changed_at WHERE id = ?",
            *(copy.revision, json.dumps(dict(together)), kept.draft.id),
        )
        return Taken.KNOWN
    if kept.clean and includes(copy.versions, kept.versions):
        files = {each.name for each in kept.draft.attachments}
        theirs = replace(  # the files that lie here are attached here
            copy.draft,
            attachments=tuple(each for each in kept.draft.attachments if each.name in copy.draft.elsewhere),
            elsewhere=tuple(name for name in copy.draft.elsewhere if name not in files),
        )
        _put(connection, replace(copy, draft=theirs), now)
        return Taken.CONTINUED
    _insert(connection, _as_another(copy, now), now)
    connection.execute(  # ours is to be filed anew, in the place of theirs
        "UPDATE drafts SET versions = ?, filed_at = 0 WHERE id = ?",
        *(json.dumps(dict(merged(kept.versions, copy.versions))), kept.draft.id),
    )
    return Taken.BESIDE


def missing(connection: Connection, account: str, listed: Collection[str]) -> tuple[str, ...]:
    """The server has not these any more: thrown away or sent elsewhere, unless something was written here since."""
    rows = connection.rows(
        "SELECT id, changed_at, filed_at FROM drafts WHERE account = ? AND revision <> '' AND NOT handed_on", account
    )
    gone = [row for row in rows if row[0] not in listed]
    with connection.transaction():
        for ident, changed_at, filed_at in gone:
            if changed_at == filed_at:
                connection.execute("DELETE FROM drafts WHERE id = ?", ident)
            else:
                connection.execute("UPDATE drafts SET revision = '', filed_at = 0 WHERE id = ?", ident)
    return tuple(row[0] for row in gone if row[1] == row[2])


def gone(connection: Connection, account: str) -> Mapping[str, str]:
    """Thrown away or sent here, and still on the server perhaps: draft → the copy that was known."""
    rows = connection.rows("SELECT id, revision FROM drafts_gone WHERE account = ?", account)
    return {row[0]: row[1] for row in rows}


def forget_gone(connection: Connection, draft: str) -> None:
    connection.execute("DELETE FROM drafts_gone WHERE id = ?", draft)


def this_machine(connection: Connection) -> str:
    row = connection.one("SELECT name FROM this_machine")
    return str(row[0]) if row else ""


def _insert(connection: Connection, copy: DraftCopy, now: datetime) -> None:
    if connection.one("SELECT 1 FROM drafts WHERE id = ?", copy.draft.id):
        keep_beside(connection, copy.draft.id, now)
    _put(connection, copy, now)


def _put(connection: Connection, copy: DraftCopy, now: datetime) -> None:
    filed_at = micros(now) if copy.revision else 0
    connection.execute(
        """INSERT OR REPLACE INTO drafts (id, account, changed_at, taken, revision, filed_at, versions, draft)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        *(copy.draft.id, copy.draft.account, micros(now), copy.revision, copy.revision, filed_at),
        *(json.dumps(dict(copy.versions)), encode(replace(copy.draft, taken=copy.revision, changed_at=now))),
    )


def _as_another(copy: DraftCopy, now: datetime) -> DraftCopy:
    """Under an id of its own, to be filed as a draft of its own."""
    return replace(copy, draft=replace(copy.draft, id=beside(copy.draft.id, now)), revision="", versions={})


def _versions(text: str) -> Versions:
    return cast("dict[str, int]", json.loads(text))
