"""A text of any length to be looked at: the source of a message, a part of it, what a command said."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.widgets.letter_text import LetterText


class TextScroll(VerticalScroll):
    """A text that is scrolled."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.PICTURE)


class SourceScreen(Page):
    """Read only; the text can be selected and copied with the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.SOURCE)
    heading = "Source of the message"
    name_of_keys = "source"

    def __init__(self, text: str, heading: str = "") -> None:
        self.heading = heading or self.heading
        super().__init__()
        self._text = LetterText()
        self._text.show(text, ())
        self._scroll = TextScroll(self._text, id="source")

    def content(self) -> list[Widget]:
        return [self._scroll]

    def on_mount(self) -> None:
        self._scroll.focus()
