"""The list of messages: draws only the lines in sight and reads only their rows, so that it costs the same at any size.

The order is one array of 64-bit ids, newest first (the *spine*); rows come in pages by id from desk, and both rows and
finished lines stay in bounded caches. A line whose row is still on its way is drawn empty and filled in when it comes.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from linksec_tui.model.message import Header
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.marks import Marks
from linksec_tui.tui.widgets.message_line import LineLook, message_line

PAGE = 128  # rows asked for at once: a few screens
ROWS_KEPT = 16 * PAGE
STRIPS_KEPT = 512

RowSource = Callable[[Sequence[int]], Awaitable[Mapping[int, Header]]]


async def _no_rows(ids: Sequence[int]) -> Mapping[int, Header]:  # noqa: ARG001 - stands in until desk is open
    return {}


class MessageList(ScrollView, can_focus=True):
    """Messages of one mailbox or search."""

    BINDINGS = bindings(Place.LIST)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list--cursor", "list--away", "list--muted", "list--unread", "list--bounce", "list--star", "list--selected",
    }  # fmt: skip
    DEFAULT_CSS = """
    MessageList {
        background: $surface; color: $foreground; overflow-x: hidden; scrollbar-size-vertical: 1;
        & > .list--cursor { background: $cursor-row; }
        & > .list--away { background: $cursor-row-away; }
        & > .list--muted { color: $muted; }
        & > .list--unread { text-style: bold; }
        & > .list--bounce { color: $warning; }
        & > .list--star { color: $accent; }
        & > .list--selected { color: $accent; text-style: bold; }
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False, init=False)

    @dataclass
    class Highlighted(Message):
        """The cursor stands on another message."""

        id: int

    @dataclass
    class Opened(Message):
        """Somebody wants to read it."""

        id: int

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.marks = marks
        self.rows: RowSource = _no_rows
        self.now: Callable[[], datetime] | None = None
        self.spine: array[int] = array("q")
        self.selected: set[int] = set()
        self._headers: OrderedDict[int, Header] = OrderedDict()
        self._strips: OrderedDict[tuple[int, bool, int], Strip] = OrderedDict()
        self._asked: set[int] = set()

    # What it shows

    def show_first(self, headers: Sequence[Header]) -> None:
        """The first screen of a mailbox, before its spine is there."""
        self._headers.clear()
        self.selected.clear()
        self._remember(headers)
        self._take(array("q", (header.id for header in headers)), at=0)

    def show_spine(self, spine: array[int]) -> None:
        """A new order; the cursor stays on its message, or where it was if that is gone."""
        here = self.current_id
        try:
            at = spine.index(here) if here is not None else 0
        except ValueError:
            at = self.cursor
        self.selected.intersection_update(spine) if self.selected else None
        self._take(spine, at=at)

    async def renew(self, spine: array[int]) -> None:
        """A new order and perhaps changed rows; those in sight are read before anything is drawn: no flicker."""
        top = self.scroll_offset.y
        near = {*self.spine[top : top + self.size.height], *spine[top : top + self.size.height]}
        fresh = await self.rows(list(near))
        self._headers.clear()
        self._remember(fresh.values())
        self.show_spine(spine)

    def without(self, gone: Iterable[int]) -> None:
        """These messages are on their way elsewhere."""
        left = set(gone)
        self.selected -= left
        self.show_spine(array("q", (one for one in self.spine if one not in left)))

    def put(self, header: Header) -> None:
        """A row that is known to be like this now, before the server has said so."""
        self._headers[header.id] = header
        self._repaint()

    def _take(self, spine: array[int], *, at: int) -> None:
        before = self.current_id
        self.spine = spine
        self._asked.clear()
        self._repaint()
        self.virtual_size = Size(0, len(spine))
        self.set_reactive(MessageList.cursor, min(max(at, 0), max(len(spine) - 1, 0)))
        self._show_cursor()
        if self.current_id is not None and self.current_id != before:
            self.post_message(self.Highlighted(self.current_id))

    @property
    def current_id(self) -> int | None:
        return self.spine[self.cursor] if self.cursor < len(self.spine) else None

    @property
    def current(self) -> Header | None:
        """The message under the cursor, if its row is here."""
        here = self.current_id
        return None if here is None else self._headers.get(here)

    @property
    def chosen(self) -> tuple[int, ...]:
        """What a verb applies to: the selected messages, or the one under the cursor."""
        if self.selected:
            return tuple(self.selected)
        return () if self.current_id is None else (self.current_id,)

    def header(self, message: int) -> Header | None:
        return self._headers.get(message)

    async def next_unread(self) -> int | None:
        """Position of the next unread message below the cursor, then from the top."""
        order = [*range(self.cursor + 1, len(self.spine)), *range(self.cursor)]
        for start in range(0, len(order), PAGE):
            page = order[start : start + PAGE]
            missing = [self.spine[at] for at in page if self.spine[at] not in self._headers]
            if missing:
                self._remember((await self.rows(missing)).values())
            for at in page:
                header = self._headers.get(self.spine[at])
                if header is not None and header.unread:
                    return at
        return None

    # Drawing

    def render_line(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        width = self.size.width
        if index >= len(self.spine):
            return Strip.blank(width, self.rich_style)
        message = self.spine[index]
        at_cursor = index == self.cursor
        header = self._headers.get(message)
        if header is None:
            self._ask(index)
            return Strip.blank(width, self._base(at_cursor=at_cursor))
        key = (message, at_cursor, width)
        if (strip := self._strips.get(key)) is None:
            strip = self._strips[key] = self._draw(header, at_cursor=at_cursor, width=width)
            if len(self._strips) > STRIPS_KEPT:
                self._strips.popitem(last=False)
        return strip

    def _draw(self, header: Header, *, at_cursor: bool, width: int) -> Strip:
        look = LineLook(
            marks=self.marks,
            base=self._base(at_cursor=at_cursor),
            muted=self._partial("list--muted"),
            unread=self._partial("list--unread"),
            bounce=self._partial("list--bounce"),
            star=self._partial("list--star"),
            selected=self._partial("list--selected"),
        )
        today = self.now().astimezone() if self.now else None
        segments: list[Segment] = message_line(
            header, look, width=width, today=today, selected=header.id in self.selected
        )
        return Strip(segments).adjust_cell_length(width, look.base)

    def _base(self, *, at_cursor: bool) -> Style:
        if not at_cursor:
            return self.rich_style
        cursor = self.get_component_styles("list--cursor" if self.has_focus else "list--away")
        return self.rich_style + Style(bgcolor=cursor.background.rich_color)

    def _partial(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

    def _ask(self, index: int) -> None:
        page = index // PAGE
        if page not in self._asked:
            self._asked.add(page)
            ids = self.spine[page * PAGE : (page + 1) * PAGE]
            self.screen.run_worker(partial(self._fetch, ids), group="rows", exit_on_error=False)

    async def _fetch(self, ids: Sequence[int]) -> None:
        try:
            self._remember((await self.rows(ids)).values())
        except BaseException:
            self._asked.clear()  # they may be asked for again
            raise
        self.refresh()
        if self.current_id in ids:
            self.post_message(self.Highlighted(self.current_id or 0))

    def _remember(self, headers: Iterable[Header]) -> None:
        for header in headers:
            self._headers[header.id] = header
            self._headers.move_to_end(header.id)
        while len(self._headers) > ROWS_KEPT:
            self._headers.popitem(last=False)
            self._asked.clear()

    def _repaint(self) -> None:
        self._strips.clear()
        self._asked.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        self._strips.clear()  # finished lines carry colours
        super().notify_style_update()

    def on_resize(self) -> None:
        self._strips.clear()
        self._show_cursor()

    def on_focus(self) -> None:
        self._repaint()

    def on_blur(self) -> None:
        self._repaint()

    # Moving

    def watch_cursor(self, old: int, new: int) -> None:
        self.refresh_line(old)
        self.refresh_line(new)
        self._show_cursor()
        if self.current_id is not None:
            self.post_message(self.Highlighted(self.current_id))

    def _show_cursor(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True, immediate=True)

    def move_to(self, index: int) -> None:
        self.cursor = min(max(index, 0), max(len(self.spine) - 1, 0))

    def action_move(self, by: int) -> None:
        self.move_to(self.cursor + by)

    def action_page(self, pages: int) -> None:
        self.move_to(self.cursor + pages * max(self.size.height - 1, 1))

    def action_first(self) -> None:
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(len(self.spine) - 1)

    def action_open(self) -> None:
        if self.current_id is not None:
            self.post_message(self.Opened(self.current_id))

    def action_select(self) -> None:
        if (here := self.current_id) is not None:
            self.selected.symmetric_difference_update({here})
            self._repaint()
            self.action_move(1)

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y
        if index < len(self.spine):
            again = index == self.cursor and event.chain > 1
            self.move_to(index)
            if again:
                self.action_open()
