"""What the tests of desk write and wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from linksec_tui.desk import Desk
from linksec_tui.model.letter import Choice, Draft, OutboxItem, OutboxState, Requirement

OVER = frozenset({OutboxState.SUBMITTED, OutboxState.SETTLED, OutboxState.REFUSED, OutboxState.HELD})


def letter(desk: Desk, subject: str, *recipients: str, requirement: Requirement = Requirement.ANY) -> Draft:
    """A letter whose subject and body carry a word that can be looked for on the wire."""
    return replace(
        desk.new_draft(),
        recipients=tuple(map(desk.parse_recipient, recipients)),
        subject=subject,
        body=f"The word is {subject}.\n",
        requirement=requirement,
    )


async def send(desk: Desk, draft: Draft, fallback: Choice = Choice.NOTICE) -> tuple[OutboxItem, ...]:
    """Through the gate: those who fall short get `fallback`, where it is offered, or are left out."""
    gate = await desk.gate(draft)
    choices = {
        line.recipient.address: fallback if fallback in line.choices else Choice.LEAVE_OUT for line in gate.short
    }
    return await desk.send(draft, await desk.decide(draft, choices, gate))


async def until(desk: Desk, reached: Callable[[Sequence[OutboxItem]], bool]) -> tuple[OutboxItem, ...]:
    """The outbox as soon as it looks as wanted; the test's time limit ends a wait in vain."""
    events = desk.events()
    waiting = asyncio.ensure_future(anext(events))  # listening before looking: nothing is missed in between
    try:
        await asyncio.sleep(0)
        while not reached(items := await desk.outbox()):
            await waiting
            waiting = asyncio.ensure_future(anext(events))
        return items
    finally:
        waiting.cancel()
        await asyncio.wait([waiting])


def all_over(items: Sequence[OutboxItem]) -> bool:
    return bool(items) and all(item.state in OVER for item in items)
