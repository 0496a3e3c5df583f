"""A text → its rows on the screen, each only a place in the text: any length costs one number a row.

Lines are wrapped at blanks; a line that quotes keeps its marks before every row; a folded quotation is one row.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from rich.cells import get_character_cell_size

from linksec_tui.model.reading import Sort, Stretch

FOLDED_FROM = 5  # lines of a quotation; a shorter one says what is answered, and stays
MOST_DEPTH = 8  # quotation marks that are drawn
NARROWEST = 12  # cells for the words, however deep they are quoted
SOUGHT = 1 << 16  # characters before a row in which its line's beginning is looked for

_MARKS = re.compile(r"(?:> ?)+")
# Letters that may be two cells wide; all others are taken as one, so that ordinary lines are never measured.
_WIDE = (
    "[\u1100-\u115f\u231a-\u2bff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    "\U0001f000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its words, without the quotation marks before them; or what is folded there."""

    words: str
    depth: int = 0
    sort: Sort | None = None
    folded: int = 0  # lines that are folded into it


@dataclass(slots=True, kw_only=True)
class Layout:
    """The rows of a text at one width. `starts` says where each row begins, and behind the last one where it ends."""

    text: str
    stretches: tuple[Stretch, ...]
    unfolded: frozenset[int]  # the places of the quotations that are not folded
    width: int
    starts: array[int] = field(default_factory=lambda: array("I"))
    _begins: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        self._begins = [stretch.start for stretch in self.stretches]

    @property
    def length(self) -> int:
        """Rows that are laid out by now."""
        return max(len(self.starts) - 1, 0)

    @property
    def is_whole(self) -> bool:
        return bool(self.starts) and self.starts[-1] == len(self.text)

    def lay_out(self, most: int) -> None:
        """From the beginning, until there are `most` rows or a few more."""
        self.starts = array("I", _starts(self, most))

    def row(self, number: int) -> Row:
        start, end = self.starts[number], self.starts[number + 1]
        stretch = self.stretch_at(start)
        if stretch is not None and stretch.start == start and self.is_folded(stretch):
            return Row(words="", sort=stretch.sort, folded=_lines_in(self.text, stretch))
        words = self.text[start:end].rstrip("\n")
        depth = 0
        if stretch is not None and stretch.sort is Sort.QUOTE:
            marks = _MARKS.match(self.text, self._line_start(start))
            depth = marks[0].count(">") if marks else 0
            if marks and marks.start() == start:
                words = words[len(marks[0]) :]
        return Row(words=words.rstrip(), depth=depth, sort=stretch.sort if stretch else None)

    def stretch_at(self, place: int) -> Stretch | None:
        found = bisect_right(self._begins, place) - 1
        return self.stretches[found] if found >= 0 and place < self.stretches[found].end else None

    def row_of(self, place: int) -> int:
        """The row in which this place of the text stands."""
        return min(max(bisect_right(self.starts, place) - 1, 0), max(self.length - 1, 0))

    def is_folded(self, stretch: Stretch) -> bool:
        return can_fold(self.text, stretch) and stretch.start not in self.unfolded

    def _line_start(self, start: int) -> int:
        return self.text.rfind("\n", max(start - SOUGHT, 0), start) + 1


def foldable(text: str, stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """The quotations that fold."""
    return (stretch for stretch in stretches if can_fold(text, stretch))


def can_fold(text: str, stretch: Stretch) -> bool:
    return stretch.sort is Sort.QUOTE and _lines_in(text, stretch) >= FOLDED_FROM


def _lines_in(text: str, stretch: Stretch) -> int:
    return text.count("\n", stretch.start, stretch.end - 1) + 1


def _starts(layout: Layout, most: int) -> Iterator[int]:
    text, at, count, stretches = layout.text, 0, 0, iter(layout.stretches)
    stretch = next(stretches, None)
    while at < len(text) and count < most:
        while stretch is not None and stretch.end <= at:
            stretch = next(stretches, None)
        yield at
        count += 1
        if stretch is not None and stretch.start == at and layout.is_folded(stretch):
            at = stretch.end
            continue
        end = text.find("\n", at)
        end = min(len(text) if end < 0 else end, at + 8 * layout.width * most)  # more than `most` rows of it
        quoted = stretch is not None and stretch.start <= at and stretch.sort is Sort.QUOTE
        for cut in _cuts(layout, at, end, quoted=quoted):
            yield cut
            count += 1
            if count >= 2 * most:  # one line of any length must not keep the first screen waiting
                yield from _rest(cut, end)
                return
        at = end + 1
    yield min(at, len(text))


def _rest(cut: int, end: int) -> Iterator[int]:
    """Where a line was left in its middle: the next layout takes it whole."""
    if cut < end:
        yield cut + 1


def _cuts(layout: Layout, start: int, end: int, *, quoted: bool) -> Iterator[int]:
    """Where the line from `start` to `end` goes on in another row."""
    text, width = layout.text, layout.width
    if quoted and (marks := _MARKS.match(text, start, end)):
        width = max(width - 2 * min(marks[0].count(">"), MOST_DEPTH), NARROWEST)
        start = marks.end()
    if end - start <= width and (text.isascii() or not _wide().search(text, start, end)):
        return
    wide = not text.isascii() and bool(_wide().search(text, start, end))
    while start < end:
        fits = _fitting(text, start, end, width) if wide else start + width
        if fits >= end:
            return
        blank = text.rfind(" ", start, fits + 1)
        start = blank + 1 if blank > start else fits
        if start < end:
            yield start


@cache
def _wide() -> re.Pattern[str]:
    """Made when the first letter beyond ASCII is read: a list needs none, and it takes milliseconds."""
    return re.compile(_WIDE)


def _fitting(text: str, start: int, end: int, width: int) -> int:
    """How far the letters from `start` go in `width` cells; one of them at least."""
    used = 0
    for place in range(start, min(end, start + 4 * width)):
        used += get_character_cell_size(text[place])
        if used > width:
            return max(place, start + 1)
    return min(end, start + 4 * width)
