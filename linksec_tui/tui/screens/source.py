"""The source of a message, made visible: every header line and every byte that can be shown."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import TextArea

from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.page import Page


class SourceScreen(Page):
    """Read only; the text can be selected and copied."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.SOURCE)
    heading = "Source of the message"
    name_of_keys = "source"

    def __init__(self, text: str, heading: str = "") -> None:
        self.heading = heading or self.heading
        super().__init__()
        self._text = TextArea(text, read_only=True, soft_wrap=False, compact=True, id="source")

    def content(self) -> list[Widget]:
        return [self._text]
