"""The letter's text: an editor with undo and soft wrap that stays quick with a megabyte in it, and spell marks.

A paragraph is laid out anew with every key pressed in it, so a paragraph without end would stop the keys: what is
pasted is broken where its lines are longer than anybody writes. What a key changes is painted, and no line besides.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rich.style import Style
from rich.text import Text
from textual import events
from textual.document._document import Document, EditResult, Location, Selection
from textual.document._document_navigator import DocumentNavigator
from textual.document._edit import Edit
from textual.geometry import Region
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.strip import Strip
from textual.widgets import TextArea

from linksec_tui.tui.file_choice import paths_in
from linksec_tui.tui.wrapping import Wrapped

LONGEST = 2_000  # characters of one line; longer ones are broken at a blank
BRACKET_NEAR = 4_000  # characters on either side that a bracket's partner is looked for in: a screen full
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

_MISSPELT = Style(underline=True, italic=True)


class LetterBody(TextArea):
    """Pasted paths of files are no text: they are handed on."""

    selection: Reactive[Selection] = reactive(Selection(), init=False, always_update=True, repaint=False)

    @dataclass
    class FilesPasted(Message):
        """A terminal was handed files."""

        paths: tuple[Path, ...]

    def __init__(self, text: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        self._painting: str | None = None  # instead of the text, while it is painted
        self.misspelt: frozenset[str] = frozenset()
        super().__init__(id=id, placeholder="Your letter", highlight_cursor_line=False)
        self._set_document(broken(text), None)

    def _set_document(self, text: str, language: str | None) -> None:  # noqa: ARG002 - Textual's; a letter has none
        """As Textual does it, but wrapped once."""
        self.document = Document(text)
        self.wrapped_document = self.wrapped = Wrapped(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def _rewrap_and_refresh_virtual_size(self) -> None:
        """Textual paints another width before it has broken the text for it, and leaves it so."""
        super()._rewrap_and_refresh_virtual_size()
        self.refresh()

    @property
    def text(self) -> str:
        """The letter. Textual asks for all of it with every line that it paints, and only whether there is any."""
        return self.document.text if self._painting is None else self._painting

    @text.setter
    def text(self, value: str) -> None:
        self.load_text(value)

    @property
    def _is_empty(self) -> bool:
        return self.document.line_count == 1 and not self.document[0]

    # Painting

    def render_lines(self, crop: Region) -> list[Strip]:
        self._painting = "" if self._is_empty else "\n"
        try:
            return super().render_lines(crop)
        finally:
            self._painting = None

    def edit(self, edit: Edit) -> EditResult:
        before = (self._is_empty, self.document.line_count, self.wrapped.height)
        result = super().edit(edit)
        if before == (self._is_empty, self.document.line_count, self.wrapped.height):
            self._paint_lines(edit.top[0], result.end_location[0])
        else:
            self.refresh()
        return result

    def _undo_batch(self, edits: Sequence[Edit]) -> None:
        with self._wrapped_at_the_end(edits):
            super()._undo_batch(edits)

    def _redo_batch(self, edits: Sequence[Edit]) -> None:
        with self._wrapped_at_the_end(edits):
            super()._redo_batch(edits)

    @contextmanager
    def _wrapped_at_the_end(self, edits: Sequence[Edit]) -> Generator[None]:
        """Textual takes places in the texts between for places in the last one, and fails where they are not there."""
        self.wrapped.several = len(edits) > 1
        try:
            yield
        finally:
            self.wrapped.several = False
            self.refresh()

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        """Textual paints everything when the cursor moves."""
        bracket = self._matching_bracket_location
        super()._watch_selection(previous_selection, selection)
        for place in (bracket, self._matching_bracket_location):
            if place is not None:
                self._paint_lines(place[0], place[0])
        if previous_selection.is_empty and selection.is_empty:
            self._paint_lines(previous_selection.end[0], previous_selection.end[0])
            self._paint_lines(selection.end[0], selection.end[0])
        else:
            lines = [place[0] for place in (*previous_selection, *selection)]
            self._paint_lines(min(lines), max(lines))

    def _paint_lines(self, first: int, last: int) -> None:
        """These lines of the text, on as many rows as they have."""
        top, bottom = self.wrapped.rows_of(first)[0], self.wrapped.rows_of(last)[1]
        top = max(top, self.scroll_offset.y)
        bottom = min(bottom, self.scroll_offset.y + self.size.height)
        if top <= bottom:
            self.refresh_lines(top, bottom - top + 1)

    def _yield_character_locations(self, start: Location) -> Iterable[tuple[str, Location]]:
        return islice(super()._yield_character_locations(start), BRACKET_NEAR)

    def _yield_character_locations_reverse(self, start: Location) -> Iterable[tuple[str, Location]]:
        return islice(super()._yield_character_locations_reverse(start), BRACKET_NEAR)

    # What comes in

    async def _on_paste(self, event: events.Paste) -> None:
        if paths := paths_in(event.text):
            event.stop()
            event.prevent_default()
            self.post_message(self.FilesPasted(paths))
            return
        event.text = broken(event.text)

    def rewrite(self, text: str) -> None:
        """Another text in place of this one; what was there comes back by undoing."""
        self.replace(broken(text), (0, 0), self.document.end)

    # Words that no dictionary knows

    def show_misspelt(self, words: Iterable[str]) -> None:
        """Mark these wherever they stand in sight."""
        self.misspelt = frozenset(words)
        self._line_cache.clear()  # pyright: ignore[reportUnknownMemberType]  # its keys are generic
        self.refresh()

    def words_in_sight(self) -> frozenset[str]:
        """Own words about where the cursor and the view are; quoted lines are somebody else's."""
        top = max(min(self.scroll_offset.y, self.cursor_location[0]) - 100, 0)
        lines = (self.document.get_line(at) for at in range(top, min(top + 400, self.document.line_count)))
        return frozenset(word for line in lines if not line.startswith(">") for word in WORD.findall(line))

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        if self.misspelt and not line.plain.startswith(">"):
            for found in WORD.finditer(line.plain):
                if found.group() in self.misspelt:
                    line.stylize(_MISSPELT, found.start(), found.end())
        return line


def broken(text: str) -> str:
    """`text` without a line that is longer than LONGEST."""
    if max(map(len, text.split("\n"))) <= LONGEST:
        return text
    return "\n".join(piece for line in re.split(r"\r\n|\r|\n", text) for piece in _pieces(line))


def _pieces(line: str) -> Iterable[str]:
    while len(line) > LONGEST:
        cut = line.rfind(" ", 0, LONGEST) + 1 or LONGEST
        yield line[:cut].rstrip(" ")
        line = line[cut:]
    yield line
