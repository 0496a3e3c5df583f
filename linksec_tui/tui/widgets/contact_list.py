"""Everybody in the address book, a line each: what is remembered of their domain, name, address, groups."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import getters

from linksec_tui.model.assessment import Assurance
from linksec_tui.model.contact import DomainSeen, Person
from linksec_tui.tui.badge import WIDEST, badge
from linksec_tui.tui.front import Front
from linksec_tui.tui.widgets.line_list import LineList
from linksec_tui.tui.widgets.message_line import fitted

_NARROWEST = 20  # cells for the groups, else they are left out


class ContactList(LineList):
    """Thousands of lines, of which those in sight are drawn."""

    app = getters.app(Front)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "contact--muted", "contact--accent", *(f"contact--{each.value}" for each in Assurance),
    }  # fmt: skip
    DEFAULT_CSS = (
        "ContactList { height: 1fr; & > .contact--muted { color: $muted; } & > .contact--accent { color: $accent; } "
        + " ".join(f"& > .contact--{each.value} {{ color: $assurance-{each.value}; }}" for each in Assurance)
        + " }"
    )

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.people: tuple[Person, ...] = ()
        self.seen: dict[str, DomainSeen] = {}
        self.selected: set[str] = set()

    @property
    def length(self) -> int:
        return len(self.people)

    @property
    def current(self) -> Person | None:
        return self.people[self.cursor] if self.cursor < len(self.people) else None

    @property
    def chosen(self) -> tuple[Person, ...]:
        """What a verb applies to: the selected in sight, or the one under the cursor."""
        selected = tuple(person for person in self.people if person.id in self.selected)
        return selected or ((self.current,) if self.current else ())

    def show(self, people: Sequence[Person], here: str = "") -> None:
        """These; the cursor stays with whom it stood on, or goes to `here`."""
        wanted = here or (self.current.id if self.current else "")
        self.people = tuple(people)
        at = next((at for at, person in enumerate(self.people) if person.id == wanted), min(self.cursor, 0))
        self.lengthen(at)
        self.post_message(self.Moved(self.cursor))

    def show_seen(self, seen: Mapping[str, DomainSeen]) -> None:
        self.seen.update(seen)
        self.refresh_changed()

    @property
    def domains_in_sight(self) -> list[str]:
        """Of those who are drawn now: nothing is asked about the others."""
        first = self.scroll_offset.y
        people = self.people[first : first + max(self.size.height, 1)]
        return [person.contacts[0].address.domain for person in people]

    def key(self, line: int) -> Hashable:
        person = self.people[line]
        domain = person.contacts[0].address.domain
        return person, self.seen.get(domain), person.id in self.selected

    def segments(self, line: int, base: Style) -> Sequence[Segment]:
        person = self.people[line]
        first = person.contacts[0].address
        muted, ellipsis = base + self._partial("contact--muted"), self.app.marks.ellipsis
        room = self.size.width - WIDEST - 5
        name, address = room * 2 // 5, room - room * 2 // 5
        groups = 0
        if address - _NARROWEST >= name:
            groups, address = address // 3, address - address // 3
        named = person.shown != str(first)
        shown = f"{first.local}@{self.app.desk.shown_domain(first.domain)}"
        if more := len(person.contacts) - 1:
            shown += f" +{more}"
        return [
            Segment(
                self.app.marks.selected if person.id in self.selected else " ", base + self._partial("contact--accent")
            ),
            Segment(" ", base),
            self._badge(first.domain, base),
            Segment(" ", base),
            Segment(fitted(person.shown if named else "", name, ellipsis), base + Style(bold=True)),
            Segment(" ", base),
            Segment(fitted(shown, address, ellipsis), base),
            Segment(fitted(", ".join(person.groups), groups, ellipsis) if groups else "", muted),
        ]

    def _badge(self, domain: str, base: Style) -> Segment:
        seen = self.seen.get(domain)
        if seen is None or seen.assurance is None:
            return Segment(set_cell_size("not seen yet", WIDEST), base + self._partial("contact--muted"))
        look = badge(seen.assurance, self.app.glyphs)
        colour = self._partial(f"contact--{seen.assurance.value}")
        return Segment(set_cell_size(f"{look.glyph} {look.word}", WIDEST), base + colour)

    def _partial(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

    def action_select(self) -> None:
        if (here := self.current) is not None:
            self.selected.symmetric_difference_update({here.id})
            self.refresh_line(self.cursor)
            self.action_move(1)

    def action_select_all(self) -> None:
        """Everybody in the list; and nobody, where everybody is."""
        everybody = {person.id for person in self.people}
        self.selected = set() if self.selected >= everybody else everybody
        self.refresh()
        self.post_message(self.Moved(self.cursor))
