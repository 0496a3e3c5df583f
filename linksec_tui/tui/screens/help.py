"""Help: every key of the screen at hand, and the words of the ladder explained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.cells import set_cell_size
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from linksec_tui.model.assessment import Assurance
from linksec_tui.tui.badge import MEANING, WIDEST, label
from linksec_tui.tui.keys import SCREENS, Key, Place, bindings, keys_of, shown
from linksec_tui.tui.screens.page import Page

_KEYS = 20  # cells for a line's keys


class HelpScreen(Page):
    """`about` names the screen in `keys.SCREENS`."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.HELP)
    heading = "Help"
    name_of_keys = "help"

    def __init__(self, about: str) -> None:
        super().__init__()
        self._places = SCREENS.get(about, ())

    def content(self) -> list[Widget]:
        text = Content("\n").join([*self._ladder(), *self._keys()])
        return [VerticalScroll(Static(text, markup=False), id="help")]

    def on_mount(self) -> None:
        self.query_one("#help").focus()

    def _ladder(self) -> Iterator[Content]:
        yield Content.styled("Who could read a letter on its way", "bold $accent")
        for assurance in reversed(Assurance):
            name = label(assurance, self.app.glyphs)
            yield Content.assemble("  ", name.pad_right(WIDEST + 2 - name.cell_length), MEANING[assurance])
        yield Content.styled(
            "  A badge speaks of the way as far as their servers, not of the person behind the address.", "$muted"
        )

    def _keys(self) -> Iterator[Content]:
        for place in (*self._places, Place.EVERYWHERE):
            yield Content("")
            yield Content.styled(place.value, "bold $accent")
            yield from (self._key(key) for key in keys_of(place))

    def _key(self, key: Key) -> Content:
        pressed = "  ".join(shown(self.app.config.keys.get(key.id, key.keys)))
        return Content.assemble("  ", (set_cell_size(pressed, _KEYS), "bold"), key.label)
