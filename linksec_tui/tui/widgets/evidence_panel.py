"""Everything that an assessment rests on: the path, each server, what could be forged, and what nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from linksec_tui.model.assessment import Assessment
from linksec_tui.model.exchanger_words import exchanger_words
from linksec_tui.model.path import Fact
from linksec_tui.tui.evidence_words import cannot_tell
from linksec_tui.tui.flow import hung
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.widgets.path_panel import PathPanel, Way

SERVERS = 20  # exchangers that are listed; a domain may name any number


class EvidencePanel(PathPanel):
    """The path panel for somebody who wants to know why."""

    def origin(self, fact: Fact) -> str:
        return f"{fact.origin}; could be forged" if fact.forgeable else fact.origin

    def beneath(self, way: Way) -> Iterator[Content]:
        yield from self._failures(way.assessment)
        yield from self._servers(way.assessment)
        yield plain("")
        yield styled(self._when(way.assessment), "$muted")

    def _failures(self, assessment: Assessment) -> Iterator[Content]:
        failures = tuple(cannot_tell(assessment.evidence))
        if failures:
            yield plain("")
            yield styled("Cannot tell", "bold $warning")
        for failure in failures:
            yield from hung(styled(f"{self.app.marks.caution} ", "$warning"), plain(failure), self.room)

    def _servers(self, assessment: Assessment) -> Iterator[Content]:
        exchangers = assessment.evidence.route.exchangers
        if exchangers:
            yield plain("")
            yield styled("Their servers", "bold")
        for exchanger in exchangers[:SERVERS]:
            yield assemble(
                (f"{self.app.marks.bullet} ", "$muted"), exchanger.host, (f" ({exchanger.preference})", "$muted")
            )
            yield from hung(plain("  "), styled(exchanger_words(assessment, exchanger), "$muted"), self.room)
        if len(exchangers) > SERVERS:
            yield styled(f"  and {len(exchangers) - SERVERS} more", "$muted")

    def _when(self, assessment: Assessment) -> str:
        at = assessment.checked_at.astimezone()
        took = f", in {assessment.elapsed_ms} ms" if not assessment.from_cache and assessment.elapsed_ms else ""
        return f"Looked up at {at:%H:%M:%S}{took}."
