"""Recipients as chips: badge and address side by side, flowing into as many lines as they need.

There may be hundreds, and they change while others wait for their badges: only the lines in sight are drawn, each
when one of its own chips changed, and the screen is laid out anew only for another number of lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, getters
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worded:
    """A chip and what it says."""

    chip: Chip
    words: Content
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A chip on its line."""

    worded: _Worded
    width: int
    at_cursor: bool


class ChipLines(Widget):
    """All lines of chips; what is around it shows some of them."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    ChipLines { width: 1fr; height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._worded: list[_Worded] = []
        self._cursor: int | None = None
        self._lines: list[list[_Piece]] = []
        self._width = 0
        self.places: list[Placed] = []

    def show(self, chips: Sequence[Chip], cursor: int | None) -> None:
        """Draw these, as far as they are not drawn already."""
        before = {each.chip.recipient.address: each for each in self._worded}
        self._worded = [self._in_words(chip, before.get(chip.recipient.address)) for chip in chips]
        self._cursor = cursor
        drawn = self._lines
        self._lay_out()
        if len(drawn) != len(self._lines):
            self.refresh(layout=True)
        else:
            changed = [at for at, (old, new) in enumerate(zip(drawn, self._lines, strict=True)) if old != new]
            for at in changed:
                self.refresh(Region(0, at, self._width, 1))

    def _lay_out(self) -> None:
        if not self._width:
            return
        self.places = placed([each.width + 2 for each in self._worded], self._width)
        self._lines = [[] for _ in range(self.places[-1].row + 1)] if self.places else []
        for at, (worded, place) in enumerate(zip(self._worded, self.places, strict=True)):
            piece = _Piece(worded=worded, width=place.width, at_cursor=at == self._cursor)
            self._lines[place.row].append(piece)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        if width != self._width:
            self._width = width
            self._lay_out()
        return len(self._lines)

    # What a chip says

    def _in_words(self, chip: Chip, before: _Worded | None) -> _Worded:
        if before is not None and before.chip == chip:
            return before
        words = assemble(self._badge(chip), "  ", chip.shown)
        return _Worded(chip=chip, words=words, width=words.cell_length)

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

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        drawn = Visual.to_strips(self, self._line(y), width, 1, self.visual_style, apply_selection=False)
        strip = drawn[0].adjust_cell_length(width, self.rich_style)
        if (selection := self.text_selection) is not None and (span := selection.get_span(y)) is not None:
            strip = self._selected(strip, *span)
        return strip.apply_offsets(0, y)

    def _line(self, at: int) -> Content:
        return plain(" ").join(self._drawn(piece) for piece in self._lines[at])

    def _drawn(self, piece: _Piece) -> Content:
        words = piece.worded.words
        if piece.worded.width > piece.width - 2:
            words = words.truncate(piece.width - 2, ellipsis=True)
        drawn = assemble(" ", words, " ").stylize("on $chip-cursor" if piece.at_cursor else "on $chip")
        return drawn.stylize("reverse") if piece.at_cursor and self.app.flat else drawn

    # The mouse

    def _selected(self, strip: Strip, start: int, end: int) -> Strip:
        end = strip.cell_length if end == -1 else end
        before, inside, after = strip.divide([start, end, strip.cell_length])
        chosen = self.screen.get_component_rich_style("screen--selection")
        return Strip.join([before, inside.apply_style(chosen), after])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(self._line(at).plain for at in range(len(self._lines)))), "\n"

    def chip_at(self, place: Offset) -> int | None:
        """The number of the chip that stands there."""
        for at, each in enumerate(self.places):
            if each.row == place.y and each.column <= place.x < each.column + each.width:
                return at
        return None


class Chips(VerticalScroll, can_focus=False):
    """The chips of one field. The field around it holds the focus; the cursor stands on one chip."""

    DEFAULT_CSS = """
    Chips { height: auto; max-height: 4; scrollbar-size-vertical: 1; background: transparent; }
    """

    @dataclass
    class Clicked(Message):
        """A chip was clicked."""

        index: int

    def __init__(self) -> None:
        super().__init__()
        self._cursor: int | None = None
        self._lines = ChipLines()
        self.display = False

    def compose(self) -> ComposeResult:
        yield self._lines

    def show(self, chips: Sequence[Chip], cursor: int | None) -> None:
        """Draw these; `cursor` is the one that the path panel speaks of."""
        self._cursor = cursor
        self.display = bool(chips)
        self._lines.show(chips, cursor)
        self._keep_cursor_in_sight()

    def on_resize(self) -> None:
        self._keep_cursor_in_sight()

    def _keep_cursor_in_sight(self) -> None:
        if self._cursor is not None:
            self.call_after_refresh(self._show_line_of, self._cursor)

    def _show_line_of(self, cursor: int) -> None:
        if cursor < len(self._lines.places):
            line = Region(0, self._lines.places[cursor].row, 1, 1)
            self.scroll_to_region(line, animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        inside = event.get_content_offset(self._lines)
        if inside is not None and (at := self._lines.chip_at(inside)) is not None:
            self.post_message(self.Clicked(at))
