"""What the gate says about one recipient: the fact, and what follows from it, in plain words (experience.md §3)."""

from __future__ import annotations

from collections.abc import Sequence

from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.evidence import RouteStatus
from linksec_tui.model.letter import GateLine, Requirement

_MEANS = {
    Assurance.EXPOSED: "anybody on the way could read the letter",
    Assurance.UNKNOWN: "nothing is known about how the letter would travel",
    Assurance.ENCRYPTED: "someone impersonating their server could read the letter",
    Assurance.VERIFIABLE: "their servers can prove who they are, but your provider is not known to insist on it",
    Assurance.ENFORCED: "the letter would reach them protected, but they promise nothing for the way from there on",
    Assurance.LINK_SECURE: "",
}

_WARNS = {
    "downgrade": "It is less protected than it was before, and the earlier promise has not run out.",
    "possible-attack": "Their server was seen without the protection that it promises; somebody may be interfering.",
    "not-who-you-think": "This may not be whom you think; check the address.",
}


def gate_sentence(assessment: Assessment, rung: Assurance, requirement: Requirement) -> str:
    """Why somebody falls short of the requirement, or should not be written to unasked."""
    sentences: list[str] = []
    if rung < requirement.minimum:
        sentences.append(_shortfall(assessment, rung, requirement))
    sentences += [warning.text or _WARNS.get(warning.code, "") for warning in assessment.gate_warnings]
    return " ".join(filter(None, sentences))


def table(lines: Sequence[GateLine]) -> str:
    """Who and why, for a terminal without screens: one line a recipient."""
    width = max((len(str(line.recipient.address)) for line in lines), default=0)
    rungs = max((len(line.assessment.assurance.word) for line in lines), default=0)
    return "\n".join(
        f"  {line.recipient.address!s:<{width}}  {line.assessment.assurance.word:<{rungs}}  {line.why}"
        for line in lines
    )


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
    if rung < assessment.assurance:
        return "You allowed delivery even if TLS fails, so no more than Encrypted, unproven can be counted on."
    return f"{domain} is {rung.word}, you ask for {requirement.word}: {_MEANS[rung]}."
