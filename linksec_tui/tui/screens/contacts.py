"""People: who is in the address book, what letters to them ask for, and what was seen of their domains."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.widget import Widget
from textual.widgets import Input, Label

from linksec_tui.model.contact import Person
from linksec_tui.tui.coalesce import Coalesced
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.contact_verbs import ContactVerbs
from linksec_tui.tui.text import assemble
from linksec_tui.tui.widgets.contact_list import ContactList
from linksec_tui.tui.widgets.contact_panel import ContactPanel
from linksec_tui.tui.widgets.line_list import LineList


class ContactsScreen(ContactVerbs):
    """Typing in the first line shows those who fit. Nobody is looked up from here."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CONTACTS)
    CSS_PATH = "contacts.tcss"
    heading = "People"
    name_of_keys = "contacts"

    def __init__(self, account: str | None) -> None:
        super().__init__()
        self.account = account
        self.find_line = Input(placeholder="a name, an address, a group", compact=True, id="contacts-find")
        self.people = ContactList(id="contacts-list")
        self.panel = ContactPanel(id="contacts-panel")
        self._here = ""

    def content(self) -> list[Widget]:
        return [
            Horizontal(Label("Find"), self.find_line, classes="contacts-row"),
            Container(self.people, self.panel, id="contacts-both"),
        ]

    def on_mount(self) -> None:
        self._loading = Coalesced(self, self._load)
        self.people.focus()

    def on_screen_resume(self) -> None:
        self._loading.ask()

    def reload(self, here: str = "") -> None:
        self._here = here
        self._loading.ask()

    async def _load(self) -> None:
        found = await self.app.desk.people.found(self.find_line.value)
        here, self._here = self._here, ""
        self.people.show(found, here)
        self._title(found)
        self._look()
        self.refresh_bindings()

    def _title(self, found: tuple[Person, ...]) -> None:
        many = f"{len(found):,}" if found else "nobody yet: whom you write to comes by itself"
        if self.find_line.value.strip() and not found:
            many = "nobody fits"
        selected = f", {len(self.people.selected):,} selected" if self.people.selected else ""
        self.show_title(assemble(self.heading, (f"  {many}{selected}", "not bold $muted")))

    @work(exclusive=True, group="look", exit_on_error=False)
    async def _look(self) -> None:
        """What is remembered of those in sight, and of the one under the cursor."""
        person = self.people.current
        if person is None:
            self.panel.show_nobody("Nobody here.")
            return
        own = [each.address.domain for each in person.contacts]
        seen = await self.app.desk.people.seen([*own, *self.people.domains_in_sight])
        self.people.show_seen(seen)
        self.panel.show(person, self.people.seen, await self.app.desk.people.domain_requirements())

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        event.stop()
        self._title(self.people.people)
        self._look()
        self.refresh_bindings()

    def on_line_list_opened(self, event: LineList.Opened) -> None:
        event.stop()
        self.action_edit()

    def on_resize(self) -> None:
        self.call_after_refresh(self._look)

    # Finding

    def action_find(self) -> None:
        self.find_line.focus()

    def on_input_changed(self) -> None:
        self._loading.ask()

    def on_input_submitted(self) -> None:
        self.people.focus()

    def action_back(self) -> None:
        """First out of the finding, then out of the screen."""
        if self.find_line.value:
            self.find_line.value = ""
            self.people.focus()
        elif self.find_line.has_focus:
            self.people.focus()
        else:
            self.app.pop_screen()
