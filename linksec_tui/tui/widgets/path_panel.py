"""The path panel: the three hops of one recipient from top to bottom, what is known of each, and where from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textual import getters
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from linksec_tui.model.assessment import Assessment
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.path import Fact, Path, Strength, Stretch, path_of
from linksec_tui.tui.badge import badge, label
from linksec_tui.tui.flow import hung, hung_with_origin
from linksec_tui.tui.front import Front
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.widgets.told import Told

ROOMY = 16  # lines; below that no line stays empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What the panel speaks of."""

    address: str
    assessment: Assessment
    submission: TlsFacts | None


class PathPanel(VerticalScroll):
    """What is known of the way to the recipient under the cursor."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    PathPanel { background: $surface; padding: 0 1; scrollbar-size-vertical: 1;
        &:focus { background-tint: $foreground 3%; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._picture = Told()
        self._way: Way | None = None

    def compose(self) -> ComposeResult:
        yield self._picture

    @property
    def way(self) -> Way | None:
        """What is drawn."""
        return self._way

    def show_nothing(self, sentence: str) -> None:
        """No recipient, or nothing known about it yet."""
        self._way = None
        self._picture.tell(styled(sentence, "$muted"))

    def show(self, way: Way) -> None:
        """Draw the way to its address."""
        self._way = way
        self._draw(way)

    def on_resize(self) -> None:
        if self._way is not None:
            self._draw(self._way)

    def _draw(self, way: Way) -> None:
        lines = [
            assemble(label(way.assessment.assurance, self.app.glyphs), "  ", (way.address, "bold")),
            plain(_sentence(way.assessment)),
            *self._warnings(way.assessment),
            *([plain("")] if self.size.height > ROOMY else []),
            *self._drawn(path_of(way.assessment, way.submission, way.address)),
            *self.beneath(way),
        ]
        self._picture.tell(plain("\n").join(lines))

    def beneath(self, way: Way) -> Iterable[Content]:  # noqa: ARG002 - a place for heirs
        """What else is told, under the path."""
        return ()

    def origin(self, fact: Fact) -> str:
        """Where a fact comes from, in a word or two."""
        return fact.origin

    def _warnings(self, assessment: Assessment) -> Iterator[Content]:
        sign = styled(f"{self.app.marks.caution} ", "$warning")
        for warning in assessment.warnings:
            yield from hung(sign, styled(warning.text or warning.code, "$warning"), self.room)
        if not assessment.complete:
            yield styled(f"still asking{self.app.marks.ellipsis}", "$muted")

    def _drawn(self, path: Path) -> Iterator[Content]:
        signs = self.app.marks
        for stretch in path.stretches:
            yield assemble((f"{signs.station} ", "$muted"), (stretch.station, "bold"))
            for fact in stretch.facts:
                yield from self._fact(stretch, fact)
        yield assemble((f"{signs.down} ", "$muted"), (path.reader, "bold"))

    def _fact(self, stretch: Stretch, fact: Fact) -> Iterator[Content]:
        signs = self.app.marks
        line = {Strength.FIRM: signs.strong_line, Strength.LOOSE: signs.weak_line, Strength.OPEN: signs.no_line}
        colour = "$primary" if stretch.assurance is None else f"${badge(stretch.assurance, self.app.glyphs).variable}"
        sign = styled(f"{line[stretch.strength]} ", colour)
        return hung_with_origin(sign, plain(fact.text), styled(f"({self.origin(fact)})", "$muted"), self.room)

    @property
    def room(self) -> int:
        """Cells in a line."""
        return max(self.scrollable_content_region.width, 24)


def _sentence(assessment: Assessment) -> str:
    """The headline without the rung's word, which stands above it; a domain keeps its small letter."""
    said = assessment.headline.removeprefix(f"{assessment.assurance.word}: ")
    return said if said.startswith(assessment.domain) else f"{said[:1].upper()}{said[1:]}"
