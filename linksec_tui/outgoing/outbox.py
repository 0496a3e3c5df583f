"""How an attempt to submit ends: what the server said, or what failed → the row's next state.

Desk writes it through `store.outbox`, which claims rows and puts right what a dead worker left. The rule above all
others: what may have gone out is never submitted again unasked, and what surely did not is never forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from linksec_tui.model.address import Address
from linksec_tui.model.errors import (
    BadInput,
    ConfigurationError,
    CredentialsRefused,
    GateRefused,
    LinksecError,
    OutcomeUnknown,
    StoreError,
    StoreFull,
    SubmissionRefused,
)
from linksec_tui.model.letter import OutboxItem, OutboxState, Outcome, Submission

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))  # RFC 5321 §4.5.4.1
FIRST_TRIES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 40))
GIVES_UP = timedelta(days=4)  # afterwards the row is held, and the person is asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The row's next state. `again`: recipients refused only for now while others were served; see `follow_up`."""

    state: OutboxState
    next_attempt_at: datetime | None = None
    detail: str = ""
    outcomes: tuple[Outcome, ...] = ()
    again: tuple[Address, ...] = ()


def after_outcomes(item: OutboxItem, outcomes: tuple[Outcome, ...], now: datetime) -> Next:
    """The server answered for every recipient. `item.attempts` counts this attempt already."""
    accepted = [outcome for outcome in outcomes if outcome.accepted]
    later = [outcome for outcome in outcomes if not outcome.accepted and outcome.temporary]
    if len(later) == len(outcomes):
        return replace(_later(item, now, _said(later)), outcomes=outcomes)
    return Next(
        state=OutboxState.SUBMITTED if accepted else OutboxState.REFUSED,
        detail=_said([outcome for outcome in outcomes if not outcome.accepted]),
        outcomes=outcomes,
        again=tuple(outcome.recipient for outcome in later),
    )


def after_failure(item: OutboxItem, failure: LinksecError, now: datetime) -> Next:
    """No answer for the recipients: our error says how far the letter came."""
    match failure:
        case OutcomeUnknown():
            return Next(state=OutboxState.MAYBE_SENT, detail=str(failure))
        case SubmissionRefused() | BadInput():
            return Next(state=OutboxState.REFUSED, detail=str(failure))
        case StoreFull():
            return _later(item, now, str(failure))  # it was not handed over, since that could not be written down
        case CredentialsRefused() | ConfigurationError() | GateRefused() | StoreError():
            return Next(state=OutboxState.HELD, detail=str(failure))  # nothing gets better by itself
        case _:
            return _later(item, now, str(failure))


def sooner(following: Next, tries: int, now: datetime) -> Next:
    """Of a letter that waits: its next attempt, the provider being just back. `tries` since then.

    One of its servers may need a moment more than the other.
    """
    pauses = (*FIRST_TRIES, *BACK_OFF)
    soon = now + pauses[min(tries, len(pauses)) - 1]
    return replace(following, next_attempt_at=min(soon, following.next_attempt_at or soon))


def follow_up(submission: Submission, recipients: tuple[Address, ...], token: Callable[[], str]) -> Submission:
    """The same message for those who were refused only for now: same Message-ID, same bytes, an ENVID of its own."""
    wanted = set(recipients)
    decided = tuple(each for each in submission.decision.recipients if each.recipient.address in wanted)
    return replace(
        submission,
        id=token(),
        envelope=replace(submission.envelope, recipients=recipients, envid=token()),
        decision=replace(submission.decision, recipients=decided),
    )


def _later(item: OutboxItem, now: datetime, reason: str) -> Next:
    if now - (item.not_before or item.created_at) >= GIVES_UP:  # what was to go later is not late before that
        return Next(state=OutboxState.HELD, detail=f"Not sent in {GIVES_UP.days} days. {reason}")
    pause = BACK_OFF[min(max(item.attempts, 1), len(BACK_OFF)) - 1]
    return Next(state=OutboxState.WAITING, next_attempt_at=now + pause, detail=reason)


def _said(outcomes: list[Outcome]) -> str:
    """Who was refused and with which words; one sentence for all who got the same."""
    by_text: dict[str, list[str]] = {}
    for outcome in outcomes:
        by_text.setdefault(outcome.text, []).append(str(outcome.recipient))
    return " ".join(f"Your provider refused {', '.join(who)}: {text}." for text, who in by_text.items())
