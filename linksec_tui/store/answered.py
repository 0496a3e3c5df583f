"""Whom the user has answered, as the mail on this machine tells it: those whose messages have the flag \\Answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linksec_tui.model.message import Flag
from linksec_tui.store.codec import moment
from linksec_tui.store.connection import Connection

# A name that comes with a newer message is the better one: SQLite takes it from the row that has the maximum.
_ANSWERED = """
    SELECT sender_address, sender_name, count(*), max(received_at) FROM messages
    WHERE flags <> '' AND instr(flags, ?) AND sender_address <> ''
    GROUP BY sender_address COLLATE NOCASE ORDER BY max(received_at) DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Somebody whose messages were answered: as they call themselves, how many of them, and when the last one came."""

    address: str
    name: str
    times: int
    last_at: datetime


def answered(connection: Connection, limit: int) -> tuple[Answered, ...]:
    """The latest first."""
    rows = connection.rows(_ANSWERED, Flag.ANSWERED, limit)
    return tuple(
        Answered(address=address, name=name, times=times, last_at=moment(last_at))
        for address, name, times, last_at in rows
    )
