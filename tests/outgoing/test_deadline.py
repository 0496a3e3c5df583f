"""“Give up after”: the provider is given what is left of the time, and nothing when it is over (RFC 2852 §4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linksec_tui.model.address import parse_address
from linksec_tui.model.letter import Decision, Envelope, Kind, OutboxItem, OutboxState, Requirement, Submission
from linksec_tui.outgoing.deadline import deadline, in_time, no_later

NOW = datetime(2026, 10, 3, 12, tzinfo=UTC)
ALICE = parse_address("alice@x.example")
HOUR = timedelta(hours=1)


def submission(seconds: int) -> Submission:
    return Submission(
        id="s1",
        letter="l1",
        kind=Kind.LETTER,
        account="home",
        envelope=Envelope(sender=ALICE, recipients=(ALICE,), envid="e", deliver_by=seconds),
        message_id="<l1@x.example>",
        subject="x",
        head=b"",
        body=b"",
        decision=Decision(requirement=Requirement.ANY, recipients=(), decided_at=NOW),
        created_at=NOW,
    )


ITEM = OutboxItem(
    id="s1",
    letter="l1",
    kind=Kind.LETTER,
    account="home",
    state=OutboxState.SUBMITTING,
    recipients=(str(ALICE),),
    subject="x",
    created_at=NOW,
    attempts=1,
)


@pytest.mark.parametrize(
    ("spent", "left"), [(timedelta(), 4 * 3600), (3 * HOUR, 3600), (4 * HOUR - timedelta(milliseconds=1), 1)]
)
def test_what_it_spent_in_the_outbox_is_taken_off(spent: timedelta, left: int) -> None:
    going = in_time(submission(4 * 3600), ITEM, NOW + spent)
    assert going is not None
    assert going.envelope.deliver_by == left


@pytest.mark.parametrize("spent", [4 * HOUR, 100 * HOUR])
def test_what_was_not_handed_over_in_its_time_is_not_handed_over(spent: timedelta) -> None:
    assert in_time(submission(4 * 3600), ITEM, NOW + spent) is None


def test_a_letter_without_a_time_goes_whenever_it_can() -> None:
    assert in_time(submission(0), ITEM, NOW + 1000 * HOUR) == submission(0)
    assert deadline(submission(0), ITEM) is None


def test_of_a_letter_that_was_to_go_later_the_time_begins_then() -> None:
    planned = replace(ITEM, not_before=NOW + 100 * HOUR)
    assert deadline(submission(3600), planned) == NOW + 101 * HOUR


def test_it_is_looked_at_again_when_its_time_is_over_at_the_latest() -> None:
    assert no_later(NOW + 4 * HOUR, NOW + HOUR) == NOW + HOUR
    assert no_later(NOW + HOUR, NOW + 4 * HOUR) == NOW + HOUR
    assert no_later(NOW + HOUR, None) == NOW + HOUR
    assert no_later(None, NOW + HOUR) is None
