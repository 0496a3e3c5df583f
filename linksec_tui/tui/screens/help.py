"""Help: the ladder explained, every key of the screen at hand, and what the words mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.cells import set_cell_size
from textual import events
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from linksec_tui.model.assessment import Assurance
from linksec_tui.model.glossary import GLOSSARY
from linksec_tui.model.ladder import MEANING
from linksec_tui.tui.badge import WIDEST, label
from linksec_tui.tui.flow import hung
from linksec_tui.tui.key import Key, Place
from linksec_tui.tui.keys import SCREENS, bindings, keys_of, shown
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.text import assemble, plain, styled

_KEYS = 22  # cells for a line's keys
_WORD = max(map(len, GLOSSARY)) + 2
_LIMIT = (
    "A badge speaks of the way as far as their servers, not of the person behind the address, "
    "nor of those to whom a list passes it on."
)


class HelpScreen(Page):
    """`about` names the screen in `keys.SCREENS`."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.HELP)
    heading = "Help"
    name_of_keys = "help"

    def __init__(self, about: str) -> None:
        super().__init__()
        self._places = SCREENS.get(about, ())
        self._text = Static(markup=False)
        self._scroll = VerticalScroll(self._text, id="help")

    def content(self) -> list[Widget]:
        return [self._scroll]

    def on_mount(self) -> None:
        self._scroll.focus()

    def on_resize(self, event: events.Resize) -> None:
        width = event.size.width - 6
        self._text.update(plain("\n").join([*self._ladder(width), *self._keys(), *self._glossary(width)]))

    def _ladder(self, width: int) -> Iterator[Content]:
        yield styled("Who could read a letter on its way", "bold $accent")
        for assurance in reversed(Assurance):
            name = label(assurance, self.app.glyphs)
            first, *others = plain(MEANING[assurance]).wrap(max(width - WIDEST - 4, 20))
            yield assemble("  ", name, " " * (WIDEST + 2 - name.cell_length), first)
            yield from (assemble(" " * (WIDEST + 4), line) for line in others)
        yield from hung(plain("  "), styled(_LIMIT, "$muted"), width)

    def _glossary(self, width: int) -> Iterator[Content]:
        yield plain("")
        yield styled("The words", "bold $accent")
        for word, meaning in GLOSSARY.items():
            first, *others = plain(meaning).wrap(max(width - _WORD - 2, 20))
            yield assemble("  ", (set_cell_size(word, _WORD), "bold"), first)
            yield from (assemble(" " * (_WORD + 2), line) for line in others)

    def _keys(self) -> Iterator[Content]:
        for place in (*self._places, Place.EVERYWHERE):
            yield plain("")
            yield styled(place.value, "bold $accent")
            yield from (self._key(key) for key in keys_of(place))

    def _key(self, key: Key) -> Content:
        pressed = "  ".join(shown(self.app.config.keys.get(key.id, key.keys)))
        return assemble("  ", (set_cell_size(pressed, _KEYS), "bold"), key.label)
