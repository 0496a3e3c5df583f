"""What was looked up about a message's sender, on the day when somebody asked: it cannot be had again (desk.db).

Under the digest of its octets: so it is found again after the mailbox was fetched anew, and wherever the message is.
"""

from __future__ import annotations

import hashlib

from linksec_tui.model.sender import OwnCheck
from linksec_tui.store.codec import decode, encode
from linksec_tui.store.connection import Connection

MOST = 20_000  # each is a key pressed; the oldest go


def digest(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def write_verdict(connection: Connection, message: bytes, check: OwnCheck) -> None:
    with connection.transaction():
        connection.execute("DELETE FROM sender_verdicts WHERE message = ?", message)
        connection.execute("INSERT INTO sender_verdicts (message, found) VALUES (?, ?)", message, encode(check))
        connection.execute(
            "DELETE FROM sender_verdicts WHERE number <= (SELECT max(number) FROM sender_verdicts) - ?", MOST
        )


def read_verdict(connection: Connection, message: bytes) -> OwnCheck | None:
    row = connection.one("SELECT found FROM sender_verdicts WHERE message = ?", message)
    return decode(OwnCheck, row[0]) if row else None
