"""The bytes of one tapped link, line by line as they cross: text where it can be read, noise where it cannot."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import getters
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from linksec_tui.model.eavesdrop import Direction, TappedLink
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.overheard import HeardLine, heard_lines

_OCTETS = 16 * 3


class TappedBytes(ScrollView, can_focus=True):
    """Follows the end while it stands there."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.READING)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tap--to", "tap--from", "tap--noise", "tap--readable", "tap--letter"}
    DEFAULT_CSS = """
    TappedBytes { background: $surface; padding: 0 1; overflow-x: hidden; scrollbar-size-vertical: 1;
        & > .tap--to { color: $to-them; }
        & > .tap--from { color: $from-them; }
        & > .tap--noise { color: $noise; }
        & > .tap--readable { color: $muted; }
        & > .tap--letter { color: $assurance-exposed; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._heard: list[HeardLine] = []
        self._number = 0

    def show(self, link: TappedLink | None) -> None:
        """Draw this link, from its letter on where that can be read; one that grows is followed at its end."""
        number = link.number if link is not None else 0
        another, at_end = number != self._number, self.scroll_offset.y >= self.max_scroll_y
        self._number = number
        self._heard = heard_lines(link) if link is not None else []
        self.virtual_size = Size(0, len(self._heard))
        self.refresh()
        if another:
            self.call_after_refresh(self._show_start)
        elif at_end and link is not None and link.open:
            self.scroll_end(animate=False, force=True, immediate=True)

    def _show_start(self) -> None:
        """Where it matters: the letter with its words, as far as there is room; else where the noise begins."""
        letter = next((at for at, line in enumerate(self._heard) if line.letter), None)
        if letter is None:
            start = next((at for at, line in enumerate(self._heard) if not line.readable), 0)
        else:
            words = next((at for at in range(letter, len(self._heard)) if not self._heard[at].text), letter)
            start = max(letter - 2, words + 2 - self.size.height)
        self.scroll_to(y=max(start, 0), animate=False, force=True, immediate=True)

    def render_line(self, y: int) -> Strip:
        at = self.scroll_offset.y + y
        width = self.size.width
        if at >= len(self._heard):
            return Strip.blank(width, self.rich_style)
        return Strip(self._segments(self._heard[at], width)).adjust_cell_length(width, self.rich_style)

    def _segments(self, heard: HeardLine, width: int) -> list[Segment]:
        to_them = heard.direction is Direction.FROM_PROVIDER
        way = self.rich_style + self.get_component_rich_style("tap--to" if to_them else "tap--from", partial=True)
        sign = self.app.marks.arrow if to_them else self.app.marks.back
        if heard.readable:
            look = "tap--letter" if heard.letter else "tap--readable"
            text = self.rich_style + self.get_component_rich_style(look, partial=True)
            return [Segment(f"{sign} ", way), Segment(heard.text, text)]
        noise = self.rich_style + self.get_component_rich_style("tap--noise", partial=True)
        octets = f"{heard.octets:<{_OCTETS}} " if width >= _OCTETS + 20 else ""
        return [Segment(f"{sign} ", way), Segment(octets, noise), Segment(heard.text, noise)]

    def action_show_all(self) -> None:
        """Everything is shown already."""
