"""One field of recipients (To, Cc or Bcc): chips above, a line to type in below.

An address is complete at a comma, at enter, or when the field is left. One that cannot be an address stays as it was
typed, and a sentence says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Label

from linksec_tui.model.address import Field, Recipient
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.errors import BadInput
from linksec_tui.tui.front import Front
from linksec_tui.tui.keys import Place, bindings
from linksec_tui.tui.widgets.chips import Chip, Chips

MAX_TYPED = 100_000  # cells: a pasted list of a few thousand addresses


def split_addresses(text: str) -> list[str]:
    """`text` at its commas, semicolons and line ends, but not at those inside quotes or angle brackets."""
    pieces, piece, quoted, angled = list[str](), "", False, False
    for character in text:
        quoted ^= character == '"'
        angled = (angled or character == "<") and character != ">"
        if character in "\n\r" or (character in ",;" and not quoted and not angled):
            pieces.append(piece)
            piece, quoted, angled = "", False, False
        else:
            piece += character
    return [*pieces, piece]


class AddressLine(Input):
    """Where an address is typed. Keys that mean nothing to an empty line move among the chips."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.RECIPIENTS)
    app = getters.app(Front)
    DEFAULT_CSS = """
    AddressLine { height: 1; border: none; padding: 0; background: transparent;
        &:focus { border: none; background: transparent; background-tint: $foreground 4%; }
    }
    """

    @dataclass
    class Moved(Message):
        """The cursor should go to another chip, or beyond them."""

        by: int

    @dataclass
    class Removed(Message):
        """The chip under the cursor goes; `again` turns it back into text."""

        again: bool

    def action_chip(self, by: int) -> None:
        self.post_message(self.Moved(by))

    def action_chip_remove(self) -> None:
        if self.value:
            self.action_delete_right()
        else:
            self.post_message(self.Removed(again=False))

    def action_delete_left(self) -> None:
        if self.value:
            super().action_delete_left()
        else:
            self.post_message(self.Removed(again=True))

    def _on_paste(self, event: events.Paste) -> None:
        """A pasted list keeps all its lines; an Input would take the first alone."""
        self.insert_text_at_cursor(", ".join(line for line in event.text[:MAX_TYPED].splitlines() if line.strip()))
        event.prevent_default()
        event.stop()


class Completion(Suggester):
    """Offers the rest of an address that was written to before."""

    def __init__(self, app: Front) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._app = app

    async def get_suggestion(self, value: str) -> str | None:
        prefix = value.lstrip()
        if len(prefix) < 2 or "," in prefix:
            return None
        contacts = await self._app.desk.complete(prefix)
        for contact in contacts:
            address = str(contact.address)
            if address.lower().startswith(prefix.lower()):
                return value + address[len(prefix) :]
        return None


class RecipientField(Horizontal):
    """To, Cc or Bcc."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    RecipientField { height: auto;
        & > Label { width: 9; color: $muted; }
        & > Vertical { height: auto; }
        &:focus-within > Label { color: $accent; text-style: bold; }
    }
    """

    @dataclass
    class Changed(Message):
        """Recipients came or went."""

        field: Field

    @dataclass
    class Refused(Message):
        """What was typed is no address; an empty sentence takes an earlier one back."""

        sentence: str

    @dataclass
    class Pointed(Message):
        """The cursor stands on another recipient."""

        recipient: Recipient | None

    @dataclass
    class LeftBy(Message):
        """The cursor went beyond the chips."""

        by: int

    def __init__(self, field: Field, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.field = field
        self.recipients: list[Recipient] = []
        self._cursor: int | None = None
        self._known: Mapping[str, Assessment] = {}
        self._asked: frozenset[str] = frozenset()
        self._chips = Chips()
        self.line = AddressLine(max_length=MAX_TYPED, compact=True)

    def compose(self) -> ComposeResult:
        yield Label(self.field.value.capitalize())
        with Vertical():
            yield self._chips
            yield self.line

    def on_mount(self) -> None:
        self.line.suggester = Completion(self.app)

    # What it holds

    def fill(self, recipients: list[Recipient]) -> None:
        """Start with these."""
        self.recipients = recipients
        self._cursor = len(recipients) - 1 if recipients else None
        self._draw()

    def show_assessments(self, known: Mapping[str, Assessment], asked: frozenset[str]) -> None:
        """New results, in place."""
        self._known, self._asked = known, asked
        self._draw()

    @property
    def pointed(self) -> Recipient | None:
        """The recipient under the cursor."""
        return None if self._cursor is None else self.recipients[self._cursor]

    def commit(self) -> bool:
        """Take what is typed; False where some of it is no address, and stays."""
        pieces = [piece.strip() for piece in split_addresses(self.line.value)]
        left: list[str] = []
        sentence = ""
        for piece in filter(None, pieces):
            try:
                self._add(self.app.desk.parse_recipient(piece, self.field))
            except BadInput as refused:
                left.append(piece)
                sentence = sentence or str(refused)
        with self.line.prevent(Input.Changed):
            self.line.value = ", ".join(left)
        self.line.cursor_position = len(self.line.value)
        self.post_message(self.Refused(sentence))
        return not left

    def _add(self, recipient: Recipient) -> None:
        if all(recipient.address != other.address for other in self.recipients):
            self.recipients.append(recipient)
        self._point(next(at for at, other in enumerate(self.recipients) if other.address == recipient.address))
        self.post_message(self.Changed(self.field))

    def _draw(self) -> None:
        focused = self.line.has_focus
        self._chips.show([self._chip(each) for each in self.recipients], self._cursor if focused else None)

    def _chip(self, recipient: Recipient) -> Chip:
        domain = recipient.address.domain
        local = recipient.address.local
        return Chip(
            recipient=recipient,
            shown=f"{local}@{self.app.desk.shown_domain(domain)}",
            assessment=self._known.get(domain),
            asked=domain in self._asked,
        )

    def _point(self, at: int | None) -> None:
        self._cursor = at
        self._draw()
        self.post_message(self.Pointed(self.pointed))

    # What happens to it

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if len(split_addresses(event.value)) > 1:
            self.commit()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.line.value.strip():
            self.commit()
        else:
            self.post_message(self.LeftBy(1))

    def on_address_line_moved(self, event: AddressLine.Moved) -> None:
        event.stop()
        at = event.by + (len(self.recipients) if self._cursor is None else self._cursor)
        if 0 <= at < len(self.recipients):
            self._point(at)
        else:
            self.post_message(self.LeftBy(event.by))

    def on_address_line_removed(self, event: AddressLine.Removed) -> None:
        event.stop()
        if self._cursor is None:
            return
        gone = self.recipients.pop(self._cursor)
        self._point(min(self._cursor, len(self.recipients) - 1) if self.recipients else None)
        if event.again:
            self.line.value = str(gone.address)
            self.line.cursor_position = len(self.line.value)
        self.post_message(self.Changed(self.field))

    def on_chips_clicked(self, event: Chips.Clicked) -> None:
        event.stop()
        self.line.focus()
        self._point(event.index)

    def on_descendant_focus(self) -> None:
        self._point(self._cursor)

    def on_descendant_blur(self) -> None:
        if self.line.value.strip():
            self.commit()
        self._draw()
