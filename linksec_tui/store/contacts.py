"""People whom letters were sent to, and the completion of what somebody types."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from linksec_tui.model.address import Address, Recipient
from linksec_tui.model.contact import Contact
from linksec_tui.store.codec import micros, moment
from linksec_tui.store.connection import Connection, Row

_CONTACT = "SELECT local, domain, name, last_written_at, times_written FROM contacts"


def note_written(connection: Connection, recipients: Iterable[Recipient], now: datetime) -> None:
    """Remember whom a letter went to; a name that was given stays when the next letter gives none."""
    with connection.transaction():
        for recipient in recipients:
            _note(connection, recipient, now)


def complete(connection: Connection, typed: str, limit: int) -> tuple[Contact, ...]:
    """Those with a word of the name, the address or its domain that begins as `typed`; the most written to first."""
    if not typed.strip():
        return ()
    pattern = "% " + _folded(typed).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = connection.rows(
        f"{_CONTACT} WHERE words LIKE ? ESCAPE '\\' ORDER BY times_written DESC, last_written_at DESC, address LIMIT ?",
        *(pattern, limit),
    )
    return tuple(map(_contact, rows))


def read_all(connection: Connection, limit: int) -> tuple[Contact, ...]:
    """Everybody, the most written to first."""
    rows = connection.rows(f"{_CONTACT} ORDER BY times_written DESC, last_written_at DESC, address LIMIT ?", limit)
    return tuple(map(_contact, rows))


def read_contact(connection: Connection, address: Address) -> Contact | None:
    row = connection.one(f"{_CONTACT} WHERE address = ?", str(address).casefold())
    return _contact(row) if row else None


def has_address(connection: Connection, address: str) -> bool:
    """Was ever a letter sent to it? The address is as somebody wrote it."""
    return connection.one("SELECT 1 FROM contacts WHERE address = ?", address.casefold()) is not None


def named(connection: Connection, name: str, limit: int) -> tuple[Contact, ...]:
    """Those who are known by exactly this name, however it is spaced or capitalised."""
    folded = _folded(name)
    if not folded:
        return ()
    pattern = " " + folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + " %"
    rows = connection.rows(f"{_CONTACT} WHERE words LIKE ? ESCAPE '\\'", pattern)
    return tuple(each for each in map(_contact, rows) if _folded(each.name) == folded)[:limit]


def domains(connection: Connection, limit: int) -> tuple[str, ...]:
    """The domains that letters went to, the most familiar first."""
    rows = connection.rows(
        "SELECT domain FROM contacts GROUP BY domain ORDER BY sum(times_written) DESC, domain LIMIT ?", limit
    )
    return tuple(row[0] for row in rows)


def _note(connection: Connection, recipient: Recipient, now: datetime) -> None:
    before = read_contact(connection, recipient.address)
    name = recipient.name or (before.name if before else "")
    connection.execute(
        """INSERT INTO contacts (address, local, domain, name, last_written_at, times_written, words)
           VALUES (?, ?, ?, ?, ?, 1, ?)
           ON CONFLICT (address) DO UPDATE
           SET local = excluded.local, name = excluded.name, last_written_at = excluded.last_written_at,
               times_written = times_written + 1, words = excluded.words""",
        *(str(recipient.address).casefold(), recipient.address.local, recipient.address.domain, name, micros(now)),
        _words(recipient.address, name),
    )


def _words(address: Address, name: str) -> str:
    return " " + _folded(f"{name} {address} {address.domain}")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _contact(row: Row) -> Contact:
    local, domain, name, last_written_at, times_written = row
    return Contact(
        address=Address(local, domain), name=name, last_written_at=moment(last_written_at), times_written=times_written
    )
