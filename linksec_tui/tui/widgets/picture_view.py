"""A picture in cells: as coloured half blocks, or as pixels where the terminal draws them itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, groupby

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import getters
from textual.driver import Driver
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from linksec_tui.model.picture import Canvas, Drawing, Picture
from linksec_tui.tui.front import Front
from linksec_tui.tui.graphics import Graphics
from linksec_tui.tui.pixels import NUMBERS, kitty_gone, kitty_picture, kitty_row, sixel_picture

UPPER_HALF = "▀"
_IDENTS = count(0x4C5301)  # 24 bits, written as a colour; other programs begin elsewhere


class PictureView(Widget):
    """Nothing but a picture in its middle."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    PictureView { width: 1fr; height: 1fr; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._picture: Picture | None = None
        self._rows: list[Strip] = []
        self._columns = 0
        self._ident = 0
        self._is_due = False

    def canvas(self, graphics: Graphics) -> Canvas:
        """The room that there is."""
        ground = self.background_colors[1]
        return Canvas(
            columns=min(self.size.width, len(NUMBERS)),
            lines=min(self.size.height, len(NUMBERS)),
            drawing=graphics.drawing,
            cell_width=graphics.cell_width,
            cell_height=graphics.cell_height,
            ground=(ground.r, ground.g, ground.b),
        )

    def show(self, picture: Picture, canvas: Canvas) -> None:
        self.clear()
        self._picture = picture
        self._columns, lines = picture.cells(canvas)
        match picture.drawing:
            case Drawing.KITTY:
                self._ident = next(_IDENTS)
                self._write(kitty_picture(self._ident, picture.octets, self._columns, lines))
                self._rows = list(_placeholders(self._ident, self._columns, lines))
            case Drawing.SIXEL:
                self._rows = [Strip.blank(self._columns)] * lines
            case Drawing.BLOCKS:
                self._rows = [Strip(_half_blocks(picture, row, canvas)) for row in range(lines)]
            case Drawing.BLANKS:
                self._rows = [Strip(_blanks(picture, row)) for row in range(lines)]
        self.refresh()

    def clear(self) -> None:
        """No picture; the terminal may forget the last one."""
        if self._ident:
            self._write(kitty_gone(self._ident))
        self._picture, self._rows, self._ident = None, [], 0
        self.refresh()

    def on_unmount(self) -> None:
        self.clear()

    def _write(self, sequence: str) -> None:
        """Past Textual, which knows nothing of pictures."""
        driver: Driver | None = self.app._driver  # pyright: ignore[reportPrivateUsage] - Textual has no other way to it
        if driver is not None:
            driver.write(sequence)
            driver.flush()

    # Drawing

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.rich_style
        top, left = self._corner(self.size)
        if not top <= y < top + len(self._rows):
            return Strip.blank(width, base)
        self._draw_pixels_later()
        right = width - left - self._columns
        return Strip([Segment(" " * left, base), *self._rows[y - top], Segment(" " * max(right, 0), base)])

    def _corner(self, size: Size) -> tuple[int, int]:
        return max((size.height - len(self._rows)) // 2, 0), max((size.width - self._columns) // 2, 0)

    def _draw_pixels_later(self) -> None:
        """Whatever Textual writes to these cells wipes them out; so they are drawn again behind it."""
        if self._picture is not None and self._picture.drawing is Drawing.SIXEL and not self._is_due:
            self._is_due = True
            self.call_after_refresh(self._draw_pixels)

    def _draw_pixels(self) -> None:
        self._is_due = False
        picture = self._picture
        if picture is None or picture.drawing is not Drawing.SIXEL or self.app.screen is not self.screen:
            return
        top, left = self._corner(self.size)
        region = self.content_region
        if len(self._rows) <= region.height and self._columns <= region.width:
            self._write(sixel_picture(picture.octets, region.x + left, region.y + top))


def _half_blocks(picture: Picture, row: int, canvas: Canvas) -> Iterator[Segment]:
    """Two pixels a cell: the letter's colour is the upper one, the colour behind it the lower one."""
    upper = _pixels(picture, 2 * row)
    lower = _pixels(picture, 2 * row + 1) if 2 * row + 1 < picture.down else [canvas.ground] * picture.across
    for (above, below), cells in groupby(zip(upper, lower, strict=True)):
        style = Style(color=Color.from_rgb(*above), bgcolor=Color.from_rgb(*below))
        yield Segment(UPPER_HALF * len(list(cells)), style)


def _blanks(picture: Picture, row: int) -> Iterator[Segment]:
    for colour, cells in groupby(_pixels(picture, row)):
        yield Segment(" " * len(list(cells)), Style(bgcolor=Color.from_rgb(*colour)))


def _placeholders(ident: int, columns: int, lines: int) -> Iterator[Strip]:
    style = Style(color=Color.from_rgb(ident >> 16, ident >> 8 & 0xFF, ident & 0xFF))
    return (Strip([Segment(kitty_row(row, columns), style)], columns) for row in range(lines))


def _pixels(picture: Picture, row: int) -> list[tuple[int, int, int]]:
    start = 3 * picture.across * row
    octets = picture.octets[start : start + 3 * picture.across]
    return list(zip(octets[::3], octets[1::3], octets[2::3], strict=True))
