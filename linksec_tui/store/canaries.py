"""Letters to canaries (model/audit.py), until they are sent anew: what came later is still counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linksec_tui.model.address import parse_address
from linksec_tui.model.audit import Breaks, Canary, CanaryLetter, Fate
from linksec_tui.store.codec import micros, moment
from linksec_tui.store.connection import Connection

MAX_DETAIL = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A letter under way: what names it in whatever comes back."""

    account: str
    canary: Canary
    envid: str
    message_id: str
    sent_at: datetime


def write(connection: Connection, sent: Sent) -> None:
    """In the place of an earlier letter to the same canary."""
    connection.execute(
        """INSERT OR REPLACE INTO canaries (account, address, breaks, envid, message_id, sent_at, fate)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        *(sent.account, str(sent.canary.address), sent.canary.breaks.value, sent.envid, sent.message_id),
        *(micros(sent.sent_at), Fate.WAITING.value),
    )


def letters(connection: Connection, account: str) -> tuple[CanaryLetter, ...]:
    rows = connection.rows(
        """SELECT address, breaks, sent_at, fate, fate_at, detail FROM canaries WHERE account = ?
           ORDER BY breaks, address""",
        account,
    )
    return tuple(
        CanaryLetter(
            canary=Canary(address=parse_address(row[0]), breaks=Breaks(row[1])),
            sent_at=moment(row[2]),
            fate=Fate(row[3]),
            fate_at=None if row[4] is None else moment(row[4]),
            detail=row[5],
        )
        for row in rows
    )


def forget(connection: Connection, account: str) -> None:
    connection.execute("DELETE FROM canaries WHERE account = ?", account)


def any_waits(connection: Connection) -> bool:
    return connection.one("SELECT 1 FROM canaries WHERE fate = ? LIMIT 1", Fate.WAITING.value) is not None


def became(connection: Connection, named: str, fate: Fate, detail: str, now: datetime) -> bool:
    """`named`: its ENVID or Message-ID. The first thing that is heard counts, but for bad news after good."""
    changed = connection.execute(
        "UPDATE canaries SET fate = ?, fate_at = ?, detail = ? WHERE ? IN (envid, message_id) AND fate <> ?",
        *(fate.value, micros(now), detail[:MAX_DETAIL], named, Fate.CAME_BACK.value),
    )
    return changed > 0
