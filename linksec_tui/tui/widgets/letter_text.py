"""The text of a message: only the rows in sight are drawn, so a book costs what a note costs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, getters, work
from textual.geometry import Offset, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from linksec_tui.model.reading import Sort, Stretch
from linksec_tui.model.visible import visible
from linksec_tui.tui.front import Front
from linksec_tui.tui.letter_layout import MOST_DEPTH, Layout, Row, foldable

AT_ONCE = 1_000  # rows; laying these out takes less than a frame
LONG = 100_000  # characters; a longer text is laid out to its end in a thread

_LINK = re.compile(r"\[\d{1,4}(: leads to [^\]]{1,300})?\]|https?://\S+")


class LetterText(Widget):
    """Quotations fold and unfold; words can be selected with the mouse."""

    app = getters.app(Front)
    ALLOW_SELECT = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "letter--quote", "letter--quote-odd", "letter--aside", "letter--heading", "letter--fold", "letter--link",
        "letter--caution",
    }  # fmt: skip
    DEFAULT_CSS = """
    LetterText { height: auto; width: 1fr;
        & > .letter--quote { color: $to-them; }
        & > .letter--quote-odd { color: $from-them; }
        & > .letter--aside { color: $muted; }
        & > .letter--heading { text-style: bold; }
        & > .letter--fold { color: $accent; }
        & > .letter--link { color: $accent; }
        & > .letter--caution { color: $warning; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._layout = _layout("", (), frozenset(), 80)
        self._styles_now: dict[str, Style] = {}

    @property
    def text(self) -> str:
        return self._layout.text

    @property
    def is_whole(self) -> bool:
        """Every row of it has its place."""
        return self._layout.is_whole

    @property
    def folds(self) -> list[Stretch]:
        """The quotations that can be folded."""
        return list(foldable(self._layout.text, self._layout.stretches))

    def show(self, text: str, stretches: tuple[Stretch, ...], *, same: bool = False) -> None:
        """Draw this text; `same`: it is the one that is shown, with more of it, and what is unfolded stays so."""
        unfolded = self._layout.unfolded if same else frozenset[int]()
        self._change(_layout(text, stretches, unfolded, self._layout.width))

    def unfold(self, starts: frozenset[int]) -> None:
        """Of all quotations these are unfolded."""
        layout = self._layout
        self._change(_layout(layout.text, layout.stretches, starts, layout.width))

    @property
    def unfolded(self) -> frozenset[int]:
        return self._layout.unfolded

    def folds_between(self, first: int, last: int) -> list[Stretch]:
        """Those of which a row stands between these."""
        layout = self._layout
        rows = range(max(first, 0), min(last, layout.length))
        found = (layout.stretch_at(layout.starts[row]) for row in rows)
        seen = {stretch.start: stretch for stretch in found if stretch is not None}
        return [stretch for stretch in self.folds if stretch.start in seen]

    def row_of(self, stretch: Stretch) -> int:
        return self._layout.row_of(stretch.start)

    def is_folded(self, stretch: Stretch) -> bool:
        return self._layout.is_folded(stretch)

    # Layout

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - Textual's signature
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as above
        if width > 0 and width != self._layout.width:
            layout = self._layout
            self._layout = _layout(layout.text, layout.stretches, layout.unfolded, width)
            self._finish()
        return self._layout.length

    def _change(self, layout: Layout) -> None:
        self._layout = layout
        self._finish()
        self.refresh(layout=True)

    def _finish(self) -> None:
        if not self._layout.is_whole and self.is_attached:
            self._lay_out_rest(self._layout)

    @work(exclusive=True, group="lay-out", exit_on_error=False)
    async def _lay_out_rest(self, part: Layout) -> None:
        whole = Layout(text=part.text, stretches=part.stretches, unfolded=part.unfolded, width=part.width)
        await asyncio.to_thread(whole.lay_out, len(part.text) + 1)
        if self._layout is part:
            self._layout = whole
            self.refresh(layout=True)

    def on_mount(self) -> None:
        self._finish()

    # Drawing

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        if y >= self._layout.length:
            return Strip.blank(self.size.width, base)
        segments = list(self._segments(self._layout.row(y), base))
        strip = Strip(segments).adjust_cell_length(self.size.width, base)
        if (selection := self.text_selection) is not None and (span := selection.get_span(y)) is not None:
            strip = self._selected(strip, *span)
        return strip.apply_offsets(0, y)

    def _segments(self, row: Row, base: Style) -> Iterator[Segment]:
        if row.folded:
            yield Segment(f"{self.app.marks.ellipsis} {row.folded} quoted lines  ", base + self._style("fold"))
            yield Segment(self.app.key("read.fold"), base + self._style("link"))
            return
        words = row.words if row.words.isprintable() else visible(row.words)
        match row.sort:
            case Sort.QUOTE:
                odd = row.depth % 2 == 0 and row.depth > 0
                style = base + self._style("quote-odd" if odd else "quote")
                yield Segment(f"{self.app.marks.bar} " * min(row.depth, MOST_DEPTH), style)
            case Sort.SIGNATURE | Sort.NOTE:
                style = base + self._style("aside")
            case Sort.HEADING:
                style = base + self._style("heading")
            case _:
                style = base
        yield from self._with_links(words, style)

    def _with_links(self, words: str, style: Style) -> Iterator[Segment]:
        at = 0
        for match in _LINK.finditer(words):
            yield Segment(words[at : match.start()], style)
            yield Segment(match[0], style + self._style("caution" if match[1] else "link"))
            at = match.end()
        yield Segment(words[at:], style)

    def _selected(self, strip: Strip, start: int, end: int) -> Strip:
        end = strip.cell_length if end == -1 else end
        before, inside, after = strip.divide([start, end, strip.cell_length])
        chosen = self.screen.get_component_rich_style("screen--selection")
        return Strip.join([before, inside.apply_style(chosen), after])

    def _style(self, name: str) -> Style:
        if name not in self._styles_now:
            style = self.get_component_rich_style(f"letter--{name}", partial=True)
            self._styles_now[name] = style
        return self._styles_now[name]

    def notify_style_update(self) -> None:
        self._styles_now.clear()
        super().notify_style_update()

    # The mouse

    def on_click(self, event: events.Click) -> None:
        """A click on a folded quotation opens it."""
        row = event.y
        if row < self._layout.length and self._layout.row(row).folded:
            event.stop()
            self.unfold(self.unfolded | {self._layout.starts[row]})

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        last_row = self._layout.length - 1
        if last_row < 0:
            return None
        start = selection.start or Offset(0, 0)
        end = selection.end or Offset(10_000, last_row)
        rows = range(min(start.y, last_row), min(end.y, last_row) + 1)
        words = "\n".join(self._shown(self._layout.row(row)) for row in rows)
        within = Selection(Offset(start.x, 0), Offset(end.x, len(rows) - 1))
        return within.extract(words), "\n"

    def _shown(self, row: Row) -> str:
        return "".join(segment.text for segment in self._segments(row, Style.null()))


def _layout(text: str, stretches: tuple[Stretch, ...], unfolded: frozenset[int], width: int) -> Layout:
    """A short text whole, of a long one its beginning."""
    layout = Layout(text=text, stretches=stretches, unfolded=unfolded, width=width)
    layout.lay_out(AT_ONCE if len(text) > LONG else len(text) + 1)
    return layout
