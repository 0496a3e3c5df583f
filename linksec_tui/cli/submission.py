"""Waiting for what the provider says to a submission, and telling it: who was accepted, refused, or still waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK
from linksec_tui.cli.output import Output
from linksec_tui.model.errors import EXIT_QUEUED, EXIT_REFUSED
from linksec_tui.model.events import OutboxChanged
from linksec_tui.model.letter import Kind, OutboxItem, OutboxState, Outcome

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

PATIENCE = 60.0  # seconds for the provider's answer; what has none by then waits in the outbox
FILING = 10.0  # seconds for the copy in Sent; without it, it is filed at the next start
_LOOK_AGAIN = 1.0  # seconds: where another process submits, its events do not reach this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Which items are waited for: these, and what their letters are split into after a first attempt."""

    ids: frozenset[str]
    letters: frozenset[str]
    others: frozenset[str]  # what else was in the outbox before

    def includes(self, item: OutboxItem) -> bool:
        return item.id in self.ids or (item.letter in self.letters and item.id not in self.others)


async def watch(desk: Desk, items: Sequence[OutboxItem]) -> Watch:
    """Watch these items of the outbox, as it stands now."""
    ids = frozenset(item.id for item in items)
    others = frozenset(item.id for item in await desk.outbox()) - ids
    return Watch(ids=ids, letters=frozenset(item.letter for item in items), others=others)


async def wait_and_report(desk: Desk, items: Sequence[OutboxItem], output: Output) -> int:
    """Wait until every item has an answer, or patience ends; tell what became of them; the exit status."""
    latest = await wait_for_answers(desk, await watch(desk, items))
    for item in latest:
        if is_for_later(desk, item) and item.not_before:
            at = item.not_before.astimezone()
            output.note(f"To be sent {at:%Y-%m-%d %H:%M}, as things are then (outbox {item.id}).")
        else:
            tell(item, output)
    return status_of([item for item in latest if not is_for_later(desk, item)])


def status_of(items: Sequence[OutboxItem]) -> int:
    """0 all accepted · 69 somebody refused for good · 75 something waits, is held, or may have gone out."""
    if any(item.state is OutboxState.REFUSED or _refused(item) for item in items):
        return EXIT_REFUSED
    out = (OutboxState.SUBMITTED, OutboxState.SETTLED)
    return OK if all(item.state in out for item in items) else EXIT_QUEUED


async def wait_for_answers(desk: Desk, watched: Watch) -> tuple[OutboxItem, ...]:
    """The items when the provider has answered for all of them, and their copies in Sent had time to be filed."""
    await _until(desk, watched, _answered, PATIENCE)
    return await _until(desk, watched, _filed, FILING)


def tell(item: OutboxItem, output: Output) -> None:
    """Who was refused, and what did not go out; silence where all is well."""
    refused = _refused(item)
    for outcome in refused:
        output.note(f"  {outcome.recipient}  refused by your provider: {outcome.text}")
    became = _WHAT_BECAME.get(item.state)
    if became and not refused:
        what = "The notice" if item.kind is Kind.NOTICE else "The letter"
        detail = f" {item.detail}" if item.detail else ""
        output.note(f"{what} to {', '.join(item.recipients)} {became}{detail} (outbox {item.id})")


_WHAT_BECAME = {
    OutboxState.WAITING: "waits in the outbox and will be tried again.",
    OutboxState.SUBMITTING: "is on its way to your provider; the outbox shows what becomes of it.",
    OutboxState.HELD: "is held in the outbox until you say what to do.",
    OutboxState.MAYBE_SENT: "may have gone out; it is not sent again unasked.",
    OutboxState.CANCELLED: "was cancelled.",
    OutboxState.REFUSED: "was refused.",
}


async def _until(
    desk: Desk, watched: Watch, done: Callable[[Desk, OutboxItem], bool], patience: float
) -> tuple[OutboxItem, ...]:
    latest = await _items(desk, watched)
    try:
        async with asyncio.timeout(patience):
            while not all(done(desk, item) for item in latest):
                await _change(desk)
                latest = await _items(desk, watched)
    except TimeoutError:
        latest = await _items(desk, watched)
    return latest


async def _items(desk: Desk, watched: Watch) -> tuple[OutboxItem, ...]:
    return tuple(item for item in await desk.outbox() if watched.includes(item))


async def _change(desk: Desk) -> None:
    """The next change of the outbox, or a moment's wait."""
    try:
        async with asyncio.timeout(_LOOK_AGAIN), aclosing(desk.events()) as events:
            async for event in events:
                if isinstance(event, OutboxChanged):
                    return
    except TimeoutError:
        return


def is_for_later(desk: Desk, item: OutboxItem) -> bool:
    """Is that what the person asked for?"""
    return item.state is OutboxState.WAITING and item.not_before is not None and item.not_before > desk.now()


def _answered(desk: Desk, item: OutboxItem) -> bool:
    if is_for_later(desk, item):
        return True
    if item.state is OutboxState.WAITING:
        return item.attempts > 0 and item.next_attempt_at is not None  # tried, and put back for later
    return item.state is not OutboxState.SUBMITTING


def _filed(desk: Desk, item: OutboxItem) -> bool:
    return not desk.is_worker or item.kind is Kind.NOTICE or item.state is not OutboxState.SUBMITTED


def _refused(item: OutboxItem) -> tuple[Outcome, ...]:
    """Whom the provider refused for good; what it put off is tried again."""
    return tuple(outcome for outcome in item.outcomes if not outcome.accepted and not outcome.temporary)
