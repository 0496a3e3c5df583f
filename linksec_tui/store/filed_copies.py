"""Where our copies in Sent are, for as long as a server may still file one of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from linksec_tui.model.filing import Landing
from linksec_tui.store.codec import micros
from linksec_tui.store.connection import Connection

EXPECTED_WITHIN = timedelta(days=1)  # servers that file by themselves do so in seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledCopy:
    """One letter's copy."""

    account: str
    message_id: str
    landing: Landing


def note(connection: Connection, copy: FiledCopy, now: datetime) -> None:
    """From now on it is ours; older ones have nothing to fear any more."""
    connection.execute("DELETE FROM filed_copies WHERE filed_at < ?", micros(now - EXPECTED_WITHIN))
    at = copy.landing
    connection.execute(
        "INSERT OR REPLACE INTO filed_copies VALUES (?, ?, ?, ?, ?, ?)",
        *(copy.account, copy.message_id, at.wire_name, at.uidvalidity, at.uid, micros(now)),
    )


def every(connection: Connection) -> dict[tuple[str, str], FiledCopy]:
    """By account and Message-ID."""
    rows = connection.rows("SELECT account, message_id, wire_name, uidvalidity, uid FROM filed_copies")
    return {
        (account, message_id): FiledCopy(
            account=account,
            message_id=message_id,
            landing=Landing(wire_name=wire_name, uidvalidity=uidvalidity, uid=uid),
        )
        for account, message_id, wire_name, uidvalidity, uid in rows
    }


def forget(connection: Connection, copy: FiledCopy) -> None:
    connection.execute("DELETE FROM filed_copies WHERE account = ? AND message_id = ?", copy.account, copy.message_id)
