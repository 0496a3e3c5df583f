"""What happens, line by line: a later line of the same key takes the place of the earlier, so nothing jumps about."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from linksec_tui.model.set_up import WIDEST_WORD, StoryLine, Went
from linksec_tui.tui.text import assemble, plain, styled

_STYLES = {Went.WELL: "bold", Went.CAUTION: "bold $warning", Went.BADLY: "bold $error"}
_NARROWEST = 24


class StoryView(VerticalScroll):
    """Scrolls along with what is new."""

    DEFAULT_CSS = """
    StoryView { background: $surface; padding: 0 1; scrollbar-size-vertical: 1;
        & > Static { height: auto; }
    }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._lines: dict[str, StoryLine] = {}
        self._shown = Static(markup=False)
        self._follows = False  # what is told line by line; whoever looks at a whole stays where they are

    def on_mount(self) -> None:
        self.mount(self._shown)

    def on_resize(self) -> None:
        self._draw()
        if self._follows:
            self.scroll_end(animate=False)

    @property
    def lines(self) -> tuple[StoryLine, ...]:
        return tuple(self._lines.values())

    def show(self, lines: Iterable[StoryLine], *, from_top: bool = True) -> None:
        """These in place of all that was there."""
        self._lines = {line.key: line for line in lines}
        self._follows = False
        self._draw()
        if from_top:
            self.scroll_home(animate=False)

    def tell(self, line: StoryLine) -> None:
        self._lines[line.key] = line
        self._follows = True
        self._draw()
        self.scroll_end(animate=False)

    def reveal(self, heading: str) -> None:
        """Begin with this heading, as far as what follows it fills the view."""
        above = 0
        for line in self._lines.values():
            if line.went is Went.HEADING and line.text == heading:
                self.call_after_refresh(self.scroll_to, y=above + 1, animate=False)
                return
            above += len(_drawn(line, self._width))

    @property
    def _width(self) -> int:
        return max(self.size.width - 3, _NARROWEST)  # its padding, and a scrollbar that may come

    def _draw(self) -> None:
        each_line = (each for line in self._lines.values() for each in _drawn(line, self._width))
        self._shown.update(plain("\n").join(each_line))


def _drawn(line: StoryLine, width: int) -> list[Content]:
    if line.went is Went.HEADING:
        return [plain(""), styled(line.text, "bold $accent")]
    word = styled(f"{line.went.word:<{WIDEST_WORD}}  ", _STYLES.get(line.went, ""))
    text = styled(line.text, "$muted") if line.went is Went.NOTE else plain(line.text)
    first, *rest = text.wrap(max(width - word.cell_length, _NARROWEST))
    return [assemble(word, first), *(assemble(" " * word.cell_length, each) for each in rest)]
