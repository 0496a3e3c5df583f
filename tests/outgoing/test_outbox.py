"""What becomes of a row after an attempt: never twice unasked, never forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linksec_tui.model.address import Address, Recipient, parse_address
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.errors import (
    BadInput,
    ConfigurationError,
    CredentialsRefused,
    DecisionOutdated,
    LinksecError,
    OutcomeUnknown,
    ProtocolBroken,
    StoreError,
    StoreFull,
    SubmissionRefused,
    Unreachable,
    Unverifiable,
)
from linksec_tui.model.letter import (
    Choice,
    Decision,
    Envelope,
    Kind,
    OutboxItem,
    OutboxState,
    Outcome,
    RecipientDecision,
    Requirement,
    Submission,
)
from linksec_tui.outgoing.outbox import BACK_OFF, after_failure, after_outcomes, follow_up, sooner

NOW = datetime(2026, 10, 3, 12, tzinfo=UTC)
ALICE, BOB, CAROL = (parse_address(f"{name}@x.example") for name in ("alice", "bob", "carol"))


def item(*, attempts: int = 1, age: timedelta = timedelta()) -> OutboxItem:
    return OutboxItem(
        id="s1",
        letter="l1",
        kind=Kind.LETTER,
        account="home",
        state=OutboxState.SUBMITTING,
        recipients=(),
        subject="",
        created_at=NOW - age,
        attempts=attempts,
    )


def said(recipient: Address, code: int) -> Outcome:
    return Outcome(recipient=recipient, accepted=code < 300, code=code, text=f"{code} words")


OUTCOMES = {
    "all taken": ((250, 250), OutboxState.SUBMITTED, ()),
    "all refused": ((550, 550), OutboxState.REFUSED, ()),
    "all refused for now": ((450, 451), OutboxState.WAITING, ()),
    "one refused": ((250, 550), OutboxState.SUBMITTED, ()),
    "one refused for now": ((250, 450), OutboxState.SUBMITTED, (BOB,)),
    "none taken, one for now": ((550, 450), OutboxState.REFUSED, (BOB,)),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_servers_word_about_each_recipient_decides(name: str) -> None:
    codes, state, again = OUTCOMES[name]
    outcomes = tuple(map(said, (ALICE, BOB), codes))
    after = after_outcomes(item(), outcomes, NOW)
    assert (after.state, after.again, after.outcomes) == (state, again, outcomes)
    assert bool(after.next_attempt_at) == (state is OutboxState.WAITING)
    assert all(str(each.recipient) in after.detail for each in outcomes if not each.accepted)


FAILURES: dict[type[LinksecError], OutboxState] = {
    OutcomeUnknown: OutboxState.MAYBE_SENT,
    SubmissionRefused: OutboxState.REFUSED,
    BadInput: OutboxState.REFUSED,
    CredentialsRefused: OutboxState.HELD,
    ConfigurationError: OutboxState.HELD,
    DecisionOutdated: OutboxState.HELD,
    Unreachable: OutboxState.WAITING,
    Unverifiable: OutboxState.WAITING,
    ProtocolBroken: OutboxState.WAITING,
    StoreError: OutboxState.HELD,
    StoreFull: OutboxState.WAITING,
}


@pytest.mark.parametrize("failure", FAILURES)
def test_each_failure_has_its_state(failure: type[LinksecError]) -> None:
    after = after_failure(item(), failure("It went wrong."), NOW)
    assert after.state is FAILURES[failure]
    assert after.detail


def test_pauses_grow_and_then_the_person_is_asked() -> None:
    pauses = [after_failure(item(attempts=n), Unreachable("x"), NOW).next_attempt_at for n in range(12)]
    assert [at - NOW for at in pauses if at] == [BACK_OFF[0], *BACK_OFF, *[BACK_OFF[-1]] * 4]
    assert after_failure(item(age=timedelta(days=4)), Unreachable("x"), NOW).state is OutboxState.HELD


def test_a_provider_that_is_just_back_is_asked_again_soon_however_often_it_was_tried_before() -> None:
    waits = after_failure(item(attempts=9), Unreachable("x"), NOW)
    pauses = [sooner(waits, tries, NOW).next_attempt_at for tries in (1, 2, 3, 4, 5)]
    assert [at - NOW for at in pauses if at] == [timedelta(seconds=s) for s in (5, 15, 40, 60, 300)]
    assert sooner(waits, 99, NOW).next_attempt_at == waits.next_attempt_at
    first = after_failure(item(attempts=1), Unreachable("x"), NOW)
    assert sooner(first, 5, NOW).next_attempt_at == first.next_attempt_at


def test_a_letter_that_was_to_go_later_has_its_four_days_from_then_on() -> None:
    written_long_ago = replace(item(age=timedelta(days=9)), not_before=NOW - timedelta(days=1))
    assert after_failure(written_long_ago, Unreachable("x"), NOW).state is OutboxState.WAITING


def test_a_follow_up_is_the_same_letter_under_another_envelope_id() -> None:
    decided = tuple(
        RecipientDecision(recipient=Recipient(address=address), choice=Choice.SEND, assurance=Assurance.ENFORCED)
        for address in (ALICE, BOB, CAROL)
    )
    submission = Submission(
        id="s1",
        letter="l1",
        kind=Kind.LETTER,
        account="home",
        envelope=Envelope(sender=ALICE, recipients=(ALICE, BOB, CAROL), envid="e1", requiretls=True),
        message_id="<1@x.example>",
        subject="",
        head=b"\r\n",
        body=b"x\r\n",
        decision=Decision(requirement=Requirement.ENFORCED, recipients=decided, decided_at=NOW),
        created_at=NOW,
    )
    names = iter(("s2", "e2"))
    again = follow_up(submission, (BOB,), lambda: next(names))
    assert (again.id, again.envelope.envid, again.message_id, again.content) == (
        "s2",
        "e2",
        "<1@x.example>",
        b"\r\nx\r\n",
    )
    assert again.envelope.recipients == (BOB,)
    assert again.envelope.requiretls
    assert [each.recipient.address for each in again.decision.recipients] == [BOB]
