"""From a finished draft to the outbox: the gate, the decision, the durable send. What was seen is what is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from linksec_tui.model.address import Address, Origin
from linksec_tui.model.errors import GateRefused, LinksecError
from linksec_tui.model.letter import Choice, Draft, Gate, GateLine, Kind, OutboxItem
from linksec_tui.tui.check_words import counted
from linksec_tui.tui.front import Front
from linksec_tui.tui.screens.gate import AskAgain, GateScreen, Instead


def _unseen(_: Draft) -> None:
    """Where nobody shows the letter."""


_Before: TypeAlias = tuple[Gate, Mapping[Address, Choice]] | None

ROUNDS = 5  # of deciding while the evidence keeps changing, before the letter goes back to its writer


async def send(app: Front, draft: Draft, moved: Callable[[Draft], None] = _unseen) -> tuple[OutboxItem, ...] | None:
    """The outbox's rows; None where the person went back to the letter. Raises LinksecError.

    `moved` is told when somebody is written to at another address than the letter said.
    """
    before: _Before = None  # what was seen and chosen at the gate before
    for _ in range(ROUNDS):
        answered = await _answered(app, draft, moved, before)
        if answered is None:
            return None
        draft, gate, choices = answered
        before = gate, choices
        try:
            return await app.desk.send(draft, await app.desk.decide(draft, choices, gate))
        except GateRefused as changed:  # something got worse since the gate was shown: show it again
            app.say(changed)
    raise LinksecError("What is known of the recipients keeps changing.", "The letter is kept; try again in a minute.")


async def _answered(
    app: Front, draft: Draft, moved: Callable[[Draft], None], before: _Before
) -> tuple[Draft, Gate, Mapping[Address, Choice]] | None:
    """The letter, the gate as it was shown, and what was chosen at it; None where the person went back."""
    while True:
        gate = await app.desk.gate(draft)
        if not gate.open:
            return draft, gate, {}
        choices = _standing(before, gate)
        answer = await app.push_screen_wait(GateScreen(gate, choices))
        match answer:
            case None:
                return None
            case AskAgain():
                before = gate, answer.choices
            case Instead():
                draft, before = _elsewhere(draft, answer), (gate, answer.choices)
                moved(draft)
            case _:
                await _acknowledge(app, gate, answer)
                return draft, gate, answer


def _standing(before: _Before, gate: Gate) -> Mapping[Address, Choice]:
    """What was chosen for those of whom the same is known now: nobody is to decide about them twice."""
    if before is None:
        return {}
    then, choices = before
    known = {line.recipient.address: _evidence(line) for line in then.short}
    return {
        line.recipient.address: choices[line.recipient.address]
        for line in gate.short
        if line.recipient.address in choices and known.get(line.recipient.address) == _evidence(line)
    }


def _evidence(line: GateLine) -> tuple[object, ...]:
    seen = line.assessment
    return seen.assurance, seen.needs_requiretls, seen.gate_warnings, line.choices


def _elsewhere(draft: Draft, instead: Instead) -> Draft:
    recipients = [
        replace(each, address=instead.other, origin=Origin.TYPED) if each.address == instead.address else each
        for each in draft.recipients
    ]
    return replace(draft, recipients=tuple(recipients))


async def _acknowledge(app: Front, gate: Gate, choices: Mapping[Address, Choice]) -> None:
    """A warning that somebody sends past has been read: once per domain and exact evidence."""
    for line in gate.short:
        if choices.get(line.recipient.address) is Choice.LOWER:
            for warning in line.assessment.gate_warnings:
                await app.desk.accept_warning(line.assessment.domain, warning.code)


def sent_sentence(items: tuple[OutboxItem, ...], going: str = "") -> str:
    """“In the outbox: the letter to 4 recipients, the notice to 1 recipient; goes tomorrow 8:00.”"""
    letters = sum(len(item.recipients) for item in items if item.kind is Kind.LETTER)
    notices = sum(len(item.recipients) for item in items if item.kind is Kind.NOTICE)
    parts = [f"the letter to {counted(letters, 'recipient')}"] if letters else []
    parts += [f"the notice to {counted(notices, 'recipient')}"] if notices else []
    when = f"; goes {going}" if going else ""
    return f"In the outbox: {', '.join(parts)}{when}." if parts else "Kept among the letters begun; nothing was sent."
