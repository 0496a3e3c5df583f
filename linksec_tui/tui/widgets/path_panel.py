"""The path panel: the three hops of one recipient from top to bottom, what is known of each, and where from."""

from __future__ import annotations

from collections.abc import Iterator

from textual import getters
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from linksec_tui.model.assessment import Assessment
from linksec_tui.model.connection import TlsFacts
from linksec_tui.tui.badge import badge, label
from linksec_tui.tui.front import Front
from linksec_tui.tui.path import Fact, Path, Strength, Stretch, path_of


class PathPanel(VerticalScroll):
    """What is known of the way to the recipient under the cursor."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    PathPanel { background: $surface; padding: 0 1; scrollbar-size-vertical: 1;
        &:focus { background-tint: $foreground 3%; }
        & > Static { height: auto; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._head = Static(markup=False, classes="head")
        self._way = Static(markup=False)

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._way

    def show_nothing(self, sentence: str) -> None:
        """No recipient, or nothing known about it yet."""
        self._head.update(Content.styled(sentence, "$muted"))
        self._way.update(Content(""))

    def show(self, address: str, assessment: Assessment, submission: TlsFacts | None) -> None:
        """Draw the way to `address`."""
        head = Content.assemble(
            label(assessment.assurance, self.app.glyphs), "  ", (address, "bold"), "\n", assessment.headline
        )
        self._head.update(head)
        path = path_of(assessment, submission, address)
        self._way.update(Content("\n").join([*self._warnings(assessment), *self._drawn(path)]))

    def _warnings(self, assessment: Assessment) -> Iterator[Content]:
        for warning in assessment.warnings:
            yield Content.styled(f"{self.app.marks.caution} {warning.text or warning.code}", "$warning")
        if not assessment.complete:
            yield Content.styled(f"still asking{self.app.marks.ellipsis}", "$muted")

    def _drawn(self, path: Path) -> Iterator[Content]:
        for stretch in path.stretches:
            yield Content.styled(stretch.station, "bold")
            yield from (self._fact(stretch, fact) for fact in stretch.facts)
        yield Content.assemble((f"{self.app.marks.down} ", "$muted"), (path.reader, "bold"))

    def _fact(self, stretch: Stretch, fact: Fact) -> Content:
        signs = self.app.marks
        line = {Strength.FIRM: signs.strong_line, Strength.LOOSE: signs.weak_line, Strength.OPEN: signs.no_line}
        colour = "$primary" if stretch.assurance is None else f"${badge(stretch.assurance, self.app.glyphs).variable}"
        origin = f"  {signs.back} {fact.origin}" if fact.origin else ""
        return Content.assemble((f"{line[stretch.strength]} ", colour), fact.text, (origin, "$muted"))
