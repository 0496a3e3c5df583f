"""A list that draws only the lines in sight, each from its number: it costs the same at any length."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings

STRIPS_KEPT = 512  # finished lines: some screens full


class LineList(ScrollView, can_focus=True):
    """Moves a cursor over `length` lines. What stands on a line its heir says in `segments`."""

    BINDINGS = bindings(Place.TABLE)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line--cursor", "line--away"}
    DEFAULT_CSS = """
    LineList {
        background: $surface; color: $foreground; overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
        & > .line--cursor { background: $cursor-row; }
        & > .line--away { background: $cursor-row-away; }
        &:ansi > .line--cursor, &:nocolor > .line--cursor { text-style: reverse; }
        &:ansi > .line--away, &:nocolor > .line--away { text-style: underline; }
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False, init=False)

    @dataclass
    class Moved(Message):
        """The cursor stands on another line."""

        line: int

    @dataclass
    class Opened(Message):
        """Somebody wants to see more of the line under the cursor."""

        line: int

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._strips: OrderedDict[tuple[Hashable, bool, int], Strip] = OrderedDict()
        self._painted: dict[int, tuple[int, Hashable]] = {}
        self._base_styles: tuple[Style, Style] | None = None

    @property
    def length(self) -> int:
        raise NotImplementedError  # each kind of list has its own

    def key(self, line: int) -> Hashable:
        """What the look of a line depends on, so that a finished one is drawn again only when it changed."""
        raise NotImplementedError  # each kind of list has its own

    def segments(self, line: int, base: Style) -> Sequence[Segment]:
        """The line in its style; what is left of the width is filled."""
        raise NotImplementedError  # each kind of list has its own

    def lengthen(self, cursor: int) -> None:
        """The lines are others now; the cursor goes to the line that it is told, as high on the screen as it was.

        Where the first line was in sight it still is, while the cursor is too: what comes in there is to be seen.
        """
        from_top = self.scroll_offset.y == 0
        height_before = self.cursor - self.scroll_offset.y
        self.virtual_size = Size(0, self.length)
        self.set_reactive(LineList.cursor, self._within(cursor))
        if not from_top and 0 <= height_before < self.size.height:
            self.scroll_to(y=self.cursor - height_before, animate=False, force=True, immediate=True)
        self._show_cursor()
        self.refresh()

    # Drawing

    def render_line(self, y: int) -> Strip:
        line = self.scroll_offset.y + y
        width = self.size.width
        if line >= self.length:
            return Strip.blank(width, self._bases()[0])
        at_cursor = line == self.cursor
        key = (self.key(line), at_cursor, width)
        self._painted[y] = line, key[0]
        if (strip := self._strips.get(key)) is None:
            base = self._bases()[at_cursor]
            strip = self._strips[key] = Strip(self.segments(line, base)).adjust_cell_length(width, base)
            if len(self._strips) > STRIPS_KEPT:
                self._strips.popitem(last=False)
        return strip

    def _bases(self) -> tuple[Style, Style]:
        """The style of an ordinary line and that of the line under the cursor."""
        if self._base_styles is None:
            cursor = self.get_component_styles("line--cursor" if self.has_focus else "line--away")
            plain = self.rich_style
            self._base_styles = plain, plain + Style(bgcolor=cursor.background.rich_color) + cursor.text_style
        return self._base_styles

    def refresh_changed(self) -> None:
        """Paint the lines in sight whose look is not as it was painted; a screen full of them is dear."""
        for y, (line, painted) in self._painted.items():
            if line < self.length and line == self.scroll_offset.y + y and self.key(line) != painted:
                self.refresh_line(line)

    def redraw(self) -> None:
        """What is drawn a line with is not as it was: draw all of them anew."""
        self._base_styles = None
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        self._base_styles = None
        self._strips.clear()  # finished lines carry colours
        super().notify_style_update()

    def on_resize(self) -> None:
        self._painted = {y: each for y, each in self._painted.items() if y < self.size.height}
        self._show_cursor()

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self.redraw()

    # Moving

    def watch_cursor(self, old: int, new: int) -> None:
        self.refresh_line(old)
        self.refresh_line(new)
        self._show_cursor()
        self.post_message(self.Moved(new))

    def move_to(self, line: int) -> None:
        self.cursor = self._within(line)

    def _within(self, line: int) -> int:
        return min(max(line, 0), max(self.length - 1, 0))

    def _show_cursor(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True, immediate=True)

    def action_move(self, by: int) -> None:
        self.move_to(self.cursor + by)

    def action_page(self, pages: int) -> None:
        self.move_to(self.cursor + pages * max(self.size.height - 1, 1))

    def action_first(self) -> None:
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(self.length - 1)

    def action_open(self) -> None:
        if self.length:
            self.post_message(self.Opened(self.cursor))

    def on_click(self, event: events.Click) -> None:
        line = self.scroll_offset.y + event.y
        if line < self.length:
            again = line == self.cursor and event.chain > 1
            self.move_to(line)
            if again:
                self.action_open()
