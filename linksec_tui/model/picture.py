"""A picture that came in a message, made small enough for a screen; and the place where it is to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Colour = tuple[int, int, int]


class Drawing(StrEnum):
    """How a terminal draws a picture."""

    BLOCKS = "blocks"  # two pixels a cell: the upper half in one colour, the lower in another
    BLANKS = "blanks"  # one pixel a cell, for terminals without a half block
    SIXEL = "sixel"
    KITTY = "kitty"

    @property
    def is_pixels(self) -> bool:
        """Does the terminal draw the pixels themselves?"""
        return self in (Drawing.SIXEL, Drawing.KITTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """Where it is to be drawn: room in cells, the size of one in pixels, and the colour behind what is transparent."""

    columns: int
    lines: int
    drawing: Drawing = Drawing.BLOCKS
    cell_width: int = 1
    cell_height: int = 2
    ground: Colour = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as large as its canvas allows. `octets`: three a pixel, a PNG file, or the body of a Sixel sequence.

    `width` and `height` are those of the picture that came, `across` and `down` what is drawn of it.
    """

    drawing: Drawing
    kind: str
    width: int
    height: int
    across: int
    down: int
    octets: bytes
    moves: bool = False  # an animation, of which this is the first frame
    broken: bool = False  # what could be read of it

    def cells(self, canvas: Canvas) -> tuple[int, int]:
        """Columns and lines that it takes."""
        return -(-self.across // canvas.cell_width), -(-self.down // canvas.cell_height)
