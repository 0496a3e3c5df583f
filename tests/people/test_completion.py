"""Completion: beginnings of words find people and groups, the familiar ones first, however many there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linksec_tui.model.address import Address
from linksec_tui.model.contact import Contact, Group, Person
from linksec_tui.people.completion import Completion, groups

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def somebody(address: str, name: str = "", *, times: int = 0, days: int = 0, **more: object) -> Person:
    local, _, domain = address.partition("@")
    written = NOW - days * DAY if times else None
    favourite = bool(more.pop("favourite", False))
    contact = Contact(address=Address(local, domain), times_written=times, last_written_at=written, favourite=favourite)
    return Person(id=address, name=name, contacts=(contact,), **more)  # pyright: ignore[reportArgumentType]  # test data


PEOPLE = (
    somebody("bob@bank.example", "Bob Builder", times=1),
    somebody("carol@club.example", times=2),
    somebody("zoë_1@club.example", "Zoë Über-Straße", times=1),
    somebody("j.mueller@xn--bcher-kva.example", "Jürgen Müller"),
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("bo", ["bob"]),
        ("BUILD", ["bob"]),
        ("bob b", ["bob"]),
        ("builder bob", ["bob"]),
        ("carol@club", ["carol"]),
        ("club", ["carol", "zoë_1"]),
        ("über-strasse", ["zoë_1"]),
        ("uber", ["zoë_1"]),
        ("zoe", ["zoë_1"]),
        ("muller", ["j.mueller"]),
        ("bücher", ["j.mueller"]),
        ("mueller", ["j.mueller"]),
        ("ilder", []),
        ("b", []),
        ("", []),
        ("  ", []),
        ("%%", []),
        ("bo" * 500, []),
    ],
)
def test_beginnings_of_words_find_people(typed: str, found: list[str]) -> None:
    contacts = Completion(PEOPLE, NOW).find(typed, 10)
    assert [each.address.local for each in contacts if isinstance(each, Contact)] == found


def test_the_familiar_come_first_by_how_often_and_how_lately() -> None:
    people = (
        somebody("ann.never@x.example"),
        somebody("ann.once@x.example", times=1, days=1),
        somebody("ann.often-long-ago@x.example", times=40, days=720),
        somebody("ann.often@x.example", times=9, days=30),
        somebody("ann.star@x.example", favourite=True),
    )
    found = Completion(people, NOW).find("ann", 10)
    order = [each.address.local for each in found if isinstance(each, Contact)]
    assert order == ["ann.star", "ann.often", "ann.once", "ann.often-long-ago", "ann.never"]
    assert len(Completion(people, NOW).find("ann", 2)) == 2


def test_a_group_is_offered_before_people_with_the_address_to_write_to_of_each() -> None:
    members = tuple(somebody(f"m{n}@choir.example", groups=("Choir",)) for n in range(3))
    (group, *people) = Completion(members, NOW).find("choir", 10)
    assert isinstance(group, Group)
    assert (group.name, len(group.members), len(people)) == ("Choir", 3, 3)
    assert groups(members) == (group,)


def test_the_name_in_the_address_book_is_the_one_that_is_offered() -> None:
    contact = Contact(address=Address("a", "b.example"), name="annie77")
    person = Person(id="1", name="Anna Bank", contacts=(contact,))
    found = Completion([person], NOW).find("annie", 1)
    assert isinstance(found[0], Contact)
    assert found[0].name == "Anna Bank"
