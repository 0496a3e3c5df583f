"""Where the lines of a letter are broken on the screen, for a megabyte in a few hundredths of a second.

Textual measures every word, and does so again whenever it is told the width, though it is the same one. Where each
character takes one cell, looking for a blank is enough; wherever that could differ from Textual, Textual is asked.
"""

from __future__ import annotations

from textual._wrap import compute_wrap_offsets
from textual.document._document import DocumentBase, Location
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths
from textual.geometry import Offset

_FIRST_ODD = (
    "\u0300"  # of the printable characters before it, each takes one cell, and none but the blank breaks a line
)


class Wrapped(WrappedDocument):
    """Broken anew only for another width: what is typed is told by `wrap_range`."""

    def __init__(self, document: DocumentBase, *, tab_width: int) -> None:
        self.wraps = 0  # of the whole text, into lines
        self._wrapped_for: tuple[int, int] | None = None
        self.several = False  # edits are told as one: their places are those of different texts, and tell nothing
        super().__init__(document, tab_width=tab_width)

    @property
    def height(self) -> int:
        """Textual's adds up all lines whenever it is asked, which is with every line that is painted."""
        return len(self._offset_to_line_info)

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        self._width, self._tab_width = width, tab_width or self._tab_width
        if self._wrapped_for == (width, self._tab_width):
            return
        self._wrapped_for = (width, self._tab_width)
        self.wraps += bool(width)
        tabs = [_tab_widths(line, self._tab_width) for line in self.document.lines]
        breaks = [breaks_of(line, width, self._tab_width) for line in self.document.lines]
        rows: list[list[int]] = []
        first = 0
        for each in breaks:
            rows.append(list(range(first, first + len(each) + 1)))
            first += len(each) + 1
        self._wrap_offsets, self._tab_width_cache, self._line_index_to_offsets = breaks, tabs, rows
        self._offset_to_line_info = [(line, part) for line, each in enumerate(rows) for part in range(len(each))]

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        if self.several:
            self._wrapped_for = None
            self.wrap(self._width)
        else:
            super().wrap_range(start, old_end, new_end)

    def location_to_offset(self, location: Location) -> Offset:
        """Also of a cursor that stands, for a moment yet, on a line that was taken away."""
        return super().location_to_offset(min(location, self.document.end))

    def rows_of(self, line: int) -> tuple[int, int]:
        """The first row that a line of the text stands on, and the last one; of the last line where it is gone."""
        rows = self._line_index_to_offsets[min(line, len(self._line_index_to_offsets) - 1)]
        return rows[0], rows[-1]


def breaks_of(line: str, width: int, tab_width: int) -> list[int]:
    """The places in `line` where a new row begins; none where no `width` is known yet."""
    if not width:
        return []
    if _is_even(line):
        if len(line) <= width:
            return []
        if (found := _at_blanks(line, width)) is not None:
            return found
    tabs = get_tab_widths(line, tab_width)
    return compute_wrap_offsets(line, width, tab_size=tab_width, precomputed_tab_sections=tabs)


def _is_even(line: str) -> bool:
    return line.isprintable() and (line.isascii() or max(line) < _FIRST_ODD)


def _at_blanks(line: str, width: int) -> list[int] | None:
    """None where a word is too long for a row, or several blanks stand at its end."""
    found: list[int] = []
    begin = 0
    while len(line) - begin > width:
        after = line.rfind(" ", begin, begin + width) + 1
        if after <= begin or line[after] == " ":
            return None
        found.append(after)
        begin = after
    return found


def _tab_widths(line: str, tab_width: int) -> list[int]:
    return [width for _, width in get_tab_widths(line, tab_width)] if "\t" in line else [0] if line else []
