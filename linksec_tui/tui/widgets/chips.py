"""Recipients as chips: badge and address side by side, flowing into as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events, getters
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Static

from linksec_tui.model.address import Recipient
from linksec_tui.model.assessment import Assessment
from linksec_tui.tui.badge import badge
from linksec_tui.tui.flow import Placed, placed
from linksec_tui.tui.front import Front
from linksec_tui.tui.text import assemble, plain, styled


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One recipient; `assessment` is None until something is known, `asked` says whether anybody was asked."""

    recipient: Recipient
    shown: str
    assessment: Assessment | None = None
    asked: bool = False


class Chips(VerticalScroll, can_focus=False):
    """The chips of one field. The field around it holds the focus; the cursor stands on one chip."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    Chips { height: auto; max-height: 4; scrollbar-size-vertical: 1; background: transparent;
        & > Static { text-wrap: nowrap; width: 1fr; }
    }
    """

    @dataclass
    class Clicked(Message):
        """A chip was clicked."""

        index: int

    def __init__(self) -> None:
        super().__init__()
        self._chips: tuple[Chip, ...] = ()
        self._cursor: int | None = None
        self._places: list[Placed] = []
        self._lines = Static(markup=False)
        self.display = False

    def compose(self) -> ComposeResult:
        yield self._lines

    def show(self, chips: Sequence[Chip], cursor: int | None) -> None:
        """Draw these; `cursor` is the one that the path panel speaks of."""
        self._chips, self._cursor = tuple(chips), cursor
        self.display = bool(chips)
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width = self.scrollable_content_region.width or self.size.width
        if not width or not self._chips:
            return
        words = [self._words(chip) for chip in self._chips]
        self._places = placed([cell_len(each.plain) + 2 for each in words], width)
        lines: list[list[Content]] = [[] for _ in range(self._places[-1].row + 1)]
        for at, (each, place) in enumerate(zip(words, self._places, strict=True)):
            lines[place.row].append(self._drawn(each, place.width, at_cursor=at == self._cursor))
        self._lines.update(plain("\n").join(plain(" ").join(line) for line in lines))
        self._keep_cursor_in_sight()

    def _keep_cursor_in_sight(self) -> None:
        if self._cursor is not None and self._cursor < len(self._places):
            row = Region(0, self._places[self._cursor].row, 1, 1)
            self.call_after_refresh(self.scroll_to_region, row, animate=False, force=True)

    def _words(self, chip: Chip) -> Content:
        return assemble(self._badge(chip), "  ", chip.shown)

    def _badge(self, chip: Chip) -> Content:
        signs = self.app.marks
        if chip.assessment is None:
            words = f"{signs.bullet} checking{signs.ellipsis}" if chip.asked else "not checked"
            return styled(words, "$muted")
        look = badge(chip.assessment.assurance, self.app.glyphs)
        waiting = "" if chip.assessment.complete else f" {signs.ellipsis}"
        caution = f" {signs.caution}" if chip.assessment.gate_warnings else ""
        colour = f"${look.variable}"
        listed = " list" if chip.assessment.warned("list") else ""
        marks = ((waiting, "$muted"), (caution, "$warning"), (listed, "$muted"))
        return assemble((f"{look.glyph} {look.word}", colour), *marks)

    def _drawn(self, words: Content, width: int, *, at_cursor: bool) -> Content:
        if cell_len(words.plain) > width - 2:
            words = words.truncate(width - 2, ellipsis=True)
        drawn = assemble(" ", words, " ").stylize("on $chip-cursor" if at_cursor else "on $chip")
        return drawn.stylize("reverse") if at_cursor and self.app.flat else drawn

    def on_click(self, event: events.Click) -> None:
        inside = event.get_content_offset(self._lines)
        if inside is None:
            return
        for at, place in enumerate(self._places):
            if place.row == inside.y and place.column <= inside.x < place.column + place.width:
                self.post_message(self.Clicked(at))
