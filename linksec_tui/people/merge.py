"""Two of one person made one, and cards that come in put to whom they belong. Pure.

Who was here before stays: an import adds to somebody, and takes nothing from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from linksec_tui.model.address import Address
from linksec_tui.model.contact import MAX_ADDRESSES, MAX_GROUPS, MAX_NOTE, Contact, PeopleImported, Person
from linksec_tui.people.card import Card, Cards


def merged(people: Sequence[Person]) -> Person:
    """One person with everything of all of them; the first one's name stands, the strictest demand is kept."""
    first = people[0]
    contacts = {each.address: each for person in people for each in person.contacts}
    demands = [person.requirement for person in people if person.requirement is not None]
    notes = dict.fromkeys(person.note for person in people if person.note)
    return replace(
        first,
        name=next((person.name for person in people if person.name), ""),
        contacts=tuple(contacts.values())[:MAX_ADDRESSES],
        groups=tuple(sorted({name for person in people for name in person.groups}))[:MAX_GROUPS],
        requirement=max(demands, default=None),
        note="\n".join(notes)[:MAX_NOTE],
        uid=next((person.uid for person in people if person.uid), ""),
    )


def parted(person: Person, address: Address, identity: str) -> tuple[Person, ...]:
    """The person without that address, and somebody new who has it; the demand goes with both."""
    going = [each for each in person.contacts if each.address == address]
    staying = tuple(each for each in person.contacts if each.address != address)
    if not going or not staying:
        return (person,)
    new = Person(id=identity, name=going[0].name, contacts=tuple(going), requirement=person.requirement)
    return replace(person, contacts=staying), new


def preferred(person: Person, address: Address) -> Person:
    """With this address as the one to write to; the others are none any more."""
    marked = [replace(each, favourite=each.address == address) for each in person.contacts]
    return replace(person, contacts=tuple(sorted(marked, key=lambda each: not each.favourite)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Whom an import changes or adds, and what came of it in numbers."""

    people: tuple[Person, ...]
    told: PeopleImported


def take_in(known: Iterable[Person], cards: Cards, identity: Callable[[], str]) -> Intake:
    """Put each card to the person with its uid or one of its addresses; else it is somebody new."""
    book = _Book(known, identity)
    for card in cards.cards:
        if not card.members:
            book.take(card)
    for card in cards.cards:
        book.take_group(card)
    told = replace(book.told(), problems=cards.problems, problem_count=cards.problem_count)
    return Intake(people=tuple(book.touched()), told=told)


class _Book:
    """Everybody, by uid and by address, while cards come in."""

    def __init__(self, known: Iterable[Person], identity: Callable[[], str]) -> None:
        self._identity = identity
        self._before = {person.id: person for person in known}
        self._now = dict(self._before)
        # an id stands for a uid in what we write ourselves
        self._by_uid = {uid: person.id for person in self._before.values() for uid in (person.uid, person.id) if uid}
        self._by_address = {str(e.address).casefold(): p.id for p in self._before.values() for e in p.contacts}
        self._without = 0
        self._seen: set[str] = set()

    def take(self, card: Card) -> None:
        if not card.addresses:
            self._without += 1
            return
        person = self._extended(card)
        self._now[person.id] = person
        self._seen.add(person.id)
        if card.uid:
            self._by_uid[card.uid] = person.id
        for each in person.contacts:
            self._by_address[str(each.address).casefold()] = person.id

    def _extended(self, card: Card) -> Person:
        # an address that somebody else has stays theirs: two cards may share one (a couple's, an office's)
        free = [each for each in card.addresses if str(each).casefold() not in self._by_address]
        owner = self._by_uid.get(card.uid) if card.uid else None
        if owner is None:
            owner = next(filter(None, (self._by_address.get(str(each).casefold()) for each in card.addresses)), None)
        new = tuple(Contact(address=each, name=card.name) for each in free)
        if owner is None:
            if len(new) > 1:
                new = (replace(new[0], favourite=True), *new[1:])
            return Person(
                id=self._identity(), uid=card.uid, name=card.name, contacts=new, groups=card.groups, note=card.note
            )
        here = self._now[owner]
        return replace(
            here,
            uid=here.uid or (card.uid if card.uid != here.id else ""),
            name=here.name or card.name,
            contacts=(*here.contacts, *new)[:MAX_ADDRESSES],
            groups=tuple(sorted({*here.groups, *card.groups}))[:MAX_GROUPS],
            note=here.note or card.note,
        )

    def take_group(self, card: Card) -> None:
        """The members of a group's card, as far as they are here."""
        for member in card.members if card.name else ():
            owner = self._by_uid.get(member) or self._by_address.get(member.casefold())
            if owner is not None and card.name not in self._now[owner].groups:
                person = self._now[owner]
                self._now[owner] = replace(person, groups=(*person.groups, card.name)[:MAX_GROUPS])
                self._seen.add(owner)

    def touched(self) -> Iterator[Person]:
        return (person for identity, person in self._now.items() if self._before.get(identity) != person)

    def told(self) -> PeopleImported:
        changed = [person.id for person in self.touched()]
        new = sum(identity not in self._before for identity in changed)
        return PeopleImported(
            new=new,
            changed=len(changed) - new,
            same=len(self._seen) - len(changed),
            without_address=self._without,
        )


def namesakes(people: Iterable[Person]) -> list[tuple[Person, ...]]:
    """Those who bear one name: perhaps one person each, which only the user can tell."""
    found: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        if name := " ".join(person.name.casefold().split()):
            found[name].append(person)
    return [tuple(each) for each in found.values() if len(each) > 1]
