"""What all full screens share: a title above, the status line and the key hints below, width classes for the layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from linksec_tui.tui.front import Front
from linksec_tui.tui.sparing import Sparing
from linksec_tui.tui.text import plain
from linksec_tui.tui.widgets.status import KeyHints, StatusLine
from linksec_tui.tui.widgets.tour_bar import TourBar


class Page(Screen[None]):
    """A full screen. `name_of_keys` is its entry in `keys.SCREENS`."""

    app = getters.app(Front)
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (70, "-narrow"), (118, "-wide"), (140, "-broad")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 - as above
    AUTO_FOCUS = ""  # each screen says itself where it begins
    name_of_keys = ""
    heading = ""
    also_named: ClassVar[tuple[tuple[str, str], ...]] = ()  # for the palette: other words, and the action

    def __init__(self) -> None:
        width, height = self.app.size
        sizes = (_fitting(width, self.HORIZONTAL_BREAKPOINTS or ()), _fitting(height, self.VERTICAL_BREAKPOINTS or ()))
        super().__init__(classes=" ".join(sizes))  # else all gets its styles once more as soon as Textual looks
        self._compositor = Sparing()
        self.title_line = Static(plain(self.heading), id="title", markup=False)

    def compose(self) -> ComposeResult:
        yield self.title_line
        yield TourBar()
        yield from self.content()
        yield StatusLine()
        yield KeyHints()

    def content(self) -> Iterable[Widget]:
        """What stands between title and status line."""
        return ()

    def show_title(self, title: Content | str) -> None:
        self.title_line.update(title if isinstance(title, Content) else plain(title), layout=False)

    def _compositor_refresh(self) -> None:
        """What is drawn while nothing may be shown is thrown away; Textual draws it all the same."""
        if self.app.may_show:
            super()._compositor_refresh()
        else:
            self._repaint_required = True

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        self.app.worker_ended(event)

    def action_back(self) -> None:
        self.app.pop_screen()


def _fitting(cells: int, breakpoints: Sequence[tuple[int, str]]) -> str:
    """The class of the widest that fits."""
    return max((each for each in breakpoints if each[0] <= cells), default=(0, ""))[1]
