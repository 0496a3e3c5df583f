"""A row of the outbox → what it stands for; the content lies elsewhere and is read by itself."""

from __future__ import annotations

from linksec_tui.model.letter import Decision, Envelope, Kind, OutboxItem, OutboxState, Outcome, Submission
from linksec_tui.store.codec import decode, decode_tuple, moment
from linksec_tui.store.connection import Row

ITEM = """
    SELECT id, letter, kind, account, state, envelope, subject, created_at, attempts, next_attempt_at, not_before,
           detail, outcomes,
           (SELECT trouble FROM sent_copies WHERE sent_copies.message_id = outbox.message_id)
    FROM outbox
"""


def item_of(row: Row) -> OutboxItem:
    ident, letter, kind, account, state, envelope, subject, created_at, attempts, next_attempt_at = row[:10]
    not_before, detail, outcomes, trouble = row[10:]
    said = [detail, trouble if state == OutboxState.SUBMITTED.value else ""]
    return OutboxItem(
        id=ident,
        letter=letter,
        kind=Kind(kind),
        account=account,
        state=OutboxState(state),
        recipients=tuple(map(str, decode(Envelope, envelope).recipients)),
        subject=subject,
        created_at=moment(created_at),
        attempts=attempts,
        next_attempt_at=None if next_attempt_at is None else moment(next_attempt_at),
        not_before=None if not_before is None else moment(not_before),
        detail=" ".join(filter(None, said)),
        outcomes=decode_tuple(Outcome, outcomes),
    )


def submission_of(row: Row) -> Submission:
    ident, letter, kind, account, envelope, message_id, subject, decision, created_at = row
    return Submission(
        id=ident,
        letter=letter,
        kind=Kind(kind),
        account=account,
        envelope=decode(Envelope, envelope),
        message_id=message_id,
        subject=subject,
        head=b"",
        body=b"",
        decision=decode(Decision, decision),
        created_at=moment(created_at),
    )
