"""Results of `check` as a table for people: badge, who, headline; under it what they should know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linksec_tui.cli.badge import WIDEST_WORD
from linksec_tui.cli.output import Output, columns, padded
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.checked import Result, Wanted
from linksec_tui.model.evidence import DaneStatus, Exchanger, Source, StarttlsStatus
from linksec_tui.model.letter import Requirement

_WIDEST_NAME = 40  # a longer address pushes its own line, not all of them
_INDENT = "    "
_OVER_THE_NETWORK = (Source.DNS, Source.MTA_STS, Source.PROBE)


class Table:
    """Prints one result after the other, the columns as wide as the widest name."""

    def __init__(self, output: Output, everyone: Sequence[Wanted], *, explain: bool) -> None:
        self._output = output
        self._explain = explain
        self._width = min(_WIDEST_NAME, max((columns(wanted.shown) for wanted in everyone), default=0))

    def show(self, result: Result) -> None:
        headline = headline_of(result.assessment)
        start = f"{self._output.badge(result.assessment.assurance)}  {padded(result.wanted.shown, self._width)}"
        used = 2 + WIDEST_WORD + 2 + max(self._width, columns(result.wanted.shown)) + 2
        if self._output.style.width is None or used + columns(headline) <= self._output.style.width:
            self._output.line(f"{start}  {headline}".rstrip())
        else:
            self._output.line(start.rstrip())
            self._output.paragraph(headline, indent=_INDENT)
        for text in _beneath(result, explain=self._explain):
            self._output.paragraph(text, indent=_INDENT)


def headline_of(assessment: Assessment) -> str:
    """The headline without the rung's word in front, which stands in the badge already."""
    return assessment.headline.removeprefix(assessment.assurance.word).lstrip(": ")


def summary_of(results: Sequence[Result], requirement: Requirement) -> str:
    """How many meet the requirement, and who does not: a few by name."""
    short = [result for result in results if not result.meets]
    demand = "can be written to" if requirement is Requirement.ANY else f"meet {requirement.word}"
    counted = f"{len(results) - len(short)} of {len(results)} {demand}"
    named = [f"{result.wanted.shown} is {result.assessment.assurance.word}" for result in short[:3]]
    more = [f"{len(short) - 3} more"] if len(short) > 3 else []
    return " · ".join([counted, *named, *more])


def _beneath(result: Result, *, explain: bool) -> Iterator[str]:
    for warning in result.assessment.warnings:
        yield f"! {warning.text or warning.code}"
    if not result.meets and result.requirement is not Requirement.ANY:
        yield f"Does not meet {result.requirement.word}."
    if not explain:
        return
    for reason in result.assessment.reasons:
        forgeable = reason.source in _OVER_THE_NETWORK and not reason.authenticated
        trust = "; could be forged" if forgeable else ""
        yield f"· {reason.text or reason.code} ({reason.source.value}{trust})"
    for exchanger in result.assessment.evidence.route.exchangers:
        yield f"→ {_exchanger(result.assessment, exchanger)}"


def _exchanger(assessment: Assessment, exchanger: Exchanger) -> str:
    evidence = assessment.evidence
    facts = [f"address {'signed' if exchanger.dnssec == 'secure' else exchanger.dnssec.value}"]
    dane = evidence.dane.get(exchanger.host)
    if dane and dane.status is not DaneStatus.UNCHECKED:
        facts.append(f"DANE {dane.status.value}")
    if evidence.sts.mx:
        named = evidence.sts.names(exchanger.host)
        facts.append("named by the MTA-STS policy" if named else "not in the MTA-STS policy")
    seen = evidence.observations.get(exchanger.host)
    if seen and seen.starttls is not StarttlsStatus.NOT_TRIED:
        details = f" ({seen.version}, certificate {seen.certificate.value})" if seen.version else ""
        facts.append(f"STARTTLS {seen.starttls.value}{details}")
    if exchanger.host in assessment.dropped_hosts:
        facts.append("never used by an enforcing sender")
    return f"{exchanger.host} ({exchanger.preference}): {', '.join(facts)}"
