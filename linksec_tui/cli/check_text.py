"""Results of `check` as a table for people: badge, who, headline; under it what they should know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from linksec_tui.cli.check_path import Journey, path_lines
from linksec_tui.cli.output import Output, columns, padded
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.checked import Result, Wanted
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.json_text import Json
from linksec_tui.model.ladder import WIDEST_WORD
from linksec_tui.model.letter import Requirement
from linksec_tui.model.visible import visible

_WIDEST_NAME = 40  # a longer address pushes its own line, not all of them
_INDENT = "    "


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One recipient: what stands in its line, and under it. `unmet` is what it falls short of."""

    shown: str
    assurance: Assurance
    headline: str
    warnings: tuple[str, ...] = ()
    unmet: Requirement | None = None
    checked: str = ""  # when, by an earlier run

    @property
    def beneath(self) -> Iterator[str]:
        yield from (f"! {warning}" for warning in self.warnings)
        if self.unmet is not None:
            yield f"Does not meet {self.unmet.word}."
        if self.checked:
            yield self.checked


class Table:
    """Prints one entry after the other, the columns as wide as the widest name."""

    def __init__(self, output: Output, everyone: Sequence[Wanted]) -> None:
        self._output = output
        self._width = min(_WIDEST_NAME, max((columns(wanted.shown) for wanted in everyone), default=0))

    def show(self, entry: Entry) -> None:
        start = f"{self._output.badge(entry.assurance)}  {padded(entry.shown, self._width)}"
        used = 2 + WIDEST_WORD + 2 + max(self._width, columns(entry.shown)) + 2
        if self._output.style.width is None or used + columns(entry.headline) <= self._output.style.width:
            self._output.line(f"{start}  {entry.headline}".rstrip())
        else:
            self._output.line(start.rstrip())
            self._output.paragraph(entry.headline, indent=_INDENT)
        for text in entry.beneath:
            self._output.paragraph(text, indent=_INDENT)

    def explain(self, result: Result, submission: TlsFacts | None) -> None:
        """The way there, and everything that the judgement rests on."""
        journey = Journey(assessment=result.assessment, submission=submission, reader=result.wanted.shown)
        for line in path_lines(journey, self._output.style.glyphs):
            self._output.paragraph(line.text, indent=_INDENT + line.before)
        self._output.line()


def entry_of(result: Result) -> Entry:
    """The line of a result."""
    assessment = result.assessment
    return Entry(
        shown=result.wanted.shown,
        assurance=assessment.assurance,
        headline=headline_of(assessment),
        warnings=tuple(warning.text or warning.code for warning in assessment.warnings),
        unmet=_unmet(result.requirement, meets=result.meets),
    )


def entry_of_earlier(wanted: Wanted, assurance: Assurance, content: Json) -> Entry:
    """The line of a result that an earlier run wrote down; what stands in a file is a stranger's text."""
    found = cast("Sequence[Mapping[str, object]]", content.get("warnings"))
    return Entry(
        shown=wanted.shown,
        assurance=assurance,
        headline=_bare(visible(str(content.get("headline") or "")), assurance),
        warnings=tuple(visible(str(each.get("text") or each.get("code"))) for each in found),
        unmet=_unmet(Requirement(str(content["required"])), meets=content["meets"] is True),
        checked=f"Checked before, at {visible(str(content.get('checked_at')))}.",
    )


def headline_of(assessment: Assessment) -> str:
    """As it stands beside a badge."""
    return _bare(assessment.headline, assessment.assurance)


def _bare(headline: str, assurance: Assurance) -> str:
    """The headline without the rung's word in front, which stands in the badge already."""
    return headline.removeprefix(assurance.word).lstrip(": ")


def _unmet(requirement: Requirement, *, meets: bool) -> Requirement | None:
    """To fall short of *Any* says nothing that the badge does not."""
    return None if meets or requirement is Requirement.ANY else requirement
