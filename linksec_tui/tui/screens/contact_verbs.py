"""What can be done with people in the address book; every verb is one call of desk."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from textual import work

from linksec_tui.model.address import Field, Recipient
from linksec_tui.model.contact import BookFormat, PeopleImported, Person
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.letter import Requirement
from linksec_tui.model.visible import visible
from linksec_tui.tui.meeting import requirement_word
from linksec_tui.tui.screens.ask import AskLine, AskYes
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.contact_form import ContactForm, named_groups
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.screens.which import AskWhich
from linksec_tui.tui.suggest import PathCompletion
from linksec_tui.tui.text import plain
from linksec_tui.tui.widgets.contact_list import ContactList

T = TypeVar("T")

_NOTHING_SAID = "as-usual"
_NEEDS_SOMEBODY = frozenset({"write", "edit", "part", "group", "require", "domain", "prefer", "mark_list", "delete"})


class ContactVerbs(Page):
    """`ContactsScreen` gives them the list, and draws anew what they changed."""

    account: str | None
    people: ContactList

    def reload(self, here: str = "") -> None:
        raise NotImplementedError  # the screen's

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """A key is there only while it does something."""
        here = self.people.current
        match action:
            case "merge":
                return len(self.people.chosen) > 1
            case "part" | "prefer":
                return here is not None and len(here.contacts) > 1
            case _:
                return action not in _NEEDS_SOMEBODY or here is not None

    # Writing to them

    @work(exclusive=True, group="write", exit_on_error=False)
    async def action_write(self) -> None:
        """A letter to the selected, or to the one under the cursor; each at the address to write to."""
        recipients = [_recipient(person) for person in self.people.chosen]
        try:
            draft = self.app.desk.new_draft(self.account)
            required = await self.app.desk.people.requirement_for(draft.requirement, recipients)
        except LinksecError as problem:
            self.app.say(problem)
            return
        self.app.push_screen(ComposeScreen(replace(draft, recipients=tuple(recipients), requirement=required)))

    # Changing them

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_new(self) -> None:
        written = await self.app.push_screen_wait(ContactForm())
        if written is not None:
            new = self.app.desk.people.add(written.name, written.addresses)
            person = await self._done(new)
            if person is not None:
                await self._done(self.app.desk.people.save(written.onto(person)), person.id)

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_edit(self) -> None:
        if (person := self.people.current) is None:
            return
        written = await self.app.push_screen_wait(ContactForm(person))
        if written is not None:
            await self._done(self.app.desk.people.save(written.onto(person)), person.id)

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_merge(self) -> None:
        """Whose name stands is asked; the rest of all of them is kept."""
        chosen = self.people.chosen
        answers = [(person.id, plain(person.shown)) for person in chosen]
        first = await self.app.push_screen_wait(AskWhich("They become one. Which name stays?", answers))
        if first is not None:
            self.people.selected.clear()
            ordered = sorted(chosen, key=lambda person: person.id != first)
            await self._done(self.app.desk.people.merge(ordered), first)

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_part(self) -> None:
        if (person := self.people.current) is None:
            return
        answers = [(str(each.address), plain(str(each.address))) for each in person.contacts]
        chosen = await self.app.push_screen_wait(AskWhich("Which address is somebody else's?", answers))
        for each in person.contacts:
            if str(each.address) == chosen:
                await self._done(self.app.desk.people.part(person, each.address), person.id)

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_prefer(self) -> None:
        """The next of the addresses becomes the one to write to."""
        if (person := self.people.current) is not None and len(person.contacts) > 1:
            await self._done(self.app.desk.people.prefer(person, person.contacts[1].address), person.id)

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_mark_list(self) -> None:
        if (person := self.people.current) is None:
            return
        first, *others = person.contacts
        marked = replace(person, contacts=(replace(first, mailing_list=not first.mailing_list), *others))
        await self._done(self.app.desk.people.save(marked), person.id)

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_group(self) -> None:
        """They join; out of a group one comes by editing."""
        chosen = self.people.chosen
        whom = ", ".join(person.shown for person in chosen) if len(chosen) < 4 else f"the {len(chosen)}"
        question = f"Which group should {whom} join?"
        typed = await self.app.push_screen_wait(AskLine(question, placeholder="Choir, Board"))
        names = named_groups((typed or "").split(","))
        for person in chosen if names else ():
            groups = tuple(sorted({*person.groups, *names}))
            await self._done(self.app.desk.people.save(replace(person, groups=groups)), person.id)

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_require(self, by: int) -> None:
        """One step on the ladder, through “as usual”."""
        for person in self.people.chosen:
            required = _next_requirement(person.requirement, by)
            await self._done(self.app.desk.people.save(replace(person, requirement=required)), person.id)

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_domain(self) -> None:
        if (person := self.people.current) is None:
            return
        domain = person.contacts[0].address.domain
        answers = [(_NOTHING_SAID, plain("as usual"))]
        answers += [(each.value, plain(requirement_word(each))) for each in Requirement]
        question = f"What do letters to anybody at {self.app.desk.shown_domain(domain)} ask for?"
        chosen = await self.app.push_screen_wait(AskWhich(question, answers))
        if chosen is not None:
            required = None if chosen == _NOTHING_SAID else Requirement(chosen)
            await self._done(self.app.desk.people.require_of_domain(domain, required), person.id)

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_delete(self) -> None:
        chosen = self.people.chosen
        whom = " and ".join(person.shown for person in chosen) if len(chosen) < 3 else f"{len(chosen)} people"
        if await self.app.push_screen_wait(AskYes(f"Delete {whom} from the address book?", "Delete")):
            self.people.selected.clear()
            await self._done(self.app.desk.people.forget(chosen))

    # Coming in and going out

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_import(self) -> None:
        forms = ".vcf, a directory of them, or abook's"
        question = AskLine("Which address book?", placeholder=forms, suggester=PathCompletion())
        if (typed := await self.app.push_screen_wait(question)) is not None:
            told = await self._done(self.app.desk.people.import_path(_path(typed)))
            if told is not None:
                self.app.say(import_sentence(told))

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_export(self) -> None:
        question = AskLine("Into which new file?", placeholder="contacts.vcf", suggester=PathCompletion())
        if (typed := await self.app.push_screen_wait(question)) is None:
            return
        path = _path(typed)
        if await self._done(self.app.desk.people.export_file(path, BookFormat.VCARD)) is not None:
            self.app.say(f"Written to {visible(str(path))}.")

    async def _done(self, doing: Awaitable[T], here: str = "") -> T | None:
        """Done and drawn; what the book will not take is said."""
        try:
            done = await doing
        except LinksecError as problem:
            self.app.say(problem)
            return None
        self.reload(here)
        return done


def import_sentence(told: PeopleImported) -> str:
    """“3 new, 1 added to, 40 as they were; 2 without an address.”"""
    left = f"; {told.without_address} without an address" if told.without_address else ""
    bad = f"; {told.problem_count} could not be read" if told.problem_count else ""
    return f"{told.new} new, {told.changed} added to, {told.same} as they were{left}{bad}."


def _path(typed: str) -> Path:
    try:
        return Path(typed).expanduser()
    except RuntimeError:  # ~ of nobody here
        return Path(typed)


def _recipient(person: Person) -> Recipient:
    first = person.contacts[0]
    return Recipient(address=first.address, name=person.name or first.name, field=Field.TO)


def _next_requirement(requirement: Requirement | None, by: int) -> Requirement | None:
    steps: list[Requirement | None] = [None, *Requirement]
    return steps[(steps.index(requirement) + by) % len(steps)]
