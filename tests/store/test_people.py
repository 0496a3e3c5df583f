"""People in desk.db: written, merged, forgotten, and made of the contacts of an older file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from linksec_tui.model.address import Address, Origin, Recipient
from linksec_tui.model.contact import Contact, Person
from linksec_tui.model.letter import Requirement
from linksec_tui.store import contacts, people
from linksec_tui.store.connection import Connection
from linksec_tui.store.migrations import Schema, steps_of
from linksec_tui.store.vault import Opening, Vault, open_with

ANNA, WORK = Address("anna", "bank.example"), Address("a.bank", "office.example")
PERSON = Person(
    id="1", name="Anna Bank", uid="u-1", note="met in Rome", requirement=Requirement.ENFORCED,
    groups=("Board", "Choir"),
    contacts=(Contact(address=ANNA, name="Anna", favourite=True), Contact(address=WORK, name="A. Bank")),
)  # fmt: skip


def test_a_person_comes_back_as_written(desk: Vault) -> None:
    desk.do(people.write, [PERSON])
    assert desk.do(people.read_all, 10) == (PERSON,)
    assert desk.do(people.person_of, Address("ANNA", "bank.example")) == PERSON


def test_whoever_is_written_to_becomes_a_person_and_somebody_known_stays_who_they_are(
    desk: Vault, now: datetime
) -> None:
    desk.do(people.write, [PERSON])
    desk.do(
        contacts.note_written,
        [Recipient(address=WORK), Recipient(address=Address("bob", "x.example"), name="Bob")],
        now,
    )
    anna, bob = desk.do(people.read_all, 10)
    assert (bob.name, bob.times_written) == ("Bob", 1)
    assert (anna.id, anna.name, anna.times_written, anna.last_written_at) == ("1", "Anna Bank", 1, now)


def test_a_letter_that_was_taken_back_takes_nobody_away_whom_somebody_named(desk: Vault, now: datetime) -> None:
    named, typed = Address("anna", "x.example"), Address("bob", "x.example")
    desk.do(contacts.note_written, [Recipient(address=named), Recipient(address=typed)], now)
    anna = desk.do(people.person_of, named)
    assert anna is not None
    desk.do(people.write, [replace(anna, name="Anna Weber")])
    desk.do(contacts.note_taken_back, [str(named), str(typed)])
    assert [each.name for each in desk.do(people.read_all, 10)] == ["Anna Weber"]


def test_a_list_that_was_answered_is_remembered_as_one(desk: Vault, now: datetime) -> None:
    desk.do(contacts.note_written, [Recipient(address=ANNA, origin=Origin.LIST)], now)
    desk.do(contacts.note_written, [Recipient(address=ANNA)], now)
    contact = desk.do(contacts.read_contact, ANNA)
    assert contact is not None
    assert contact.mailing_list


def test_an_address_that_is_taken_out_is_gone_and_one_that_moves_keeps_its_letters(desk: Vault, now: datetime) -> None:
    desk.do(contacts.note_written, [Recipient(address=ANNA), Recipient(address=WORK)], now)
    mine = desk.do(people.person_of, ANNA)
    assert mine is not None
    other = desk.do(people.person_of, WORK)
    assert other is not None
    desk.do(people.write, [replace(mine, contacts=(*mine.contacts, *other.contacts))])
    (together,) = desk.do(people.read_all, 10)
    assert together.times_written == 2
    desk.do(people.write, [replace(together, contacts=together.contacts[:1])])
    assert desk.do(contacts.read_contact, together.contacts[1].address) is None


def test_a_person_who_is_forgotten_leaves_nothing(desk: Vault) -> None:
    desk.do(people.write, [PERSON])
    desk.do(people.forget, ["1"])
    assert desk.do(people.read_all, 10) == ()
    assert desk.do(_rows_left) == 0


def _rows_left(connection: Connection) -> int:
    tables = ("contacts", "people_groups", "people")
    return sum(connection.number(f"SELECT count(*) FROM {table}") for table in tables)


def test_every_change_is_counted(desk: Vault, now: datetime) -> None:
    numbers = [desk.do(contacts.changes)]
    desk.do(people.write, [PERSON])
    numbers.append(desk.do(contacts.changes))
    desk.do(contacts.note_written, [Recipient(address=WORK)], now)
    numbers.append(desk.do(contacts.changes))
    desk.do(people.write_domain_requirement, "bank.example", Requirement.VERIFIABLE)
    numbers.append(desk.do(contacts.changes))
    desk.do(people.forget, ["1"])
    numbers.append(desk.do(contacts.changes))
    assert len(set(numbers)) == 5


def test_what_a_domain_asks_for_is_kept_and_taken_back(desk: Vault) -> None:
    desk.do(people.write_domain_requirement, "bank.example", Requirement.VERIFIABLE)
    assert desk.do(people.read_domain_requirements) == {"bank.example": Requirement.VERIFIABLE}
    desk.do(people.write_domain_requirement, "bank.example", None)
    assert desk.do(people.read_domain_requirements) == {}


def test_the_contacts_of_an_older_file_become_people(tmp_path: Path, key: bytes) -> None:
    steps = steps_of(Schema.DESK)

    def note(connection: Connection) -> None:
        connection.execute(
            """INSERT INTO contacts (address, local, domain, name, last_written_at, times_written, words)
               VALUES ('anna@bank.example', 'Anna', 'bank.example', 'Anna Bank', 1000000, 3, ' anna bank')"""
        )

    before = Opening(path=tmp_path / "desk.db", key=key, schema=Schema.DESK, steps=steps[:3])
    with open_with(before) as vault:
        vault.do(note)
    with open_with(replace(before, steps=steps)) as vault:
        (anna,) = vault.do(people.read_all, 10)
    assert (anna.name, anna.times_written, str(anna.contacts[0].address)) == ("Anna Bank", 3, "Anna@bank.example")
