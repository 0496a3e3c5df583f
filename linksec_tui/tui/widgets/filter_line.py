"""The line that narrows a list while it is typed into: words of who and what, or a flag's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.text import plain

EXAMPLE = "words of sender or subject, unread, starred, attachment, answered, #keyword"


class FilterLine(Horizontal):
    """Shown only while it narrows something."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.QUESTION, Place.PICK)
    DEFAULT_CSS = """
    FilterLine { height: 1; display: none; background: $panel; padding: 0 1;
        & > Static { width: auto; color: $accent; }
        & > Input { width: 1fr; background: $panel; }
        &.-shown { display: block; }
    }
    """

    @dataclass
    class Typed(Message):
        """Other words."""

        words: str

    @dataclass
    class Picked(Message):
        """So many lines up or down in the list."""

        by: int

    @dataclass
    class Done(Message):
        """On with the list; `kept`: as it is narrowed now."""

        kept: bool

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._line = Input(placeholder=EXAMPLE, compact=True, max_length=200)

    def compose(self) -> ComposeResult:
        yield Static(plain("Only: "))
        yield self._line

    @property
    def words(self) -> str:
        return self._line.value.strip()

    def begin(self) -> None:
        self.add_class("-shown")
        self._line.focus()

    def end(self) -> None:
        """Nothing is narrowed any more."""
        self.remove_class("-shown")
        with self.prevent(Input.Changed):
            self._line.value = ""

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self.words))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Done(kept=bool(self.words)))

    def action_leave_it(self) -> None:
        self.post_message(self.Done(kept=False))

    def action_pick(self, by: int) -> None:
        self.post_message(self.Picked(by))
