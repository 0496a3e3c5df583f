"""The letter's text: an editor with undo and soft wrap that stays quick with a megabyte in it, and spell marks.

A paragraph is laid out anew with every key pressed in it, so a paragraph without end would stop the keys: what is
pasted is broken where its lines are longer than anybody writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.style import Style
from rich.text import Text
from textual import events
from textual.document._document_navigator import DocumentNavigator
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from linksec_tui.tui.file_choice import paths_in

LONGEST = 2_000  # characters of one line; longer ones are broken at a blank
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

_MISSPELT = Style(underline=True, italic=True)


class _Wrapped(WrappedDocument):
    """Textual's adds up all lines whenever it is asked for their number, which is with every line that is painted."""

    @property
    def height(self) -> int:
        return len(self._offset_to_line_info)


class LetterBody(TextArea):
    """Pasted paths of files are no text: they are handed on."""

    @dataclass
    class FilesPasted(Message):
        """A terminal was handed files."""

        paths: tuple[Path, ...]

    def __init__(self, text: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        self._painting: str | None = None  # the text, while it is painted
        self.misspelt: frozenset[str] = frozenset()
        super().__init__(broken(text), id=id, placeholder="Your letter", highlight_cursor_line=False)

    def _set_document(self, text: str, language: str | None) -> None:
        super()._set_document(text, language)
        self.wrapped_document = _Wrapped(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._rewrap_and_refresh_virtual_size()

    @property
    def text(self) -> str:
        """The letter; put together once for a painting, where Textual asks for it with every line."""
        return self.document.text if self._painting is None else self._painting

    @text.setter
    def text(self, value: str) -> None:
        self.load_text(value)

    def render_lines(self, crop: Region) -> list[Strip]:
        self._painting = self.document.text
        try:
            return super().render_lines(crop)
        finally:
            self._painting = None

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
    if len(text) <= LONGEST:
        return text
    return "\n".join(piece for line in re.split(r"\r\n|\r|\n", text) for piece in _pieces(line))


def _pieces(line: str) -> Iterable[str]:
    while len(line) > LONGEST:
        cut = line.rfind(" ", 0, LONGEST) + 1 or LONGEST
        yield line[:cut].rstrip(" ")
        line = line[cut:]
    yield line
