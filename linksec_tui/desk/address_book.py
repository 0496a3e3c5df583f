"""The address book in memory: completion looks into it between two keys, every recipient is compared with it.

Another process may change it (`linksec-tui contacts import` beside an open client), so desk.db is asked for one number
first. Whoever has only been answered so far, with another program perhaps, is offered behind those in the book, and in
nothing else taken for known.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from linksec_tui.desk.drafting import senders
from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.address import Address, parse_address
from linksec_tui.model.contact import Contact, Person, Suggestion
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Requirement
from linksec_tui.people.completion import SHORTEST, Completion, Register
from linksec_tui.people.familiar import Familiar
from linksec_tui.store import contacts, people
from linksec_tui.store.answered import Answered, answered
from linksec_tui.store.connection import Connection

MOST = 100_000  # people: more than anybody writes to
_NOT_READ = -1
_ANSWERED = 2_000  # people
_FRESH = timedelta(minutes=10)  # how long what the mail tells of people is not asked for again


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What stands in desk.db."""

    number: int = _NOT_READ
    people: tuple[Person, ...] = ()
    domains: Mapping[str, Requirement] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True, kw_only=True)
class AddressBook:
    """Everybody, by address, and what is made of them to be found quickly."""

    rooms: Rooms
    people: tuple[Person, ...] = ()
    domains: Mapping[str, Requirement] = field(default_factory=lambda: MappingProxyType({}))
    completion: Completion | None = None
    register: Register = field(default_factory=lambda: Register(()))
    familiar: Familiar = field(default_factory=lambda: Familiar(()))
    _owners: Mapping[str, Person] = field(default_factory=lambda: MappingProxyType({}))
    _contacts: Mapping[str, Contact] = field(default_factory=lambda: MappingProxyType({}))
    _named: Mapping[str, tuple[Address, ...]] = field(default_factory=lambda: MappingProxyType({}))
    _answered: Completion = field(default_factory=lambda: Completion((), datetime.min.replace(tzinfo=UTC)))
    _answered_at: datetime | None = None
    _number: int = _NOT_READ
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self) -> None:
        """As it is now in desk.db."""
        async with self._reading:
            if await self.rooms.desk.run(contacts.changes) != self._number:
                kept = await self.rooms.desk.run(_read)
                await asyncio.to_thread(self._take, kept)

    async def complete(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """Who may be meant, the most familiar first."""
        await self.refresh()
        found = self.completion.find(typed, limit) if self.completion else ()
        if len(found) >= limit or len(typed.strip()) < SHORTEST:
            return found
        await self._look_whom_was_answered()
        others = [
            each
            for each in self._answered.find(typed, limit + len(found))
            if isinstance(each, Contact) and self.contact(each.address) is None
        ]
        return (*found, *others)[:limit]

    async def _look_whom_was_answered(self) -> None:
        now = self.rooms.clock()
        if self._answered_at is None or not self._answered_at <= now < self._answered_at + _FRESH:
            found = await self.rooms.mail.ask(answered, _ANSWERED)
            self._answered = await asyncio.to_thread(Completion, list(self._people_of(found)), now)
            self._answered_at = now  # not before: the next key may have ended this

    def _people_of(self, found: Iterable[Answered]) -> Iterator[Person]:
        own = {contacts.key_of(each.address) for account in self.rooms.config.accounts for each in senders(account)}
        for each in found:
            with suppress(BadInput):  # a sender may write anything there
                address = parse_address(each.address)
                if contacts.key_of(address) not in own:
                    contact = Contact(
                        address=address, name=each.name, times_written=each.times, last_written_at=each.last_at
                    )
                    yield Person(id=str(address), name=each.name, contacts=(contact,))

    def owner(self, address: Address) -> Person | None:
        """Who has this address."""
        return self._owners.get(contacts.key_of(address))

    def contact(self, address: Address) -> Contact | None:
        return self._contacts.get(contacts.key_of(address))

    def named(self, name: str) -> tuple[Address, ...]:
        """The addresses that a name is known with, the person's own among them, however it is spaced or capitalised."""
        return self._named.get(_folded(name), ())

    def _take(self, kept: _Kept) -> None:
        identities = [each for account in self.rooms.config.accounts for each in senders(account)]
        own = [each.address for each in identities]
        everybody = [(person, each) for person in kept.people for each in person.contacts]
        self.register = Register(kept.people)
        self.completion = Completion(kept.people, self.rooms.clock())
        self.familiar = Familiar([*own, *(each.address for _, each in everybody)], [address.domain for address in own])
        self._owners = {contacts.key_of(each.address): person for person, each in everybody}
        self._contacts = {contacts.key_of(each.address): each for _, each in everybody}
        self._named = _by_name([*((each.name, each.address) for each in identities), *_names(everybody)])
        self.people, self.domains, self._number = kept.people, kept.domains, kept.number


def _read(connection: Connection) -> _Kept:
    return _Kept(
        number=contacts.changes(connection),
        people=people.read_all(connection, MOST),
        domains=people.read_domain_requirements(connection),
    )


def _names(everybody: Iterable[tuple[Person, Contact]]) -> Iterator[tuple[str, Address]]:
    """A person's name and the one that an address was written to with."""
    for person, contact in everybody:
        yield from ((name, contact.address) for name in dict.fromkeys((person.name, contact.name)))


def _by_name(named: Iterable[tuple[str, Address]]) -> Mapping[str, tuple[Address, ...]]:
    found: dict[str, list[Address]] = defaultdict(list)
    for name, address in named:
        if folded := _folded(name):
            found[folded].append(address)
    return {name: tuple(addresses) for name, addresses in found.items()}


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
