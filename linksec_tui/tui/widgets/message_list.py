"""The list of messages: draws only the lines in sight and reads only their rows, so that it costs the same at any size.

The order is a *spine* of ids; rows come in pages by id from desk, and both rows and finished lines stay in bounded
caches. A line whose row is still on its way is drawn empty and filled in when it comes; one whose row may have changed
is drawn as it was known, and read again.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style

from linksec_tui.model.listing import Spine
from linksec_tui.model.message import Header
from linksec_tui.tui.folding import Folds, Lines
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.marks import Marks
from linksec_tui.tui.widgets.line_list import LineList
from linksec_tui.tui.widgets.message_line import LineLook, LineState, message_line

PAGE = 128  # rows asked for at once: a few screens
ROWS_KEPT = 16 * PAGE

RowSource = Callable[[Sequence[int]], Awaitable[Mapping[int, Header]]]


async def _no_rows(ids: Sequence[int]) -> Mapping[int, Header]:  # noqa: ARG001 - stands in until desk is open
    return {}


class MessageList(LineList, inherit_bindings=False):
    """Messages of one mailbox, of several, or of a search."""

    BINDINGS = bindings(Place.LIST)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list--muted", "list--unread", "list--bounce", "list--star", "list--selected",
    }  # fmt: skip
    DEFAULT_CSS = """
    MessageList {
        & > .list--muted { color: $muted; }
        & > .list--unread { text-style: bold; }
        & > .list--bounce { color: $warning; }
        & > .list--star { color: $accent; }
        & > .list--selected { color: $accent; text-style: bold; }
    }
    """

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.marks = marks
        self.rows: RowSource = _no_rows
        self.now: Callable[[], datetime] | None = None
        self.lines = Lines(Spine(ids=array("q")), Folds())
        self.selected: set[int] = set()
        self.account_width = 0  # cells; 0 where all messages are of one account
        self.shows_recipients = False
        self._anchor: int | None = None  # the message that was selected last
        self._away: set[int] = set()  # what was taken out of this list
        self._expected: set[int] = set()  # what of it may come back now, to be under the cursor again
        self._headers: OrderedDict[int, Header] = OrderedDict()
        self._fresh: set[int] = set()  # whose rows are as the store had them last
        self._asked: set[int] = set()
        self._look: dict[Style, LineLook] = {}

    # What it shows

    @property
    def spine(self) -> array[int]:
        """Every message, also those in folded conversations."""
        return self.lines.spine.ids

    @property
    def length(self) -> int:
        return len(self.lines)

    def show_first(self, headers: Sequence[Header]) -> None:
        """The first screen of a mailbox, before its spine is there."""
        self._headers.clear()
        self._fresh.clear()
        self.selected.clear()
        self._away.clear()
        self._remember(headers)
        self._take(Lines(Spine(ids=array("q", (header.id for header in headers))), Folds()), cursor=0)
        self.redraw()

    def show(self, spine: Spine, folds: Folds | None = None) -> None:
        """A new order; the cursor stays on its message or conversation, or where it was if that is gone."""
        lines = Lines(spine, folds or self.lines.folds)
        here = self._came_back(spine) or self.current_id
        line = lines.line_of(here) if here is not None else 0
        if self.selected:
            self.selected.intersection_update(spine.ids)
        self._take(lines, cursor=self.cursor if line is None else line)

    def show_spine(self, ids: array[int]) -> None:
        """As `show`, messages one by one."""
        self.show(Spine(ids=ids))

    async def renew(self, spine: Spine) -> None:
        """A new order and perhaps changed rows; those in sight are read before anything is drawn: no flicker."""
        top, height = self.scroll_offset.y, self.size.height
        near = {*self.lines.messages(top, top + height), *Lines(spine, self.lines.folds).messages(top, top + height)}
        fresh = await self.rows(list(near))
        self._fresh.clear()
        self._remember(fresh.values())
        self.show(spine)

    def without(self, gone: Iterable[int]) -> None:
        """These messages are on their way elsewhere."""
        left = set(gone)
        self.selected -= left
        self._away = left if len(self._away) > ROWS_KEPT else self._away | left
        self.show(self.lines.spine.without(left))
        self.post_message(self.Moved(self.cursor))

    def expect_back(self) -> None:
        """What was taken out last is about to come back."""
        self._expected = self._away.copy()

    def _came_back(self, spine: Spine) -> int | None:
        """The topmost of what was expected; the others may still come, the cursor has its message."""
        back = self._expected.intersection(spine.ids) if self._expected else None
        if not back:
            return None
        self._expected.clear()
        self._away -= back
        return next(each for each in spine.ids if each in back)

    def watch_cursor(self, old: int, new: int) -> None:
        self._expected.clear()  # somebody went elsewhere meanwhile
        super().watch_cursor(old, new)

    def put(self, header: Header) -> None:
        """A row that is known to be like this now, before the server has said so."""
        self._headers[header.id] = header
        self.refresh_changed()

    def _take(self, lines: Lines, *, cursor: int) -> None:
        before = self.current_id
        self.lines = lines
        self._asked.clear()
        self.lengthen(cursor)
        if self.current_id != before:
            self.post_message(self.Moved(self.cursor))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        return action != "open" or self.current_id is not None

    @property
    def current_id(self) -> int | None:
        return self.lines.message(self.cursor) if self.cursor < len(self.lines) else None

    @property
    def current(self) -> Header | None:
        """The message under the cursor, if its row is here."""
        here = self.current_id
        return None if here is None else self._headers.get(here)

    @property
    def chosen(self) -> tuple[int, ...]:
        """What a verb applies to, in order: the selected messages, or what is under the cursor, a folded conversation
        whole."""
        if self.selected:
            return tuple(each for each in self.spine if each in self.selected)
        return tuple(self.lines.meant(self.cursor)) if self.cursor < len(self.lines) else ()

    def header(self, message: int) -> Header | None:
        return self._headers.get(message)

    def next_of(self, wanted: Collection[int]) -> int | None:
        """Where in the spine the next of these messages stands: below the cursor, then from the top."""
        ids = self.spine
        here = self.lines.place(self.cursor) if self.cursor < len(self.lines) else 0
        for at in (*range(here + 1, len(ids)), *range(here)) if wanted else ():
            if ids[at] in wanted and ((known := self._headers.get(ids[at])) is None or known.unread):
                return at
        return None

    def reveal(self, at: int) -> None:
        """Go to a message of the spine, also out of a folded conversation."""
        line = self.lines.reveal(at)
        self.lengthen(line)
        self.post_message(self.Moved(self.cursor))

    # Drawing

    def key(self, line: int) -> Hashable:
        message = self.lines.message(line)
        if message not in self._fresh:
            self._ask(line)
        state = LineState(self._is_selected(line), self.lines.depth(line), self.lines.folded(line))
        return self._headers.get(message), state

    def _is_selected(self, line: int) -> bool:
        return bool(self.selected) and not self.selected.isdisjoint(self.lines.meant(line))

    def segments(self, line: int, base: Style) -> Sequence[Segment]:
        header = self._headers.get(self.lines.message(line))
        if header is None:
            return []
        state = LineState(self._is_selected(line), self.lines.depth(line), self.lines.folded(line))
        return message_line(header, self._dressed(base), state, self.size.width)

    def _dressed(self, base: Style) -> LineLook:
        if base not in self._look:
            self._look[base] = LineLook(
                marks=self.marks,
                base=base,
                muted=self._partial("list--muted"),
                unread=self._partial("list--unread"),
                bounce=self._partial("list--bounce"),
                star=self._partial("list--star"),
                selected=self._partial("list--selected"),
                account=self.account_width,
                recipients=self.shows_recipients,
                today=self.now().astimezone() if self.now else None,
            )
        return self._look[base]

    def _partial(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

    def redraw(self) -> None:
        self._look.clear()
        super().redraw()

    def notify_style_update(self) -> None:
        self._look.clear()
        super().notify_style_update()

    def _ask(self, line: int) -> None:
        page = line // PAGE
        if page not in self._asked:
            self._asked.add(page)
            ids = self.lines.messages(page * PAGE, (page + 1) * PAGE)
            self.screen.run_worker(partial(self._fetch, ids), group="rows", exit_on_error=False)

    async def _fetch(self, ids: Sequence[int]) -> None:
        try:
            self._remember((await self.rows(ids)).values())
        except BaseException:
            self._asked.clear()  # they may be asked for again
            raise
        self._fresh.update(ids)  # those that are gone too: the next order is without them
        self.refresh_changed()
        if self.current_id in ids:
            self.post_message(self.Moved(self.cursor))

    def _remember(self, headers: Iterable[Header]) -> None:
        for header in headers:
            self._headers[header.id] = header
            self._headers.move_to_end(header.id)
            self._fresh.add(header.id)
        while len(self._headers) > ROWS_KEPT:
            self._fresh.discard(self._headers.popitem(last=False)[0])
            self._asked.clear()

    # Selecting

    def action_select(self) -> None:
        """The message under the cursor, or the folded conversation; and the next line."""
        if (here := self.current_id) is not None:
            self._turn(self.lines.meant(self.cursor))
            self._anchor = here
            self.action_move(1)

    def action_select_range(self) -> None:
        """From the one that was selected last to the cursor."""
        if (here := self.current_id) is not None:
            anchor = self.lines.line_of(self._anchor) if self._anchor is not None else None
            first, last = sorted((self.cursor if anchor is None else anchor, self.cursor))
            self.selected.update(*(self.lines.meant(line) for line in range(first, last + 1)))
            self._anchor = here
            self._selection_changed()

    def action_select_conversation(self) -> None:
        if (here := self.current_id) is not None:
            self._turn(self.lines.conversation(self.cursor))
            self._anchor = here

    def action_select_all(self) -> None:
        """Every message of the list as it is narrowed; and none, where all are."""
        everything = set(self.spine)
        self.selected = set() if self.selected >= everything else everything
        self._selection_changed()

    def _turn(self, messages: Iterable[int]) -> None:
        wanted = set(messages)
        self.selected = self.selected - wanted if self.selected >= wanted else self.selected | wanted
        self._selection_changed()

    def _selection_changed(self) -> None:
        self.refresh_changed()
        self.post_message(self.Moved(self.cursor))

    # Folding

    def action_fold(self) -> None:
        """The conversation under the cursor to one line, or to all of them."""
        if self.lines.spine.is_threaded and self.cursor < len(self.lines):
            self._folded(self.lines.turn(self.cursor))

    def action_fold_all(self) -> None:
        if self.lines.spine.is_threaded:
            self._folded(self.lines.turn_all(self.cursor))

    def _folded(self, line: int) -> None:
        self._asked.clear()
        self.lengthen(line)
        self.post_message(self.Moved(self.cursor))
