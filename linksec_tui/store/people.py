"""Who stands behind the addresses: names, groups, and what letters to them or to their domain ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from linksec_tui.model.address import Address
from linksec_tui.model.contact import Contact, Person
from linksec_tui.model.letter import Requirement
from linksec_tui.store import contacts
from linksec_tui.store.connection import Connection, Row

_PERSON = "SELECT id, uid, name, note, requirement FROM people"


def read_all(connection: Connection, limit: int) -> tuple[Person, ...]:
    """Everybody who has an address, in the order of their names."""
    found: dict[str, list[Contact]] = defaultdict(list)
    columns = f"person, {contacts.COLUMNS}"
    for person, *row in connection.rows(f"SELECT {columns} FROM contacts ORDER BY {contacts.BEST_FIRST}"):  # noqa: S608 - our own names
        found[person].append(contacts.contact_of(tuple(row)))
    groups: dict[str, list[str]] = defaultdict(list)
    for person, name in connection.rows("SELECT person, name FROM people_groups ORDER BY name"):
        groups[person].append(name)
    people = [
        _person(row, found[row[0]], groups.get(row[0], ())) for row in connection.rows(_PERSON) if row[0] in found
    ]
    return tuple(sorted(people, key=lambda person: (person.shown.casefold(), person.id))[:limit])


def read_person(connection: Connection, identity: str) -> Person | None:
    row = connection.one(f"{_PERSON} WHERE id = ?", identity)
    if row is None:
        return None
    addresses = connection.rows(
        f"SELECT {contacts.COLUMNS} FROM contacts WHERE person = ? ORDER BY {contacts.BEST_FIRST}",  # noqa: S608 - our own names
        identity,
    )
    groups = connection.rows("SELECT name FROM people_groups WHERE person = ? ORDER BY name", identity)
    return _person(row, map(contacts.contact_of, addresses), [name for (name,) in groups])


def person_of(connection: Connection, address: Address) -> Person | None:
    """Who has this address."""
    row = connection.one("SELECT person FROM contacts WHERE address = ?", contacts.key_of(address))
    return read_person(connection, row[0]) if row else None


def write(connection: Connection, people: Iterable[Person]) -> None:
    """Keep them exactly as they are here: an address that somebody has no more is gone, unless another has it now."""
    with connection.transaction():
        for person in people:
            _write(connection, person)
        _sweep(connection)


def forget(connection: Connection, people: Iterable[str]) -> None:
    """Nothing is known of them any more."""
    with connection.transaction():
        for identity in people:
            connection.execute("DELETE FROM contacts WHERE person = ?", identity)
            connection.execute("DELETE FROM people WHERE id = ?", identity)
        _sweep(connection)


def read_domain_requirements(connection: Connection) -> Mapping[str, Requirement]:
    rows = connection.rows("SELECT domain, requirement FROM domain_requirements")
    return {domain: Requirement(requirement) for domain, requirement in rows}


def write_domain_requirement(connection: Connection, domain: str, requirement: Requirement | None) -> None:
    """What letters to this domain ask for; None takes it back."""
    with connection.transaction():
        if requirement is None:
            connection.execute("DELETE FROM domain_requirements WHERE domain = ?", domain)
        else:
            connection.execute(
                "INSERT OR REPLACE INTO domain_requirements (domain, requirement) VALUES (?, ?)",
                *(domain, requirement.value),
            )
        contacts.mark_changed(connection)


def _write(connection: Connection, person: Person) -> None:
    requirement = person.requirement.value if person.requirement else ""
    connection.execute(
        """INSERT INTO people (id, uid, name, note, requirement) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE
           SET uid = excluded.uid, name = excluded.name, note = excluded.note, requirement = excluded.requirement""",
        *(person.id, person.uid, person.name, person.note, requirement),
    )
    connection.execute("DELETE FROM people_groups WHERE person = ?", person.id)
    connection.execute_many(
        "INSERT INTO people_groups (person, name) VALUES (?, ?)", [(person.id, name) for name in set(person.groups)]
    )
    held = {contacts.key_of(each.address) for each in person.contacts}
    for (address,) in connection.rows("SELECT address FROM contacts WHERE person = ?", person.id):
        if address not in held:
            connection.execute("DELETE FROM contacts WHERE address = ?", address)
    for each in person.contacts:
        contacts.write_contact(connection, replace(each, name=each.name or person.name), person.id)


def _sweep(connection: Connection) -> None:
    """Nobody stays whose last address went to somebody else."""
    connection.execute("DELETE FROM people WHERE NOT EXISTS (SELECT 1 FROM contacts WHERE person = people.id)")
    contacts.mark_changed(connection)


def _person(row: Row, addresses: Iterable[Contact], groups: Iterable[str]) -> Person:
    identity, uid, name, note, requirement = row
    return Person(
        id=identity,
        uid=uid,
        name=name,
        note=note,
        requirement=Requirement(requirement) if requirement else None,
        contacts=tuple(addresses),
        groups=tuple(groups),
    )
