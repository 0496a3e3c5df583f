"""The time that a sender gives a letter (“give up after”): how much of it is left when it goes to the provider.

The provider counts from the moment that it takes the letter (RFC 2852 §4.1), the sender from the moment that it was to
go. So what was spent in the outbox is taken off, and what was not handed over in its time is not handed over at all,
also where the provider keeps no time.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

from linksec_tui.model.letter import OutboxItem, Submission

TIME_IS_OVER = (
    "The time that you gave it was over before your provider had it: it waits for you to say whether it goes."
)


def deadline(submission: Submission, item: OutboxItem) -> datetime | None:
    """Until when the provider must have it; None where the sender gave it no time."""
    seconds = submission.envelope.deliver_by
    return (item.not_before or submission.created_at) + timedelta(seconds=seconds) if seconds else None


def in_time(submission: Submission, item: OutboxItem, now: datetime) -> Submission | None:
    """The submission with what is left of its time; None where nothing is."""
    end = deadline(submission, item)
    if end is None:
        return submission
    left = math.ceil((end - now).total_seconds())
    return replace(submission, envelope=replace(submission.envelope, deliver_by=left)) if left > 0 else None


def no_later(next_attempt: datetime | None, end: datetime | None) -> datetime | None:
    """When it is looked at again: at the end of its time at the latest, so that it is held then."""
    return min(next_attempt, end) if next_attempt and end else next_attempt
