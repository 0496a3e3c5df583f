"""Which letters a mailbox holds already, told by what does not change when one is filed again."""

from __future__ import annotations

from datetime import datetime

from linksec_tui.store.codec import moment
from linksec_tui.store.connection import Connection


def letter_key(message_id: str, sender: str, subject: str, at: datetime) -> str:
    """Its Message-ID; where it has none, who wrote what when, to the second as IMAP keeps it."""
    return message_id or f"{int(at.timestamp())} {sender.casefold()} {subject}"


def known_letters(connection: Connection, mailbox: int) -> set[str]:
    """The keys of everything in a mailbox."""
    rows = connection.rows(
        "SELECT message_id, sender_address, subject, received_at FROM messages WHERE mailbox = ?", mailbox
    )
    return {letter_key(message_id, sender, subject, moment(at)) for message_id, sender, subject, at in rows}
