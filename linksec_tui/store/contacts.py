"""Addresses that letters were sent to, or that came with somebody's card. Who stands behind them is `people`'s."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from linksec_tui.model.address import Address, Origin, Recipient
from linksec_tui.model.contact import Contact
from linksec_tui.store.codec import micros, moment
from linksec_tui.store.connection import Connection, Row

COLUMNS = "local, domain, name, last_written_at, times_written, favourite, mailing_list"
BEST_FIRST = "favourite DESC, times_written DESC, last_written_at DESC, address"

_CONTACT = f"SELECT {COLUMNS} FROM contacts"  # noqa: S608 - our own names

# A person who came by a letter has the address for an id; nothing was said of them since, nor a name given, which
# nobody knows any more whether a letter or the person gave.
_KNOWN_BY_IT_ALONE = """
    DELETE FROM contacts WHERE address = ? AND person = address AND times_written = 0 AND NOT favourite
        AND NOT EXISTS (SELECT 1 FROM contacts AS other WHERE other.person = contacts.person
                        AND other.address <> contacts.address)
        AND NOT EXISTS (SELECT 1 FROM people_groups WHERE people_groups.person = contacts.person)
        AND EXISTS (SELECT 1 FROM people WHERE id = contacts.person
                    AND uid = '' AND name = '' AND note = '' AND requirement = '')
"""


def note_written(connection: Connection, recipients: Iterable[Recipient], now: datetime) -> None:
    """Remember whom a letter went to; a name that was given stays when the next letter gives none."""
    with connection.transaction():
        for recipient in recipients:
            _note(connection, recipient, now)
        mark_changed(connection)


def note_taken_back(connection: Connection, addresses: Iterable[str]) -> None:
    """As if the letter had not been written: whoever was known by it alone is not known any more."""
    with connection.transaction():
        for key in map(str.casefold, addresses):
            connection.execute(
                "UPDATE contacts SET times_written = times_written - 1 WHERE address = ? AND times_written > 0", key
            )
            connection.execute(_KNOWN_BY_IT_ALONE, key)
            connection.execute(
                "DELETE FROM people WHERE id = ? AND NOT EXISTS (SELECT 1 FROM contacts WHERE person = id)", key
            )
        mark_changed(connection)


def read_all(connection: Connection, limit: int) -> tuple[Contact, ...]:
    """Every address, the most written to first."""
    rows = connection.rows(f"{_CONTACT} ORDER BY times_written DESC, last_written_at DESC, address LIMIT ?", limit)
    return tuple(map(contact_of, rows))


def read_contact(connection: Connection, address: Address) -> Contact | None:
    row = connection.one(f"{_CONTACT} WHERE address = ?", key_of(address))
    return contact_of(row) if row else None


def mark_changed(connection: Connection) -> None:
    """Whoever has the address book in memory must read it again."""
    connection.execute("UPDATE people_changes SET number = number + 1")


def changes(connection: Connection) -> int:
    return connection.number("SELECT number FROM people_changes")


def key_of(address: Address) -> str:
    return str(address).casefold()


def contact_of(row: Row) -> Contact:
    """From a row of `COLUMNS`."""
    local, domain, name, last_written_at, times_written, favourite, mailing_list = row
    return Contact(
        address=Address(local, domain),
        name=name,
        last_written_at=moment(last_written_at) if times_written else None,
        times_written=times_written,
        favourite=bool(favourite),
        mailing_list=bool(mailing_list),
    )


def write_contact(connection: Connection, contact: Contact, person: str) -> None:
    """An address of somebody's card; how often it was written to stays."""
    connection.execute(
        """INSERT INTO contacts (address, local, domain, name, last_written_at, times_written, words, person,
                                 favourite, mailing_list)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (address) DO UPDATE
           SET name = excluded.name, words = excluded.words, person = excluded.person,
               favourite = excluded.favourite, mailing_list = excluded.mailing_list""",
        *(key_of(contact.address), contact.address.local, contact.address.domain, contact.name),
        *(micros(contact.last_written_at) if contact.last_written_at else 0, contact.times_written),
        *(_words(contact.address, contact.name), person, contact.favourite, contact.mailing_list),
    )


def _note(connection: Connection, recipient: Recipient, now: datetime) -> None:
    key = key_of(recipient.address)
    before = read_contact(connection, recipient.address)
    name = recipient.name or (before.name if before else "")
    listed = recipient.origin is Origin.LIST
    connection.execute(
        """INSERT INTO contacts (address, local, domain, name, last_written_at, times_written, words, person,
                                 mailing_list)
           VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)
           ON CONFLICT (address) DO UPDATE
           SET local = excluded.local, name = excluded.name, last_written_at = excluded.last_written_at,
               times_written = times_written + 1, words = excluded.words,
               mailing_list = max(mailing_list, excluded.mailing_list)""",
        *(key, recipient.address.local, recipient.address.domain, name, micros(now)),
        *(_words(recipient.address, name), key, listed),
    )
    connection.execute(
        """INSERT INTO people (id, name) SELECT person, name FROM contacts WHERE address = ?
           ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE name = ''""",
        key,
    )


def _words(address: Address, name: str) -> str:
    return " " + _folded(f"{name} {address} {address.domain}")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
