"""Assessments and a requirement → the gate's question, and the sender's answer to it (link-security.md §4).

Nothing is ever sent below the requirement, or past a warning, without a choice made for that very recipient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from linksec_tui.model.address import Address, Field, Recipient
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.errors import BadInput, GateRefused
from linksec_tui.model.evidence import Answer, Dnssec, Evidence, Mechanism, ProviderFacts, Route, RouteStatus
from linksec_tui.model.letter import (
    Choice,
    Decision,
    Draft,
    Fallback,
    Gate,
    GateLine,
    RecipientDecision,
    Requirement,
)

from .words import gate_sentence, table

EVIDENCE_AGE = timedelta(minutes=10)  # older evidence is asked again at submission (link-security.md §4)

_RESTS_ON_EVIDENCE = frozenset({Choice.SEND, Choice.LOWER})  # the others are safe whatever the evidence says


def gate(draft: Draft, assessments: Mapping[str, Assessment], provider: ProviderFacts | None, now: datetime) -> Gate:
    """One line a recipient: does it pass, why not, and what may be chosen instead.

    `assessments` are found by the recipient's whole address first (what is known of the person), then by its domain.
    Where one is missing, or its sources are still being asked, the recipient counts as UNKNOWN.
    """
    lines = tuple(
        _line(draft, recipient, _assessment(recipient, assessments, now), provider) for recipient in _once(draft)
    )
    return Gate(requirement=draft.requirement, lines=lines)


def decide(draft: Draft, gate: Gate, choices: Mapping[Address, Choice], now: datetime) -> Decision:
    """What happens to each recipient. Raises GateRefused, with the table, while somebody has no choice."""
    _check(draft, gate)
    undecided = tuple(line for line in gate.short if choices.get(line.recipient.address) not in line.choices)
    if undecided:
        raise GateRefused(
            f"{len(undecided)} of {len(gate.lines)} recipients {'needs' if len(undecided) == 1 else 'need'} a decision"
            f" (you ask for {gate.requirement.word}):\n{table(undecided)}",
            "Choose for each of them, or lower the requirement.",
        )
    return Decision(
        requirement=draft.requirement,
        recipients=tuple(_decided(line, choices, tls_optional=draft.tls_optional) for line in gate.lines),
        decided_at=now,
        tls_optional=draft.tls_optional,
    )


def unattended(gate: Gate, fallback: Fallback, accepted: frozenset[str]) -> Mapping[Address, Choice]:
    """The choices of a sender who cannot be asked: `send --fallback notice --accept WARNING`.

    Who falls short gets the notice where that was allowed; an accepted warning is passed, never a missing rung; a
    recipient who may be somebody else gets nothing unasked. For the others there is no choice, and `decide` refuses.
    """
    choices: dict[Address, Choice] = {}
    for line in gate.short:
        open_warnings = {warning.code for warning in line.assessment.gate_warnings} - accepted
        if not open_warnings and _reaches(line.assessment, gate.requirement):
            choices[line.recipient.address] = Choice.LOWER
        elif fallback is Fallback.NOTICE and Choice.NOTICE in line.choices and "not-who-you-think" not in open_warnings:
            choices[line.recipient.address] = Choice.NOTICE
    return choices


def worse(decision: Decision, assessments: Mapping[str, Assessment], now: datetime) -> tuple[Address, ...]:
    """The recipients who stand lower now, or carry a new warning, than when the sender decided about them.

    Who gets the notice, nothing, or the letter over REQUIRETLS alone cannot be worse off.
    """
    fallen: list[Address] = []
    for decided in decision.recipients:
        if decided.choice not in _RESTS_ON_EVIDENCE:
            continue
        current = _assessment(decided.recipient, assessments, now)
        new_warnings = {warning.code for warning in current.gate_warnings} - set(decided.warnings)
        # what was secured by DANE then and by REQUIRETLS alone now would travel without its tag
        lost_ground = (
            current.needs_requiretls and not decided.needs_requiretls and decided.assurance >= Assurance.ENFORCED
        )
        if seen(current, tls_optional=decision.tls_optional) < decided.assurance or new_warnings or lost_ground:
            fallen.append(decided.recipient.address)
    return tuple(fallen)


def stale(decision: Decision, now: datetime) -> bool:
    """Must the evidence be asked again before this decision is acted upon?"""
    checked = [decided.checked_at for decided in decision.recipients if decided.choice in _RESTS_ON_EVIDENCE]
    return any(at is None or not timedelta() <= now - at < EVIDENCE_AGE for at in checked)


def remainder(draft: Draft, decision: Decision, draft_id: str) -> Draft | None:
    """The draft that is kept for those who were left out; None where nobody was."""
    left_out = {decided.recipient.address for decided in decision.recipients if decided.choice is Choice.LEAVE_OUT}
    kept = tuple(recipient for recipient in draft.recipients if recipient.address in left_out)
    return replace(draft, id=draft_id, recipients=kept) if kept else None


def seen(assessment: Assessment, *, tls_optional: bool = False) -> Assurance:
    """The rung that counts: UNKNOWN at most while sources are asked; ENCRYPTED at most if TLS may fail."""
    rung = assessment.in_the_clear_too().assurance if tls_optional else assessment.assurance
    return rung if assessment.complete else min(rung, Assurance.UNKNOWN)


def _check(draft: Draft, gate: Gate) -> None:
    if not draft.recipients:
        raise BadInput("The letter has no recipient.", "Add one.")
    if draft.tls_optional and draft.requirement is not Requirement.ANY:
        raise BadInput(
            f"The letter demands {draft.requirement.word}, and is to be delivered even if TLS fails.",
            "Choose one of the two.",
        )
    if {line.recipient.address for line in gate.lines} != {recipient.address for recipient in draft.recipients}:
        raise GateRefused("The recipients have changed since they were looked at.", "Look at the gate again.")
    if gate.requirement is not draft.requirement:
        raise GateRefused("The requirement has changed since the recipients were looked at.", "Look at the gate again.")


def _once(draft: Draft) -> tuple[Recipient, ...]:
    """Each address once: where it stands openly, if it stands in several fields."""
    found: dict[Address, Recipient] = {}
    for recipient in sorted(draft.recipients, key=lambda recipient: list(Field).index(recipient.field)):
        found.setdefault(recipient.address, recipient)
    return tuple(found[address] for address in dict.fromkeys(recipient.address for recipient in draft.recipients))


def _line(draft: Draft, recipient: Recipient, assessment: Assessment, provider: ProviderFacts | None) -> GateLine:
    assessment = assessment.in_the_clear_too() if draft.tls_optional else assessment
    rung = seen(assessment, tls_optional=draft.tls_optional)
    passes = rung >= draft.requirement.minimum and not assessment.gate_warnings
    if passes:
        return GateLine(recipient=recipient, assessment=assessment, passes=True)
    return GateLine(
        recipient=recipient,
        assessment=assessment,
        passes=False,
        why=gate_sentence(assessment, rung, draft.requirement),
        choices=_choices(draft, assessment, provider),
    )


def _choices(draft: Draft, assessment: Assessment, provider: ProviderFacts | None) -> tuple[Choice, ...]:
    if assessment.assurance is Assurance.UNDELIVERABLE:
        return (Choice.LEAVE_OUT,) if assessment.securely_undeliverable else (Choice.LEAVE_OUT, Choice.LOWER)
    only_the_person = {warning.code for warning in assessment.gate_warnings} == {"not-who-you-think"} and (
        seen(assessment) >= draft.requirement.minimum
    )
    strict = (
        provider is not None
        and provider.answer(Mechanism.REQUIRETLS) is Answer.YES
        and provider.requiretls_offered is not False
        and not only_the_person  # REQUIRETLS would take the letter to the wrong person safely
        and not draft.tls_optional  # RFC 8689 §4.1: the two contradict each other
    )
    return (Choice.NOTICE, Choice.LEAVE_OUT, *((Choice.TRY,) if strict else ()), Choice.LOWER)


def _decided(line: GateLine, choices: Mapping[Address, Choice], *, tls_optional: bool) -> RecipientDecision:
    chosen = choices.get(line.recipient.address, Choice.SEND)
    if line.passes and chosen in (Choice.TRY, Choice.LOWER):
        chosen = Choice.SEND  # nothing to lower for somebody who passes
    assessment = line.assessment
    return RecipientDecision(
        recipient=line.recipient,
        choice=chosen,
        assurance=seen(assessment, tls_optional=tls_optional),
        warnings=tuple(warning.code for warning in assessment.warnings),
        needs_requiretls=assessment.needs_requiretls,
        offers_requiretls=assessment.offers_requiretls,
        checked_at=assessment.checked_at,
        headline=assessment.headline,
    )


def _reaches(assessment: Assessment, requirement: Requirement) -> bool:
    return seen(assessment) >= requirement.minimum


def _assessment(recipient: Recipient, assessments: Mapping[str, Assessment], now: datetime) -> Assessment:
    domain = recipient.address.domain
    found = assessments.get(str(recipient.address)) or assessments.get(domain)
    return found or Assessment(
        domain=domain,
        assurance=Assurance.UNKNOWN,
        evidence=Evidence(domain=domain, route=Route(status=RouteStatus.FAILED, dnssec=Dnssec.UNCHECKED)),
        checked_at=now,
        complete=False,
    )
