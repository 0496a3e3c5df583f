"""What the store shows ahead of the server, so that a synchronisation does not undo it on the screen (mail.db).

A mirror of the steps that wait in desk.db: messages that are on their way elsewhere do not come back, flags that were
set here are not taken off, mailboxes stand as they will be. `ahead` writes it; whatever writes what a server told asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from linksec_tui.model.filing import Doing
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header
from linksec_tui.store.connection import Connection, Row

LONGEST_WAY = 20  # mailboxes that one message is moved through before the server hears of the first

_AT = """
    FROM held h JOIN mailboxes b
    ON b.account = h.account AND b.wire_name = h.wire_name AND b.uidvalidity = h.uidvalidity
    WHERE b.id = ?
"""


def leaving(connection: Connection, mailbox: int) -> frozenset[int]:
    """The UIDs that are not to be seen in a mailbox any more, though the server still has them there."""
    return frozenset(connection.integers(f"SELECT h.uid {_AT} AND h.leaves", mailbox))


def as_held(connection: Connection, mailbox: int, headers: Sequence[Header]) -> Sequence[Header]:
    """Messages as the server tells of them → those that are to be seen, as they will be."""
    gone = leaving(connection, mailbox)
    told = {header.uid: header.flags for header in headers}
    flags = with_held_flags(connection, mailbox, told)
    if not gone and flags is told:
        return headers
    return [replace(each, flags=flags[each.uid]) for each in headers if each.uid not in gone]


def with_held_flags(
    connection: Connection, mailbox: int, flags: Mapping[int, frozenset[str]]
) -> Mapping[int, frozenset[str]]:
    """Flags by UID as the server tells them → as they will be when it has done what waits."""
    marks = connection.rows(f"SELECT h.uid, h.added, h.removed {_AT} AND NOT h.leaves ORDER BY h.step", mailbox)
    if not marks:
        return flags
    shown = dict(flags)
    for uid, added, removed in marks:
        if uid in shown:
            shown[uid] = (shown[uid] | set(added.split())) - set(removed.split())
    return shown


def with_held_mailboxes(connection: Connection, account: str, listed: Sequence[Mailbox]) -> list[Mailbox]:
    """The mailboxes as the server lists them → as they will be."""
    shown = {mailbox.wire_name: mailbox for mailbox in listed}
    rows = connection.rows(
        "SELECT doing, wire_name, target FROM held_mailboxes WHERE account = ? ORDER BY step", account
    )
    for row in rows:
        _change(connection, account, shown, row)
    return list(shown.values())


def _change(connection: Connection, account: str, shown: dict[str, Mailbox], row: Row) -> None:
    doing, wire_name, target = row
    match Doing(doing):
        case Doing.CREATE if wire_name not in shown:
            if (made := _known_as(connection, account, wire_name)) is not None:
                shown[wire_name] = made
        case Doing.REMOVE:
            shown.pop(wire_name, None)
        case Doing.RENAME:
            for mailbox in list(shown.values()):
                new = after_renaming(mailbox, wire_name, target)
                if new and (known := _known_as(connection, account, new)) is not None:
                    del shown[mailbox.wire_name]
                    shown[new] = replace(known, role=mailbox.role)
        case _:
            pass


def _known_as(connection: Connection, account: str, wire_name: str) -> Mailbox | None:
    row = connection.one(
        "SELECT name, delimiter FROM mailboxes WHERE account = ? AND wire_name = ?", account, wire_name
    )
    return Mailbox(id=0, account=account, name=row[0], wire_name=wire_name, delimiter=row[1]) if row else None


def after_renaming(mailbox: Mailbox, old: str, new: str) -> str | None:
    """What a mailbox is called after `old` became `new`: those below it go along (RFC 3501 §6.3.5). None: as before."""
    if mailbox.wire_name == old:
        return new
    below = f"{old}{mailbox.delimiter}"
    if not mailbox.delimiter or not mailbox.wire_name.startswith(below):
        return None
    return f"{new}{mailbox.delimiter}{mailbox.wire_name.removeprefix(below)}"
