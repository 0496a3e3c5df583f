"""One person, to be filled in: name, addresses, groups, a note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from linksec_tui.model.address import Address, Field
from linksec_tui.model.contact import MAX_GROUPS, MAX_NOTE, MAX_TEXT, Contact, Person
from linksec_tui.model.visible import visible_name
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.text import plain
from linksec_tui.tui.widgets.status import KeyHints


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was filled in; the address to write to comes first."""

    name: str
    addresses: tuple[Address, ...]
    groups: tuple[str, ...]
    note: str

    def onto(self, person: Person) -> Person:
        """The person with it; an address that stays keeps what is known of it."""
        known = {each.address: each for each in person.contacts}
        contacts = [known.get(each, Contact(address=each, name=self.name)) for each in self.addresses]
        several = len(contacts) > 1
        marked = [replace(each, favourite=several and at == 0) for at, each in enumerate(contacts)]
        return replace(person, name=self.name, contacts=tuple(marked), groups=self.groups, note=self.note)


class ContactForm(ModalScreen[Written | None]):
    """Escape gives None."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CONTACT)
    CSS_PATH = "contact_form.tcss"
    name_of_keys = "contact"

    def __init__(self, person: Person | None = None) -> None:
        super().__init__()
        written = person or Person(id="")
        addresses = ", ".join(str(each.address) for each in written.contacts)
        self._fields = {
            "Name": Input(written.name, max_length=MAX_TEXT, compact=True, id="contact-name"),
            "Addresses": Input(addresses, compact=True, id="contact-addresses", placeholder="name@domain, …"),
            "Groups": Input(", ".join(written.groups), compact=True, id="contact-groups", placeholder="Choir, Board"),
            "Note": Input(written.note.replace("\n", " "), max_length=MAX_NOTE, compact=True, id="contact-note"),
        }
        self._problem = Static(markup=False, id="contact-problem")

    def compose(self) -> ComposeResult:
        with Vertical(id="contact"):
            for name, line in self._fields.items():
                with Horizontal(classes="row"):
                    yield Label(name)
                    yield line
            yield self._problem
            yield KeyHints()

    def on_mount(self) -> None:
        self._fields["Name"].focus()

    def on_input_submitted(self) -> None:
        self.action_save()

    @work(exclusive=True, group="save", exit_on_error=False)
    async def action_save(self) -> None:
        pasted = await self.app.desk.people.pasted(self._fields["Addresses"].value, Field.TO)
        if pasted.left or not pasted.recipients:
            self._problem.update(plain(pasted.sentence or "Write at least one address."))
            self._fields["Addresses"].focus()
            return
        self.dismiss(
            Written(
                name=_shown(self._fields["Name"].value),
                addresses=tuple(each.address for each in pasted.recipients),
                groups=named_groups(self._fields["Groups"].value.split(",")),
                note=self._fields["Note"].value.strip(),
            )
        )

    def action_leave_it(self) -> None:
        self.dismiss(None)


def named_groups(names: Iterable[str]) -> tuple[str, ...]:
    """Each once, in their order."""
    shown = [_shown(name) for name in names]
    return tuple(sorted({name for name in shown if name}))[:MAX_GROUPS]


def _shown(text: str) -> str:
    return " ".join(visible_name(text).split())[:MAX_TEXT]
