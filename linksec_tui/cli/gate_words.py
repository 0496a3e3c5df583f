"""What the gate said, told to somebody who cannot be asked: who falls short, why, and what would change the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linksec_tui.cli.output import Output
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.errors import GateRefused
from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.model.letter import Choice, Decision, Draft, Gate, GateLine


def tell_refusal(output: Output, refused: GateRefused, undecided: Sequence[GateLine], *, plain: bool) -> None:
    """Nothing was sent: a line for each who needs a decision, or for the ear a line for each fact."""
    first, *lines = refused.sentence.splitlines()
    output.error(f"Nothing was sent. {first}")
    for line in _facts(undecided) if plain else lines:
        output.note(line)
    for line in undecided:
        if line.instead:
            others = " or ".join(map(str, line.instead))
            output.note(f"{line.recipient.address} can be written to at {others}, which passes.")
    output.note(f"You can {', or '.join(ways_on(undecided))}.")


def _facts(undecided: Sequence[GateLine]) -> Iterator[str]:
    for number, line in enumerate(undecided, 1):
        yield f"Recipient {number} of {len(undecided)}: {line.recipient.address}"
        yield f"Badge: {line.assessment.assurance.word}"
        yield f"Why: {line.why}"


def ways_on(undecided: Sequence[GateLine]) -> Iterator[str]:
    """What would change the gate's answer for these people, in the options of `send`."""
    reachable = [line for line in undecided if line.assessment.assurance is not Assurance.UNDELIVERABLE]
    warnings = sorted({warning.code for line in undecided for warning in line.assessment.gate_warnings})
    if any(not line.assessment.gate_warnings for line in reachable):
        yield "ask for less with --require"
    if any(Choice.NOTICE in line.choices for line in reachable):
        yield "let them have a notice with --fallback notice"
    if warnings:
        yield f"send past the warning with {' '.join(f'--accept {code}' for code in warnings)}"
    if len(reachable) < len(undecided):
        yield "leave out those to whom there is no way"


def tell_notices(output: Output, gate: Gate, decision: Decision) -> None:
    """Who gets a notice in place of the letter, and why."""
    instead = {decided.recipient.address for decided in decision.recipients if decided.choice is Choice.NOTICE}
    for line in gate.lines:
        if line.recipient.address in instead:
            output.note(f"{line.recipient.address} gets only the notice. {line.why}")


def tell_time(output: Output, draft: Draft, provider: ProviderFacts | None) -> None:
    """That a letter comes back after a time is promised by nobody but a provider that offers it."""
    if draft.give_up_minutes and provider and provider.deliver_by_offered is False:
        output.note("Your provider keeps no such time: once it has the letter, it tries for as long as it likes.")


def tell_what_comes_back(output: Output, gate: Gate) -> None:
    """Nobody is held back for it, and nobody should wonder for days where the letter is (link-security.md §2.4)."""
    for line in gate.lines:
        for warning in line.assessment.warnings:
            if line.passes and warning.code in ("will-come-back", "may-come-back"):
                output.note(f"{line.recipient.address}: {warning.text}")
