"""Merging, parting and taking in: what was here stays, and nobody is doubled."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.address import Address
from linksec_tui.model.contact import Contact, Person
from linksec_tui.model.letter import Requirement
from linksec_tui.people.card import Card, Cards
from linksec_tui.people.merge import Intake, merged, parted, preferred, take_in


def person(identity: str, *addresses: str, **more: object) -> Person:
    contacts = tuple(Contact(address=Address(*each.split("@"))) for each in addresses)
    return Person(id=identity, contacts=contacts, **more)  # pyright: ignore[reportArgumentType]  # test data


def card(*addresses: str, **more: object) -> Card:
    found = tuple(Address(*each.split("@")) for each in addresses)
    return Card(addresses=found, **{"name": "", **more})  # pyright: ignore[reportArgumentType]  # test data


def taken(known: tuple[Person, ...], *cards: Card) -> Intake:
    numbers = count(100)
    return take_in(known, Cards(cards=cards), lambda: str(next(numbers)))


def addresses(one: Person) -> list[str]:
    return [str(each.address) for each in one.contacts]


def test_the_first_ones_name_stands_and_the_strictest_demand_is_kept() -> None:
    together = merged([
        person("1", "a@x.example", name="Anna", groups=("Choir",), requirement=Requirement.ENCRYPTED, note="one"),
        person("2", "b@x.example", name="A. Bank", groups=("Board",), requirement=Requirement.ENFORCED, note="two"),
    ])  # fmt: skip
    assert (together.id, together.name, together.groups) == ("1", "Anna", ("Board", "Choir"))
    assert together.requirement is Requirement.ENFORCED
    assert (together.note, addresses(together)) == ("one\ntwo", ["a@x.example", "b@x.example"])


def test_an_address_is_parted_and_the_last_one_stays() -> None:
    both = person("1", "a@x.example", "b@x.example", requirement=Requirement.ENFORCED)
    staying, new = parted(both, Address("b", "x.example"), "2")
    assert (addresses(staying), addresses(new), new.id) == (["a@x.example"], ["b@x.example"], "2")
    assert new.requirement is Requirement.ENFORCED
    assert parted(staying, Address("a", "x.example"), "3") == (staying,)


def test_the_preferred_address_comes_first_and_is_the_only_favourite() -> None:
    changed = preferred(person("1", "a@x.example", "b@x.example"), Address("b", "x.example"))
    assert [(str(each.address), each.favourite) for each in changed.contacts] == [
        ("b@x.example", True), ("a@x.example", False),
    ]  # fmt: skip


def test_a_card_goes_to_whom_it_belongs_by_uid_or_address() -> None:
    known = (person("1", "a@x.example", name="Anna", uid="u1"), person("2", "b@x.example"))
    intake = taken(known, card("new@x.example", uid="u1", name="Other"), card("B@x.example", name="Bob"), card())
    assert {each.id: addresses(each) for each in intake.people} == {
        "1": ["a@x.example", "new@x.example"], "2": ["b@x.example"],
    }  # fmt: skip
    assert [each.name for each in intake.people] == ["Anna", "Bob"]
    assert (intake.told.new, intake.told.changed, intake.told.without_address) == (0, 2, 1)


def test_an_address_that_is_somebody_elses_is_not_taken_from_them() -> None:
    known = (person("1", "shared@x.example", uid="u1"),)
    intake = taken(known, card("own@x.example", "shared@x.example", uid="u2", name="Eve"))
    assert {each.id: addresses(each) for each in intake.people} == {"1": ["shared@x.example", "own@x.example"]}


def test_members_of_a_groups_card_join_it_by_uid_and_by_address() -> None:
    known = (person("1", "a@x.example", uid="u1"),)
    group = card(name="Choir", members=("u1", "B@x.example", "nobody"))
    intake = taken(known, group, card("b@x.example", name="Bob"))
    assert [each.groups for each in intake.people] == [("Choir",), ("Choir",)]


ADDRESSES = st.lists(st.sampled_from([f"{name}@x.example" for name in "abcdef"]), max_size=4, unique=True)
CARDS = st.lists(st.tuples(ADDRESSES, st.sampled_from(["", "u1", "u2"])), max_size=6)


@given(CARDS)
def test_the_same_cards_twice_change_nothing_and_no_address_has_two_owners(
    written: list[tuple[list[str], str]],
) -> None:
    cards = [card(*found, uid=uid, name="x") for found, uid in written]
    first = taken((), *cards)
    held = [each for one in first.people for each in addresses(one)]
    assert sorted(held) == sorted(set(held))
    assert set(held) == {each for found, _ in written for each in found}
    assert taken(first.people, *cards).people == ()
