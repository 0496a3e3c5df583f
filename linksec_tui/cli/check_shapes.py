"""The shapes in which `check` tells its results: JSON lines as they arrive; a document or a table in the order asked.

In order, a result waits until all before it are there. What waits is kept as one assessment a domain, however many
recipients it has, and only until the last of them is shown.
"""

from __future__ import annotations

from asyncio import Future
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from linksec_tui.cli.check_earlier import Earlier, EarlierResult
from linksec_tui.cli.check_tally import Tally
from linksec_tui.cli.check_text import Table, entry_of, entry_of_earlier
from linksec_tui.cli.output import Output
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.checked import Result, Wanted
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.contract import render_result, render_summary
from linksec_tui.model.json_text import Json
from linksec_tui.model.letter import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What all shapes are about: whom, what is demanded of them, and who was done before."""

    output: Output
    everyone: Sequence[Wanted]
    requirement: Requirement
    earlier: Earlier

    def result(self, wanted: Wanted, assessment: Assessment) -> Result:
        return Result(wanted=wanted, assessment=assessment, requirement=self.requirement)


class Shape(Protocol):
    """Tells results. `arrived` is given the assessment of one domain and everybody there who waits for it."""

    def arrived(self, assessment: Assessment, people: Sequence[Wanted]) -> None: ...

    def finish(self, tally: Tally) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLines:
    """One object a line, at once; what an earlier run told is not told again, so that this can be put behind it."""

    subject: Subject

    def arrived(self, assessment: Assessment, people: Sequence[Wanted]) -> None:
        for wanted in people:
            self.subject.output.object_line(render_result(self.subject.result(wanted, assessment)))

    def finish(self, tally: Tally) -> None:
        """Every line is complete in itself."""


class _Telling(Protocol):
    def today(self, result: Result) -> None: ...

    def earlier(self, wanted: Wanted, result: EarlierResult) -> None: ...

    def finish(self, tally: Tally) -> None: ...


class InOrder:
    """Hands each result to `telling` when its turn has come."""

    def __init__(self, subject: Subject, telling: _Telling) -> None:
        self._subject = subject
        self._telling = telling
        self._told = 0
        self._assessed: dict[str, Assessment] = {}
        self._to_come = Counter(wanted.domain for wanted in subject.everyone)
        self._advance()

    def arrived(self, assessment: Assessment, people: Sequence[Wanted]) -> None:  # noqa: ARG002 - their turn tells who
        self._assessed[assessment.domain] = assessment
        self._advance()

    def finish(self, tally: Tally) -> None:
        self._telling.finish(tally)

    def _advance(self) -> None:
        everyone = self._subject.everyone
        while self._told < len(everyone) and self._tell(everyone[self._told]):
            self._told += 1

    def _tell(self, wanted: Wanted) -> bool:
        """False while it is not there yet."""
        earlier = self._subject.earlier.of(wanted)
        assessment = self._assessed.get(wanted.domain)
        if earlier is not None:
            self._telling.earlier(wanted, earlier)
        elif assessment is not None:
            self._telling.today(self._subject.result(wanted, assessment))
        else:
            return False
        self._to_come[wanted.domain] -= 1
        if not self._to_come[wanted.domain]:
            self._assessed.pop(wanted.domain, None)
        return True


class Document:
    """One JSON document, written piece by piece: a list of 100,000 is nothing to keep until the end."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._before = '{"results": [\n'

    def today(self, result: Result) -> None:
        self._piece(render_result(result))

    def earlier(self, wanted: Wanted, result: EarlierResult) -> None:  # noqa: ARG002 - the content names them
        self._piece(self._subject.earlier.content(result, self._subject.requirement))

    def finish(self, tally: Tally) -> None:
        between = '{"results": [' if self._before.startswith("{") else "\n"
        summary = render_summary(tally.rungs, tally.meet)
        self._subject.output.piece(f'{between}], "summary": ', summary, "}\n")

    def _piece(self, value: Json) -> None:
        self._subject.output.piece(self._before, value)
        self._before = ",\n"


class Lines:
    """The table for people, and with --explain the way to each of them."""

    def __init__(self, subject: Subject, submission: Future[TlsFacts | None] | None) -> None:
        self._subject = subject
        self._submission = submission
        self._table = Table(subject.output, subject.everyone)

    def today(self, result: Result) -> None:
        self._table.show(entry_of(result))
        if self._submission is not None:
            self._table.explain(result, self._submission.result())

    def earlier(self, wanted: Wanted, result: EarlierResult) -> None:
        content = self._subject.earlier.content(result, self._subject.requirement)
        self._table.show(entry_of_earlier(wanted, result.assurance, content))

    def finish(self, tally: Tally) -> None:
        if tally.total > 1 and not tally.deaf:
            self._subject.output.note(tally.sentence())
