"""Results of `check` for the ear: one fact a line, each named before it is told; no columns, no signs, no drawing."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linksec_tui.cli.check_earlier import EarlierResult
from linksec_tui.cli.check_path import grounds, origin_of
from linksec_tui.cli.check_tally import Tally
from linksec_tui.cli.check_text import Entry, entry_of, entry_of_earlier
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.checked import Result, Wanted
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.letter import Requirement
from linksec_tui.model.path import path_of

if TYPE_CHECKING:
    from linksec_tui.cli.check_shapes import Subject


class Spoken:
    """Tells one recipient after the other, in the order asked."""

    def __init__(self, subject: Subject, submission: Future[TlsFacts | None] | None) -> None:
        self._subject = subject
        self._submission = submission
        self._number = 0

    def today(self, result: Result) -> None:
        self._tell(entry_of(result))
        if self._submission is not None:
            for line in spoken_path(result.assessment, self._submission.result(), result.wanted.shown):
                self._subject.output.line(line)

    def earlier(self, wanted: Wanted, result: EarlierResult) -> None:
        content = self._subject.earlier.content(result, self._subject.requirement)
        self._tell(entry_of_earlier(wanted, result.assurance, content))

    def finish(self, tally: Tally) -> None:
        if tally.total > 1 and not tally.deaf:
            for fact in tally.facts():
                self._subject.output.note(fact)

    def _tell(self, entry: Entry) -> None:
        if self._number:
            self._subject.output.line()
        self._number += 1
        for line in self._facts(entry):
            self._subject.output.line(line)

    def _facts(self, entry: Entry) -> Iterator[str]:
        many = len(self._subject.everyone)
        yield f"Recipient {self._number} of {many}: {entry.shown}" if many > 1 else f"Recipient: {entry.shown}"
        yield f"Badge: {entry.assurance.word}"
        if entry.headline:
            yield f"Meaning: {entry.headline}"
        if self._subject.requirement is not Requirement.ANY:
            yield f"{self._subject.requirement.word}: {'not met' if entry.unmet else 'met'}"
        yield from (f"Warning: {warning}" for warning in entry.warnings)
        if entry.checked:
            yield entry.checked


def spoken_path(assessment: Assessment, submission: TlsFacts | None, reader: str) -> Iterator[str]:
    """The way there from its first station on, then what the judgement rests on."""
    path = path_of(assessment, submission, reader)
    for number, stretch in enumerate(path.stretches, 1):
        yield f"Stretch {number} of {len(path.stretches)}, from {stretch.station}:"
        for fact in stretch.facts:
            yield f"{fact.text.rstrip('.')}. Known from: {origin_of(fact)}."
    yield f"The end: {path.reader}"
    yield from (f"Ground: {text}" for text in grounds(assessment))
