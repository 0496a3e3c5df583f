"""The verbs around people: who is in the address book, who may be meant, who may be somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from linksec_tui.desk import address_files
from linksec_tui.desk.address_book import MOST, AddressBook
from linksec_tui.desk.memory import StoredMemory
from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats import domain_name
from linksec_tui.link.assess import Circumstances, for_person
from linksec_tui.link.explain import explain
from linksec_tui.link.recollect import recollected
from linksec_tui.model.address import Address, Field, Origin, Recipient
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.contact import (
    BookFormat,
    Contact,
    DomainSeen,
    Group,
    PeopleImported,
    Person,
    PersonMark,
    Suggestion,
)
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Requirement
from linksec_tui.people import completion, merge
from linksec_tui.people.pasted import Pasted, read_pasted
from linksec_tui.store import contacts
from linksec_tui.store import people as store

_SUGGESTIONS = 8  # more than a person looks through while typing


def shown_domain(domain: str) -> str:
    """A domain as people read it: U-labels, and a mark where they mix scripts."""
    return domain_name.domain_name(domain).shown


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The address book of one desk."""

    rooms: Rooms
    memory: StoredMemory
    book: AddressBook

    # Who there is

    async def everybody(self) -> tuple[Person, ...]:
        """In the order of their names."""
        await self.book.refresh()
        return self.book.people

    async def found(self, pattern: str, group: str = "") -> tuple[Person, ...]:
        """Those of the group with words that begin as each of the pattern; everybody where both are empty."""
        await self.book.refresh()
        return tuple(person for person in self.book.register.find(pattern) if not group or group in person.groups)

    async def contacts(self) -> tuple[Contact, ...]:
        """Every address, the most familiar first."""
        return await self.rooms.desk.run(contacts.read_all, MOST)

    async def groups(self) -> tuple[Group, ...]:
        return completion.groups(await self.everybody())

    async def complete(self, typed: str) -> tuple[Suggestion, ...]:
        """People and groups with a word that begins as each of the typed ones, the most familiar first."""
        return await self.book.complete(typed, _SUGGESTIONS)

    async def domain_requirements(self) -> Mapping[str, Requirement]:
        await self.book.refresh()
        return self.book.domains

    async def seen(self, domains: Iterable[str]) -> Mapping[str, DomainSeen]:
        """What is remembered of each domain. Nobody is asked."""
        now = self.rooms.clock()
        return {each: recollected(each, await self.memory.recall(each), now) for each in dict.fromkeys(domains)}

    async def pasted(self, text: str, field: Field) -> Pasted:
        """Who is in a pasted text, in any form, and what of it could not be read."""
        return await asyncio.to_thread(read_pasted, text, field)

    # What is done with them

    async def add(self, name: str, addresses: Sequence[Address]) -> Person:
        """Somebody new. Raises BadInput where an address is somebody's already."""
        new = tuple(Contact(address=each, name=name) for each in dict.fromkeys(addresses))
        person = Person(id=self.rooms.token(), name=name, contacts=new)
        await self.save(person)
        return person

    async def save(self, person: Person) -> None:
        """Exactly as given. Raises BadInput where it has no address, or one that is somebody else's."""
        await self.book.refresh()
        if not person.contacts:
            raise BadInput("Somebody without an address cannot be written to.", "Give one, or delete the contact.")
        for each in person.contacts:
            owner = self.book.owner(each.address)
            if owner is not None and owner.id != person.id:
                raise BadInput(f"{each.address} belongs to {owner.shown}.", "Merge the two, if they are one.")
        await self._write([person])

    async def merge(self, people: Sequence[Person]) -> Person:
        """One of several; the first one's name stands."""
        together = merge.merged(people)
        await self._write([together])
        return together

    async def part(self, person: Person, address: Address) -> tuple[Person, ...]:
        """The address becomes somebody of its own again."""
        parted = merge.parted(person, address, self.rooms.token())
        await self._write(parted)
        return parted

    async def prefer(self, person: Person, address: Address) -> Person:
        """The address that letters to this person go to."""
        changed = merge.preferred(person, address)
        await self._write([changed])
        return changed

    async def forget(self, people: Iterable[Person]) -> None:
        await self.rooms.desk.run(store.forget, [person.id for person in people])
        await self.rooms.keep_copy()

    async def require_of_domain(self, domain: str, requirement: Requirement | None) -> None:
        """What letters to a domain ask for; None takes it back."""
        await self.rooms.desk.run(store.write_domain_requirement, domain, requirement)
        await self.rooms.keep_copy()

    async def import_path(self, path: Path) -> PeopleImported:
        """A vCard file, a directory of them, or abook's address book. Raises BadInput."""
        return await self._take_in(await asyncio.to_thread(address_files.read_path, path))

    async def import_content(self, content: bytes) -> PeopleImported:
        return await self._take_in(await asyncio.to_thread(address_files.read_content, content))

    async def _take_in(self, cards: merge.Cards) -> PeopleImported:
        known = await self.everybody()
        intake = await asyncio.to_thread(merge.take_in, known, cards, self.rooms.token)
        await self._write(intake.people)
        return intake.told

    async def export(self, form: BookFormat, group: str = "") -> str:
        """Everybody, or a group, as the text of a file."""
        return await asyncio.to_thread(address_files.render, await self.found("", group), form)

    async def export_file(self, path: Path, form: BookFormat, group: str = "") -> int:
        """As `export`, to a new file; how many people. Raises BadInput."""
        people = await self.found("", group)
        await asyncio.to_thread(address_files.write_file, address_files.render(people, form), path)
        return len(people)

    async def export_directory(self, path: Path, form: BookFormat, group: str = "") -> int:
        """A card a file, as khard keeps them; how many. Nothing that stands there is overwritten. Raises BadInput."""
        return await asyncio.to_thread(address_files.write_directory, await self.found("", group), path, form)

    async def _write(self, people: Sequence[Person]) -> None:
        await self.rooms.desk.run(store.write, people)
        await self.rooms.keep_copy()

    # What letters to them ask for

    async def requirement_for(self, default: Requirement, recipients: Iterable[Recipient]) -> Requirement:
        """What a letter to these asks for unasked: of each the person's, else the domain's, else the sender's default;
        of all the strictest."""
        await self.book.refresh()
        found = [self._wanted(recipient.address) or default for recipient in recipients]
        return max(found, default=default)

    def _wanted(self, address: Address) -> Requirement | None:
        owner = self.book.owner(address)
        if owner is not None and owner.requirement is not None:
            return owner.requirement
        return self.book.domains.get(address.domain)

    # Who they may be instead

    async def marks(self, recipients: Sequence[Recipient]) -> Mapping[Address, PersonMark]:
        """Those of whom something is to be said before they are written to (link-security.md §2.4)."""
        await self.book.refresh()
        return await asyncio.to_thread(self._marks, recipients)

    def _marks(self, recipients: Sequence[Recipient]) -> Mapping[Address, PersonMark]:
        marks = {recipient.address: self._mark(recipient) for recipient in recipients}
        return {address: mark for address, mark in marks.items() if mark}

    def _mark(self, recipient: Recipient) -> PersonMark:
        contact = self.book.contact(recipient.address)
        if recipient.origin is Origin.LIST or (contact is not None and contact.mailing_list):
            return PersonMark(mailing_list=True)
        if recipient.origin is Origin.REPLY_TO:
            return PersonMark(doubt="The letter that you answer says it is from elsewhere, and asks for answers here.")
        meant = self.book.familiar.taken_for(recipient.address)
        return PersonMark(doubt=f"It looks like {meant}, which you know, and is another place." if meant else "")

    def judged(self, assessment: Assessment, mark: PersonMark | None) -> Assessment:
        """The domain's assessment for one of its addresses."""
        if not mark:
            return assessment
        circumstances = Circumstances(mailing_list=mark.mailing_list, not_who_you_think=bool(mark.doubt))
        told = explain(for_person(assessment, circumstances))
        worded = [
            replace(warning, text=f"This may not be who you think. {mark.doubt}")
            if warning.code == "not-who-you-think"
            else warning
            for warning in told.warnings
        ]
        return replace(told, warnings=tuple(worded))

    async def personal(
        self, recipients: Sequence[Recipient], assessments: Mapping[str, Assessment]
    ) -> Mapping[str, Assessment]:
        """With an assessment by address, too, for everybody of whom something is to be said."""
        marks = await self.marks(recipients)
        own = {
            str(address): self.judged(assessments[address.domain], mark)
            for address, mark in marks.items()
            if address.domain in assessments
        }
        return {**assessments, **own}

    async def others_of(self, address: Address) -> tuple[Address, ...]:
        """The same person's other addresses, the one to write to first."""
        await self.book.refresh()
        owner = self.book.owner(address)
        return tuple(each.address for each in owner.contacts if each.address != address) if owner else ()
