"""One field of recipients (To, Cc or Bcc): chips above, a line to type in below.

An address is complete at a comma, at enter, or when the field is left. One that cannot be an address stays as it was
typed, and a sentence says why. Below what is typed stands who may be meant (completion.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label

from linksec_tui.model.address import Field, Recipient
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.contact import Contact, Group, Suggestion
from linksec_tui.model.errors import BadInput
from linksec_tui.tui.front import Front
from linksec_tui.tui.meeting import known_of
from linksec_tui.tui.widgets.address_line import MAX_TYPED, AddressLine, is_complete, split_addresses
from linksec_tui.tui.widgets.chips import Chip, Chips
from linksec_tui.tui.widgets.completion import CompletionList


class RecipientField(Horizontal):
    """To, Cc or Bcc."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    RecipientField { height: auto;
        & > Label { width: 9; color: $muted; }
        & > Vertical { height: auto; }
        /* a rule of its own, or its label would not be looked at again when the focus leaves */
        &:focus-within { text-opacity: 100%; }
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
    class PassedOn(Message):
        """A recipient goes to the next field."""

        recipient: Recipient

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
        self._names = CompletionList()
        self.line = AddressLine(max_length=MAX_TYPED, compact=True)

    def compose(self) -> ComposeResult:
        yield Label(self.field.value.capitalize())
        with Vertical():
            yield self._chips
            yield self.line
            yield self._names

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
        return self._take_pieces(split_addresses(self.line.value))

    def _take_pieces(self, pieces: Sequence[str], rest: str = "") -> bool:
        """Whole addresses; `rest` is the beginning of another one, and stays too."""
        read: list[Recipient] = []
        left: list[str] = []
        sentence = ""
        for piece in filter(None, map(str.strip, pieces)):
            try:
                read.append(self.app.desk.parse_recipient(piece, self.field))
            except BadInput as refused:
                left.append(piece)
                sentence = sentence or str(refused)
        self._type(", ".join(filter(None, [*left, rest.lstrip()])))
        self.add(read)
        self.post_message(self.Refused(sentence))
        return not left

    def add(self, recipients: Sequence[Recipient]) -> None:
        """Each once; the cursor goes to the last of them."""
        if not recipients:
            return
        held = {each.address: at for at, each in enumerate(self.recipients)}
        for recipient in recipients:
            if recipient.address not in held:
                held[recipient.address] = len(self.recipients)
                self.recipients.append(replace(recipient, field=self.field))
        self._point(held[recipients[-1].address])
        self.post_message(self.Changed(self.field))

    def take_out(self, recipients: Iterable[Recipient]) -> None:
        """They are written to elsewhere, or not at all."""
        gone = {each.address for each in recipients}
        self.recipients = [each for each in self.recipients if each.address not in gone]
        at = self._cursor
        self._point(None if at is None or not self.recipients else min(at, len(self.recipients) - 1))
        self.post_message(self.Changed(self.field))

    def _type(self, text: str) -> None:
        """What stands in the line from now on; nobody is offered for it."""
        with self.line.prevent(Input.Changed):
            self.line.value = text
        self.line.cursor_position = len(text)
        self._close_names()

    # Who may be meant

    async def _offer(self, typed: str) -> None:
        """Beside the keys, not between them: a key that comes meanwhile ends this."""
        held = {each.address for each in self.recipients}
        found = [
            each
            for each in await self.app.desk.people.complete(typed)
            if isinstance(each, Group) or each.address not in held
        ]
        self._names.offer(found, first=not is_complete(typed))
        self._set_names_open(is_open=bool(found))
        domains = {each.address.domain for each in found if isinstance(each, Contact)}
        self._names.show_seen(await self.app.desk.people.seen(domains))

    def _take(self, suggestion: Suggestion) -> None:
        contacts = suggestion.members if isinstance(suggestion, Group) else (suggestion,)
        self._type("")
        self.add([Recipient(address=each.address, name=each.name, field=self.field) for each in contacts])
        self.post_message(self.Refused(""))

    def _close_names(self) -> None:
        self.workers.cancel_group(self, "names")  # pyright: ignore[reportUnknownMemberType]  # its workers are generic
        self._names.close()
        self._set_names_open(is_open=False)

    def _set_names_open(self, *, is_open: bool) -> None:
        if self.line.names_open != is_open:
            self.line.names_open = is_open
            self.refresh_bindings()

    async def _take_pasted(self, text: str) -> None:
        pasted = await self.app.desk.people.pasted(text, self.field)
        if pasted.left:
            # what was typed meanwhile stays behind it
            self._type(", ".join(filter(None, [*pasted.left, self.line.value])))
        self.add(pasted.recipients)
        self.post_message(self.Refused(pasted.sentence))

    def _draw(self) -> None:
        focused = self.line.has_focus
        self._chips.show([self._chip(each) for each in self.recipients], self._cursor if focused else None)

    def _chip(self, recipient: Recipient) -> Chip:
        domain = recipient.address.domain
        local = recipient.address.local
        return Chip(
            recipient=recipient,
            shown=f"{local}@{self.app.desk.shown_domain(domain)}",
            assessment=known_of(recipient, self._known),
            asked=domain in self._asked,
        )

    def _point(self, at: int | None) -> None:
        self._cursor = at
        self._draw()
        self.post_message(self.Pointed(self.pointed))

    # What happens to it

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        *whole, rest = split_addresses(self.line.value)  # keys that came since the event may have begun another one
        if whole:
            self._take_pieces(whole, rest)
        elif event.value.strip():
            self.run_worker(partial(self._offer, event.value), group="names", exclusive=True, exit_on_error=False)
        else:
            self._close_names()
            self.post_message(self.Refused(""))  # what was wrong is not there any more

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if (chosen := self._names.chosen) is not None:
            self._take(chosen)
        elif self.line.value.strip():
            self.commit()
        else:
            self.post_message(self.LeftBy(1))

    def on_completion_list_taken(self, event: CompletionList.Taken) -> None:
        event.stop()
        self.line.focus()
        self._take(event.suggestion)

    def on_address_line_names_closed(self, event: AddressLine.NamesClosed) -> None:
        event.stop()
        self._close_names()

    def on_address_line_pasted(self, event: AddressLine.Pasted) -> None:
        event.stop()
        self.run_worker(partial(self._take_pasted, event.text), group="pasted", exit_on_error=False)

    def on_address_line_passed_on(self, event: AddressLine.PassedOn) -> None:
        event.stop()
        if self.pointed is not None:
            self.post_message(self.PassedOn(self.pointed))

    def on_address_line_moved(self, event: AddressLine.Moved) -> None:
        event.stop()
        if self._names.is_open:
            self._names.move(event.by)
            return
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
        if (chosen := self._names.chosen) is not None:
            self._take(chosen)
        elif self.line.value.strip():
            self.commit()
        self._close_names()
        self._draw()
