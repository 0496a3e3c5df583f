"""Words that are told again and again: the same ones paint nothing, and others lay the screen out anew only where they
take another number of lines."""

from __future__ import annotations

from typing import cast

from textual.content import Content
from textual.css.styles import RulesMap
from textual.widgets import Static


class Told(Static):
    """As wide as there is room, as high as its words."""

    DEFAULT_CSS = "Told { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(markup=False, id=id)

    def tell(self, words: Content) -> None:
        before = self.content
        if isinstance(before, Content) and words.is_same(before):
            return
        width, height = self.content_size
        rules = cast("RulesMap", self.styles)  # as Textual hands them over itself
        self.update(words, layout=not width or words.get_height(rules, width) != height)
