"""A message within a message, read like any other."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.message import Reading
from linksec_tui.model.reading import Part, Wish
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.part_words import part_name
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.widgets.letter_pane import LetterPane


class InnerScreen(Page):
    """What it says of itself is a claim: nobody vouches for it here."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.INNER)
    heading = "A message within the message"
    name_of_keys = "inner"

    def __init__(self, message: int, part: Part) -> None:
        super().__init__()
        self.view = LetterPane(id="inner")
        self._message, self._part = message, part

    def content(self) -> list[Widget]:
        return [self.view]

    def on_mount(self) -> None:
        self.show_title(f"{self.heading}: {part_name(self._part)}")
        self.view.focus()
        self._read()

    async def _fetch(self, wish: Wish) -> Reading:
        return await self.app.desk.enclosures.inner(self._message, self._part, wish)

    @work(exclusive=True, group="read", exit_on_error=False)
    async def _read(self) -> None:
        try:
            await self.view.read(self._message, self._fetch)
        except LinksecError as problem:
            self.view.show_nothing(str(problem))
