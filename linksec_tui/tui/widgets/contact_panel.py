"""One person of the address book: addresses, groups, what letters to them ask for, what was seen of their domains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from textual import getters
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from linksec_tui.model.contact import Contact, DomainSeen, Person
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.badge import label
from linksec_tui.tui.flow import hung
from linksec_tui.tui.front import Front
from linksec_tui.tui.meeting import requirement_word
from linksec_tui.tui.text import assemble, plain, styled

MOST_DOMAINS = 10  # of one person that are told of


class ContactPanel(VerticalScroll, can_focus=False):
    """What is known of the one under the cursor."""

    app = getters.app(Front)
    DEFAULT_CSS = "ContactPanel { padding: 0 1; background: $background; scrollbar-size-vertical: 1; }"

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._lines = Static(markup=False)

    def compose(self) -> Iterator[Static]:
        yield self._lines

    def show_nobody(self, sentence: str) -> None:
        self._lines.update(styled(sentence, "$muted"))

    def show(self, person: Person, seen: Mapping[str, DomainSeen], domains: Mapping[str, Requirement]) -> None:
        width = max(self.size.width - 4, 30)
        told = [*self._head(person), *self._seen(person, seen, domains, width)]
        self._lines.update(plain("\n").join(told))

    def _head(self, person: Person) -> Iterator[Content]:
        required = requirement_word(person.requirement) if person.requirement else "as usual"
        yield assemble((person.shown, "bold"), (f"  require {required}", "$muted"))
        for each in person.contacts:
            yield assemble("  ", self._address(each), (self._traits(each), "$muted"))
        if person.groups:
            yield assemble(("Groups   ", "$muted"), ", ".join(person.groups))
        if person.note:
            yield assemble(("Note     ", "$muted"), person.note.partition("\n")[0])

    def _address(self, contact: Contact) -> str:
        return f"{contact.address.local}@{self.app.desk.shown_domain(contact.address.domain)}"

    def _traits(self, contact: Contact) -> str:
        times = contact.times_written
        letters = f"{times} {'letter' if times == 1 else 'letters'}" if times else "never written to"
        last = f", last {_day(contact.last_written_at)}" if contact.last_written_at else ""
        marks = (", first" if contact.favourite else "") + (", a mailing list" if contact.mailing_list else "")
        return f"  {letters}{last}{marks}"

    def _seen(
        self, person: Person, seen: Mapping[str, DomainSeen], domains: Mapping[str, Requirement], width: int
    ) -> Iterator[Content]:
        for domain in list(dict.fromkeys(each.address.domain for each in person.contacts))[:MOST_DOMAINS]:
            shown = self.app.desk.shown_domain(domain)
            found = seen.get(domain)
            required = f"  require {requirement_word(domains[domain])}" if domain in domains else ""
            yield plain("")
            yield assemble((shown, "bold"), (required, "$muted"))
            if found is None or found.assurance is None:
                yield styled("  Nothing was seen of it yet, or too long ago.", "$muted")
                continue
            remembered = ("  as remembered; it is looked at again when you write", "$muted")
            yield assemble("  ", label(found.assurance, self.app.glyphs), remembered)
            for line in found.lines:
                text = styled(f"{line.text}: {_day(line.at)}, counts until {_day(line.until)}", "$muted")
                yield from hung(plain("  "), text, width)


def _day(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d}"
