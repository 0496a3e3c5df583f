"""From a finished draft to the outbox: the gate, the decision, the durable send. What was seen is what is sent."""

from __future__ import annotations

from collections.abc import Mapping

from linksec_tui.model.address import Address
from linksec_tui.model.errors import GateRefused, LinksecError
from linksec_tui.model.letter import Choice, Draft, Gate, Kind, OutboxItem
from linksec_tui.tui.front import Front
from linksec_tui.tui.screens.gate import AskAgain, GateScreen

ROUNDS = 5  # of deciding while the evidence keeps changing, before the letter goes back to its writer


async def send(app: Front, draft: Draft) -> tuple[OutboxItem, ...] | None:
    """The outbox's rows; None where the person went back to the letter. Raises LinksecError."""
    for _ in range(ROUNDS):
        answered = await _answered(app, draft)
        if answered is None:
            return None
        gate, choices = answered
        try:
            return await app.desk.send(draft, await app.desk.decide(draft, choices, gate))
        except GateRefused as changed:  # something got worse since the gate was shown: show it again
            app.say(changed)
    raise LinksecError("What is known of the recipients keeps changing.", "The letter is kept; try again in a minute.")


async def _answered(app: Front, draft: Draft) -> tuple[Gate, Mapping[Address, Choice]] | None:
    """The gate as it was shown, and what was chosen at it; None where the person went back to the letter."""
    while True:
        gate = await app.desk.gate(draft)
        if not gate.open:
            return gate, {}
        answer = await app.push_screen_wait(GateScreen(gate))
        if isinstance(answer, AskAgain):
            continue
        if answer is None:
            return None
        await _acknowledge(app, gate, answer)
        return gate, answer


async def _acknowledge(app: Front, gate: Gate, choices: Mapping[Address, Choice]) -> None:
    """A warning that somebody sends past has been read: once per domain and exact evidence."""
    for line in gate.short:
        if choices.get(line.recipient.address) is Choice.LOWER:
            for warning in line.assessment.gate_warnings:
                await app.desk.accept_warning(line.assessment.domain, warning.code)


def sent_sentence(items: tuple[OutboxItem, ...]) -> str:
    """“In the outbox: the letter to 4, the notice to 2.”"""
    letters = sum(len(item.recipients) for item in items if item.kind is Kind.LETTER)
    notices = sum(len(item.recipients) for item in items if item.kind is Kind.NOTICE)
    parts = [f"the letter to {letters}"] if letters else []
    parts += [f"the notice to {notices}"] if notices else []
    return f"In the outbox: {', '.join(parts)}." if parts else "Kept among the letters begun; nothing was sent."
