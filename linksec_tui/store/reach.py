"""How far each mailbox is known, and what the server tells of it that is not about one message.

Everything is written together with the numbering that it belongs to: where the server has renumbered the mailbox in
between, or somebody has deleted it, what was meant for the old one is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linksec_tui.store import held, messages
from linksec_tui.store.connection import Connection

AT_ONCE = 500  # messages: a few hundredths of a second, then the store is somebody else's for a while


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`uidnext`: everything below it is here, or was; 0 where it never was so. `total` counts what the server has."""

    uidvalidity: int
    uidnext: int
    modseq: int
    total: int
    highest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What became of messages: ranges of UIDs that went, and flags by UID."""

    gone: Sequence[messages.UidRange] = ()
    flags: Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of a piece of a delta; `left` is to be written next."""

    changed: bool
    left: Delta | None = None


def read_reach(connection: Connection, mailbox: int) -> Reach | None:
    """None where there is no such mailbox any more."""
    row = connection.one("SELECT uidvalidity, uidnext, modseq FROM mailboxes WHERE id = ?", mailbox)
    if row is None:
        return None
    uidvalidity, uidnext, modseq = row
    here = connection.number("SELECT count(*) FROM messages WHERE mailbox = ? AND uid > 0", mailbox)
    return Reach(
        uidvalidity=uidvalidity,
        uidnext=uidnext,
        modseq=modseq,
        total=here + len(held.leaving(connection, mailbox)),
        highest=connection.number("SELECT max(uid) FROM messages WHERE mailbox = ? AND uid > 0", mailbox),
    )


def write_modseq(connection: Connection, mailbox: int, uidvalidity: int, modseq: int) -> None:
    """Of all messages that are here, every change up to `modseq` is known."""
    connection.execute("UPDATE mailboxes SET modseq = ? WHERE id = ? AND uidvalidity = ?", modseq, mailbox, uidvalidity)


def write_complete(connection: Connection, mailbox: int, uidvalidity: int, uidnext: int) -> None:
    """Everything below `uidnext` is here, or was and is gone."""
    connection.execute(
        "UPDATE mailboxes SET uidnext = ? WHERE id = ? AND uidvalidity = ?", uidnext, mailbox, uidvalidity
    )


def write_counts(connection: Connection, account: str, counts: Mapping[str, tuple[int, int]]) -> bool:
    """How many messages, and how many of them unread, the server has in mailboxes by their names on the wire; True
    where that changes what is shown."""
    changed = 0
    with connection.transaction():
        for wire_name, (total, unread) in counts.items():
            changed += connection.execute(
                """UPDATE mailboxes SET told_total = ?1, told_unread = ?2
                   WHERE account = ?3 AND wire_name = ?4 AND (told_total <> ?1 OR told_unread <> ?2)""",
                *(total, unread, account, wire_name),
            )
    return bool(changed)


def write_delta(connection: Connection, mailbox: int, uidvalidity: int, delta: Delta) -> Written:
    """A piece of it: others wait for the store, too. What is told once more is no harm."""
    with connection.transaction():
        if connection.number("SELECT uidvalidity FROM mailboxes WHERE id = ?", mailbox) != uidvalidity:
            return Written(changed=False)
        if delta.gone:
            gone, left = messages.remove_ranges(connection, mailbox, delta.gone, AT_ONCE)
            return Written(changed=bool(gone), left=_or_none(Delta(gone=left, flags=delta.flags)))
        told = list(delta.flags.items())
        changed = messages.write_flags(connection, mailbox, dict(told[:AT_ONCE]))
        return Written(changed=bool(changed), left=_or_none(Delta(flags=dict(told[AT_ONCE:]))))


def _or_none(delta: Delta) -> Delta | None:
    return delta if delta.gone or delta.flags else None
