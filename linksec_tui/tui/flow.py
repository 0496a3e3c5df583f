"""Words on lines: pieces that are never broken, and paragraphs that hang from a sign at their left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual.content import Content

from linksec_tui.tui.text import assemble, plain


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a piece stands among its lines."""

    row: int
    column: int
    width: int


def placed(widths: Sequence[int], available: int, *, gap: int = 1) -> list[Placed]:
    """Pieces of these widths, `gap` blanks between them, on lines of `available` cells."""
    places: list[Placed] = []
    row = column = 0
    for wanted in widths:
        width = min(wanted, max(available, 1))
        if column and column + width > available:
            row, column = row + 1, 0
        places.append(Placed(row, column, width))
        column += width + gap
    return places


def joined(pieces: Sequence[Content], separator: Content, available: int) -> Content:
    """Pieces with separators between them, broken only at a separator."""
    places = placed([piece.cell_length for piece in pieces], available, gap=separator.cell_length)
    rows: list[list[Content]] = [[] for _ in range(places[-1].row + 1)] if places else []
    for piece, place in zip(pieces, places, strict=True):
        rows[place.row].append(piece)
    return plain("\n").join(separator.join(row) for row in rows)


def hung(sign: Content, text: Content, available: int) -> Iterator[Content]:
    """`text` wrapped at the right of `sign`, which stands before each of its lines."""
    for line in text.wrap(max(available - sign.cell_length, 8)):
        yield assemble(sign, line)


def hung_with_origin(sign: Content, text: Content, origin: Content, available: int) -> Iterator[Content]:
    """As `hung`, and where it comes from at its end, never broken."""
    *lines, last = text.wrap(max(available - sign.cell_length, 8))
    yield from (assemble(sign, line) for line in lines)
    if last.cell_length + 1 + origin.cell_length + sign.cell_length <= available:
        yield assemble(sign, last, " ", origin)
    else:
        yield assemble(sign, last)
        yield assemble(sign, origin)
