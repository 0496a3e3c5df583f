"""Words → lines: white space as HTML means it, quotation marks and list indents before each line."""

from __future__ import annotations

import unicodedata

MAX_TEXT = 1 << 20  # characters
MAX_PREFIX = 40  # characters before a line; deeper quotations look the same
MAX_TABLE = 110  # cells across; a wider table reads better as lines
COLUMN = "\x1f"  # between the cells of a row, until it is known whether they stand in columns; never in a text


class Paragraphs:
    """Collects the text of a page. `preformatted` counts the elements that keep white space."""

    def __init__(self, most: int = MAX_TEXT) -> None:
        self.preformatted = 0
        self._lines: list[str] = []
        self._line: list[str] = []
        self._prefixes: list[str] = []
        self._marker = ""  # stands before the next line instead of the last prefix
        self._room = most
        self._rows: list[int] = []  # the lines that have cells, until their table ends
        self._blank_wanted = False
        self._space_wanted = False
        self._cells = False

    def add(self, text: str, *, kept: bool = False) -> None:
        """Text in the line, white space collapsed unless it is to be kept."""
        if self._room <= 0:
            return
        text = text[: self._room]
        if self.preformatted and not kept:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self._put(first)
            for line in others:
                self._flush()
                self._put(line)
            return
        if kept:
            self._put(text if self._line else text.lstrip())
            return
        words = text.split()
        self._space_wanted = self._space_wanted or text[:1].isspace()
        if words:
            self._put((" " if self._space_wanted and self._line else "") + " ".join(words))
            self._space_wanted = text[-1:].isspace()

    def end_line(self) -> None:
        if self._line:
            self._flush()

    def end_paragraph(self) -> None:
        self.end_line()
        self._blank_wanted = bool(self._lines)

    def push(self, prefix: str, *, first: str = "") -> None:
        """Every line from here on begins with `prefix`; the first one with `first` instead."""
        self._settle_blank()
        self._prefixes.append(prefix)
        self._marker = first

    def pop(self) -> None:
        self._prefixes.pop()
        self._marker = ""

    def mark(self) -> int:
        """A place in the text, for `since`."""
        return len(self._line)

    def since(self, mark: int) -> str:
        """What the line has got since `mark`."""
        return "".join(self._line[mark:])

    @property
    def full(self) -> bool:
        """No more text is taken."""
        return self._room <= 0

    @property
    def lines(self) -> int:
        """How many there are by now, for `set_table`."""
        return len(self._lines)

    def end_cell(self) -> None:
        """A cell of a table ends; the next one of its row stands beside it."""
        self._line.append(COLUMN)
        self._cells = True

    def end_table(self, first: int) -> None:
        """The rows since line `first` end here: in columns where most of them are one line, and they fit."""
        places: list[int] = []
        while self._rows and self._rows[-1] >= first:
            places.append(self._rows.pop())
        places.reverse()
        rows = [self._lines[place].split(COLUMN) for place in places]
        widths = _widths(rows)
        beside = len(rows) > 1 and 2 * len(rows) >= len(self._lines) - first
        fits = len(widths) > 1 and sum(widths) + 2 * len(widths) <= MAX_TABLE
        for place, row in zip(places, rows, strict=True):
            self._lines[place] = _in_columns(row, widths) if beside and fits else _in_a_line(row)

    def text(self) -> str:
        self.end_line()
        self.end_table(0)
        return "\n".join(self._lines)

    def _put(self, text: str) -> None:
        if text:
            self._line.append(text)
            self._room -= len(text)

    def _flush(self) -> None:
        words = "".join(self._line).rstrip()
        self._line.clear()
        self._space_wanted = False
        if self._cells:
            self._cells = False
            if not words:
                return  # a row of nothing but empty cells
            self._rows.append(len(self._lines) + self._blank_wanted)
        self._settle_blank()
        before = "".join(self._prefixes)[:MAX_PREFIX]
        if self._marker:
            before = before[: -len(self._prefixes[-1])] + self._marker if self._prefixes else self._marker
            self._marker = ""
        self._lines.append((before + words).rstrip())
        self._room -= len(before) + 1

    def _settle_blank(self) -> None:
        if self._blank_wanted:
            self._lines.append("".join(prefix for prefix in self._prefixes if prefix.strip())[:MAX_PREFIX].rstrip())
            self._blank_wanted = False


def _widths(rows: list[list[str]]) -> list[int]:
    columns = max(map(len, rows), default=0)
    return [max((cells_of(row[at]) for row in rows if at < len(row)), default=0) for at in range(columns)]


def _in_columns(row: list[str], widths: list[int]) -> str:
    return "  ".join(cell + " " * (width - cells_of(cell)) for cell, width in zip(row, widths, strict=False)).rstrip()


def _in_a_line(row: list[str]) -> str:
    first, *others = row
    return "  ".join(filter(None, (first.rstrip(), *map(str.strip, others))))


def cells_of(text: str) -> int:
    """How wide a terminal draws it, about."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
