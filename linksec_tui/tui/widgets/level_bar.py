"""How many stand on each rung: a bar of coloured stretches, and under it every rung with its number and its word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual import events, getters
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from linksec_tui.model.assessment import Assurance
from linksec_tui.tui.badge import badge
from linksec_tui.tui.flow import Placed, placed
from linksec_tui.tui.front import Front
from linksec_tui.tui.text import assemble, plain, styled

_GAP = 2  # blanks between two words of the legend


class LevelBar(Widget):
    """Weakest at the left. A click on a word shows those of its rung alone."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    LevelBar { height: auto; padding: 0 1; text-wrap: nowrap; text-overflow: clip; background: $background; }
    """

    @dataclass
    class Clicked(Message):
        """Show those of this rung."""

        level: Assurance

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._levels: Mapping[Assurance, int] = {}
        self._total = 0
        self._chosen: Assurance | None = None
        self._drawn: tuple[object, ...] = ()

    def show(self, levels: Mapping[Assurance, int], total: int, chosen: Assurance | None) -> None:
        """`total` counts those of whom nothing is known too; `chosen` is the rung that is shown alone."""
        drawn = (tuple(levels.get(each, 0) for each in Assurance), total, chosen)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        before = self._rows(self.content_size.width)
        self._levels, self._total, self._chosen = dict(levels), total, chosen
        self.display = total > 0
        # a new layout of the screen is dear: only where a line comes or goes
        self.refresh(layout=self._rows(self.content_size.width) != before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        return 1 + self._rows(width)

    def _rows(self, width: int) -> int:
        """Lines of the legend."""
        places = self._places(width)
        return places[-1].row + 1 if places else 0

    def render(self) -> Content:
        width = self.content_size.width
        rows: dict[int, list[Content]] = {}
        for place, (level, words) in zip(self._places(width), self._words(), strict=True):
            rows.setdefault(place.row, []).append(self._marked(level, words))
        legend = (plain(" " * _GAP).join(row) for row in rows.values())
        return plain("\n").join([self._bar(width), *legend])

    def _bar(self, width: int) -> Content:
        pieces: list[tuple[str, str]] = []
        for level, cells in zip(self._present(), stretches(self._counts(), self._total, width), strict=False):
            look = badge(level, self.app.glyphs)
            pieces.append((look.glyph + self.app.marks.run * (cells - 1), f"${look.variable}"))
        used = sum(len(text) for text, _ in pieces)
        return assemble(*pieces, (self.app.marks.gap * (width - used), "$muted"))

    def _present(self) -> list[Assurance]:
        return [level for level in Assurance if self._levels.get(level)]

    def _counts(self) -> list[int]:
        return [self._levels[level] for level in self._present()]

    def _words(self) -> Iterator[tuple[Assurance | None, Content]]:
        for level in self._present():
            look = badge(level, self.app.glyphs)
            yield level, assemble((f"{look.glyph} {self._levels[level]:,} {look.word}", f"${look.variable}"))
        if left := self._total - sum(self._counts()):
            yield None, styled(f"{self.app.marks.gap} {left:,} not known yet", "$muted")

    def _marked(self, level: Assurance | None, words: Content) -> Content:
        return words.stylize("reverse") if level is not None and level is self._chosen else words

    def _places(self, width: int) -> list[Placed]:
        return placed([words.cell_length for _, words in self._words()], width, gap=_GAP)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        for place, (level, _) in zip(self._places(self.content_size.width), self._words(), strict=True):
            on_it = place.row == offset.y - 1 and place.column <= offset.x < place.column + place.width
            if on_it and level is not None:
                self.post_message(self.Clicked(level))


def stretches(counts: list[int], total: int, width: int) -> list[int]:
    """`width` cells shared out in proportion; who is there at all has one at least, and nothing overflows."""
    if not counts or width < len(counts):
        return [1] * min(len(counts), max(width, 0))
    known = round(width * sum(counts) / max(total, 1))
    room = max(known, len(counts))
    cells = [max(1, round(room * count / sum(counts))) for count in counts]
    while (over := sum(cells) - room) != 0:
        largest = max(range(len(cells)), key=cells.__getitem__)
        cells[largest] -= 1 if over > 0 else -1
    return cells
