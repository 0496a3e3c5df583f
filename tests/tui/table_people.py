"""An address book in memory, for screens shown without a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linksec_tui.model.address import Address, Field, Origin, Recipient
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.contact import (
    BookFormat,
    Contact,
    DomainSeen,
    Group,
    PeopleImported,
    Person,
    PersonMark,
    SeenLine,
    Suggestion,
)
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Requirement
from linksec_tui.people import completion, merge
from linksec_tui.people.pasted import Pasted, read_pasted

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def somebody(number: int, name: str, *addresses: str, **more: object) -> Person:
    contacts = tuple(
        Contact(
            address=Address(*address.split("@")), name=name, favourite=at == 0 and len(addresses) > 1,
            times_written=7 - number if at == 0 else 0, last_written_at=NOON - number * DAY if at == 0 else None,
        )
        for at, address in enumerate(addresses)
    )  # fmt: skip
    return Person(id=str(number), name=name, contacts=contacts, **more)  # pyright: ignore[reportArgumentType]  # test data


PEOPLE = (
    somebody(1, "Anna Bank", "anna@bank.example", "anna@club.example", groups=("Choir",), note="met in Rome"),
    somebody(2, "Carol", "carol@old.example", requirement=Requirement.ENCRYPTED),
    somebody(3, "Jo Club", "jo@club.example", groups=("Choir",)),
    somebody(4, "", "prof@uni.example"),
)
SEEN = {
    "bank.example": DomainSeen(
        domain="bank.example",
        assurance=Assurance.VERIFIABLE,
        lines=(SeenLine(text="mx.bank.example could prove itself (DANE)", at=NOON - DAY, until=NOON + 29 * DAY),),
    ),
    "old.example": DomainSeen(
        domain="old.example",
        assurance=Assurance.EXPOSED,
        lines=(SeenLine(text="mx.old.example did not take TLS", at=NOON - DAY, until=NOON),),
    ),
}


@dataclass
class TablePeople:
    """Answers from its fields, as `desk.people` does; what was done to it stands in `done`."""

    people: tuple[Person, ...] = PEOPLE
    seen_of: Mapping[str, DomainSeen] = field(default_factory=lambda: SEEN)
    marked: dict[str, PersonMark] = field(default_factory=dict[str, PersonMark])
    domains: dict[str, Requirement] = field(default_factory=dict[str, Requirement])
    done: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])

    async def everybody(self) -> tuple[Person, ...]:
        return self.people

    async def found(self, pattern: str, group: str = "") -> tuple[Person, ...]:
        return tuple(each for each in completion.Register(self.people).find(pattern) if group in ("", *each.groups))

    async def contacts(self) -> tuple[Contact, ...]:
        return tuple(each for person in self.people for each in person.contacts)

    async def groups(self) -> tuple[Group, ...]:
        return completion.groups(self.people)

    async def complete(self, typed: str) -> tuple[Suggestion, ...]:
        return completion.Completion(self.people, NOON).find(typed, 8)

    async def domain_requirements(self) -> Mapping[str, Requirement]:
        return self.domains

    async def seen(self, domains: Iterable[str]) -> Mapping[str, DomainSeen]:
        return {each: self.seen_of.get(each, DomainSeen(domain=each)) for each in domains}

    async def pasted(self, text: str, field: Field) -> Pasted:
        return read_pasted(text, field)

    async def add(self, name: str, addresses: Sequence[Address]) -> Person:
        person = Person(id=f"new-{name}", name=name, contacts=tuple(Contact(address=each) for each in addresses))
        await self.save(person)
        return person

    async def save(self, person: Person) -> None:
        if not person.contacts:
            raise BadInput("Somebody without an address cannot be written to.", "Give one, or delete the contact.")
        self._keep([person])

    async def merge(self, people: Sequence[Person]) -> Person:
        together = merge.merged(people)
        gone = {person.id for person in people}
        self.people = tuple(each for each in self.people if each.id not in gone)
        self._keep([together])
        return together

    async def part(self, person: Person, address: Address) -> tuple[Person, ...]:
        parted = merge.parted(person, address, "parted")
        self._keep(parted)
        return parted

    async def prefer(self, person: Person, address: Address) -> Person:
        changed = merge.preferred(person, address)
        self._keep([changed])
        return changed

    async def forget(self, people: Iterable[Person]) -> None:
        gone = {person.id for person in people}
        self.people = tuple(each for each in self.people if each.id not in gone)

    async def require_of_domain(self, domain: str, requirement: Requirement | None) -> None:
        self.done.append(("require", domain, requirement))
        self.domains.pop(domain, None)
        if requirement is not None:
            self.domains[domain] = requirement

    async def import_path(self, path: Path) -> PeopleImported:
        self.done.append(("import", path))
        return PeopleImported(new=3, changed=1, same=2, without_address=1)

    async def export_file(self, path: Path, form: BookFormat, group: str = "") -> int:
        self.done.append(("export", path, form))
        return len(self.people)

    async def requirement_for(self, default: Requirement, recipients: Iterable[Recipient]) -> Requirement:
        owners = {each.address: person for person in self.people for each in person.contacts}
        wanted = [
            owner.requirement if (owner := owners.get(each.address)) and owner.requirement else
            self.domains.get(each.address.domain, default)
            for each in recipients
        ]  # fmt: skip
        return max(wanted, default=default)

    async def marks(self, recipients: Sequence[Recipient]) -> Mapping[Address, PersonMark]:
        found = {each.address: self.marked.get(str(each.address), PersonMark()) for each in recipients}
        found |= {each.address: PersonMark(mailing_list=True) for each in recipients if each.origin is Origin.LIST}
        return {address: mark for address, mark in found.items() if mark}

    def judged(self, assessment: Assessment, mark: PersonMark | None) -> Assessment:
        from linksec_tui.model import assessment as judgement

        if not mark:
            return assessment
        code, text = ("list", "a list") if mark.mailing_list else ("not-who-you-think", mark.doubt)
        return replace(
            assessment,
            assurance=min(assessment.assurance, Assurance.VERIFIABLE),
            warnings=(judgement.Warning(code=code, text=text), *assessment.warnings),
        )

    async def personal(
        self, recipients: Sequence[Recipient], assessments: Mapping[str, Assessment]
    ) -> Mapping[str, Assessment]:
        marks = await self.marks(recipients)
        own = {
            str(address): self.judged(assessments[address.domain], mark)
            for address, mark in marks.items()
            if address.domain in assessments
        }
        return {**assessments, **own}

    def _keep(self, people: Iterable[Person]) -> None:
        kept = {person.id: person for person in (*self.people, *people)}
        self.people = tuple(sorted(kept.values(), key=lambda person: person.shown.casefold()))
