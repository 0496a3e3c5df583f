"""What the gate says about one recipient: the fact, and what follows from it, in plain words (experience.md §3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linksec_tui.model.assessment import COMES_BACK, Assessment, Assurance
from linksec_tui.model.evidence import RouteStatus
from linksec_tui.model.ladder import PRICE
from linksec_tui.model.letter import GateLine, Requirement


def gate_sentence(assessment: Assessment, rung: Assurance, requirement: Requirement) -> str:
    """Why somebody falls short of the requirement, or should not be written to unasked."""
    sentences: list[str] = []
    if rung < requirement.minimum:
        sentences.append(_shortfall(assessment, rung, requirement))
    sentences += [warning.text or warning.code for warning in assessment.gate_warnings]
    if rung is not Assurance.UNDELIVERABLE:
        sentences += _comes_back(assessment)
    return " ".join(filter(None, sentences))


def table(lines: Sequence[GateLine]) -> str:
    """Who and why, for a terminal without screens: one line a recipient."""
    width = max((len(str(line.recipient.address)) for line in lines), default=0)
    rungs = max((len(line.assessment.assurance.word) for line in lines), default=0)
    return "\n".join(
        f"  {line.recipient.address!s:<{width}}  {line.assessment.assurance.word:<{rungs}}  {line.why}"
        for line in lines
    )


def _comes_back(assessment: Assessment) -> Iterator[str]:
    """Whoever lets it go all the same should know where it will be; the notice says `TLS-Required: No`."""
    for warning in assessment.warnings:
        if warning.code in COMES_BACK:
            yield warning.text
            if not assessment.lets_pass:
                yield "So would the notice." if warning.code == "will-come-back" else "So may the notice."


def _shortfall(assessment: Assessment, rung: Assurance, requirement: Requirement) -> str:
    domain = assessment.domain
    if rung is Assurance.UNDELIVERABLE:
        if assessment.evidence.route.status is RouteStatus.NO_SUCH_DOMAIN and assessment.securely_undeliverable:
            return f"There is no domain {domain}. Check the spelling."
        if assessment.securely_undeliverable:
            return f"{domain} does not accept mail."
        return f"No mail host was found for {domain} from here."
    if not assessment.complete:
        return f"The answers about {domain} are not all here yet; wait for them, or decide without."
    return f"{domain} is {rung.word}, you ask for {requirement.word}: {PRICE[rung]}."
