"""The outbox: what was handed over to be sent, until it is settled. Nothing is lost and nothing goes out twice.

A submission is claimed in a transaction before its first byte; that it is about to be completed (`start_data`) is on
the disk before the final dot, which alone makes the server take it. So whatever kills the worker, the next one knows
which of those under way cannot have gone out (they wait again) and which may have (they are shown, and never sent
again by themselves).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from linksec_tui.model.errors import BadInput, StoreError
from linksec_tui.model.letter import (
    Draft,
    Kind,
    OutboxItem,
    OutboxState,
    Outcome,
    Submission,
)
from linksec_tui.store import contacts, drafts, finished, letter_bodies, sent
from linksec_tui.store.codec import encode, micros, moment
from linksec_tui.store.connection import Connection
from linksec_tui.store.outbox_rows import ITEM, item_of, submission_of

_STILL_HERE = (OutboxState.WAITING.value, OutboxState.CANCELLED.value)
_UNKNOWN = "The connection was lost while the letter was being handed over: it may have gone out."

# What a person may make of a submission, and from which states. SUBMITTING belongs to its worker; a letter that went
# out cannot be recalled.
_MAY_BECOME = {
    # waiting to waiting: now, instead of when its pause is over
    OutboxState.WAITING: {OutboxState.WAITING, OutboxState.HELD, OutboxState.MAYBE_SENT, OutboxState.REFUSED},
    OutboxState.HELD: {OutboxState.WAITING},
    OutboxState.SUBMITTED: {OutboxState.MAYBE_SENT},  # somebody knows that it went out
    OutboxState.CANCELLED: {OutboxState.WAITING, OutboxState.HELD, OutboxState.REFUSED, OutboxState.MAYBE_SENT},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Everything that pressing "send" changes, in one transaction.

    `draft` is what the letter was written as; `left_out` a new draft for those who were left out; `not_before` the end
    of the grace period, or when it is to go.
    """

    submissions: tuple[Submission, ...]
    draft: Draft | None = None
    left_out: Draft | None = None
    copies: tuple[sent.SentCopy, ...] = ()
    finished: sent.SentCopy | None = None  # whose parts the draft names
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Which submission is whose; `worker` is one process' random word for itself."""

    submission: str
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an attempt ended. `follow_up`: submissions for those recipients who must be tried again."""

    state: OutboxState
    outcomes: tuple[Outcome, ...] = ()
    detail: str = ""
    next_attempt_at: datetime | None = None
    follow_up: tuple[Submission, ...] = ()


def add(connection: Connection, handover: Handover, now: datetime) -> None:
    """Take a letter over. Raises BadInput where the same draft was handed over before."""
    with connection.transaction():
        draft = ""
        if handover.draft:
            draft = handover.draft.id
            drafts.hand_on(connection, handover.draft, now)
        if handover.left_out:
            drafts.save(connection, handover.left_out, now)
        for submission in handover.submissions:
            _insert(connection, submission, draft, handover.not_before)
            connection.execute(
                "UPDATE outbox SET not_before = ? WHERE id = ?", _when(handover.not_before), submission.id
            )
        for copy in handover.copies:
            sent.write_copy(connection, copy)
        if handover.finished:
            finished.keep(connection, handover.finished)


def items(connection: Connection) -> tuple[OutboxItem, ...]:
    """The whole outbox in the order of handing over."""
    return tuple(map(item_of, connection.rows(f"{ITEM} ORDER BY number")))


def item(connection: Connection, ident: str) -> OutboxItem | None:
    row = connection.one(f"{ITEM} WHERE id = ?", ident)
    return item_of(row) if row else None


def due(connection: Connection, account: str, now: datetime) -> tuple[str, ...]:
    """What of an account may be submitted now, first come first served."""
    rows = connection.rows(
        """SELECT id FROM outbox WHERE state = ? AND account = ? AND coalesce(next_attempt_at, 0) <= ?
           ORDER BY number""",
        *(OutboxState.WAITING.value, account, micros(now)),
    )
    return tuple(row[0] for row in rows)


def next_due(connection: Connection, account: str) -> datetime | None:
    """When the next waiting submission of an account may go; None where none waits."""
    row = connection.one(
        "SELECT min(coalesce(next_attempt_at, 0)) FROM outbox WHERE state = ? AND account = ?",
        *(OutboxState.WAITING.value, account),
    )
    return None if row is None or row[0] is None else moment(row[0])


def read(connection: Connection, ident: str) -> Submission | None:
    """The submission with its content."""
    found = _without_content(connection, ident)
    row = connection.one("SELECT head, body FROM outbox WHERE id = ?", ident)
    return replace(found, head=row[0], body=letter_bodies.read(connection, row[1])) if found and row else None


def _without_content(connection: Connection, ident: str) -> Submission | None:
    row = connection.one(
        """SELECT id, letter, kind, account, envelope, message_id, subject, decision, created_at
           FROM outbox WHERE id = ?""",
        ident,
    )
    return submission_of(row) if row else None


def claim(connection: Connection, claim: Claim, now: datetime) -> Submission | None:
    """Make a waiting submission the worker's own; None where it no longer waits, or another was quicker."""
    with connection.transaction():
        claimed = connection.execute(
            """UPDATE outbox SET state = ?, worker = ?, data_started = 0, attempts = attempts + 1, changed_at = ?,
                                 next_attempt_at = NULL, detail = '' WHERE id = ? AND state = ?""",
            *(OutboxState.SUBMITTING.value, claim.worker, micros(now), claim.submission, OutboxState.WAITING.value),
        )
        return read(connection, claim.submission) if claimed else None


def start_data(connection: Connection, claim: Claim, now: datetime) -> None:
    """To be called before the final dot: from here on the letter may go out, and a bounce may come."""
    with connection.transaction():
        submission = _own(connection, claim)
        connection.execute(
            "UPDATE outbox SET data_started = 1, changed_at = ? WHERE id = ?", micros(now), submission.id
        )
        sent.write_record(connection, sent.record_of(submission, now))


def finish(connection: Connection, claim: Claim, ending: Ending, now: datetime) -> None:
    """End the worker's attempt. What went out stays on record for its bounces, what did not is struck off."""
    with connection.transaction():
        submission = _own(connection, claim)
        _set_state(connection, submission.id, ending, now)
        if ending.state is OutboxState.SUBMITTED:
            sent.write_record(connection, sent.record_of(submission, now, ending.outcomes))
            _settle_without_copy(connection, submission.message_id, now)
        elif not connection.number("SELECT maybe_sent FROM outbox WHERE id = ?", submission.id):
            sent.forget_record(connection, submission.id)
        draft = connection.one("SELECT draft FROM outbox WHERE id = ?", submission.id)
        for rest in ending.follow_up:
            _insert(connection, rest, draft[0] if draft else "", ending.next_attempt_at)


def recover(connection: Connection, now: datetime) -> tuple[OutboxItem, ...]:
    """Put right what earlier workers left under way. For who holds the worker's lock and has claimed nothing yet."""
    with connection.transaction():
        left = connection.rows(
            "SELECT id, data_started FROM outbox WHERE state = ? ORDER BY number", OutboxState.SUBMITTING.value
        )
        for ident, data_started in left:
            maybe = Ending(state=OutboxState.MAYBE_SENT, detail=_UNKNOWN)
            _set_state(connection, ident, maybe if data_started else Ending(state=OutboxState.WAITING), now)
        found = (item(connection, ident) for ident, _ in left)
        return tuple(one for one in found if one)


def put_off(connection: Connection, ident: str, until: datetime, now: datetime) -> OutboxItem:
    """Send it later than it would go; the recipients are looked at again then. Raises BadInput."""
    with connection.transaction():
        _change(connection, ident, Ending(state=OutboxState.WAITING, next_attempt_at=until), now)
        connection.execute("UPDATE outbox SET not_before = ? WHERE id = ?", micros(until), ident)
        after = item(connection, ident)
        assert after is not None
        return after


def hold(connection: Connection, ident: str, detail: str, now: datetime) -> OutboxItem:
    """Keep a waiting submission back until the person says otherwise."""
    return _change(connection, ident, Ending(state=OutboxState.HELD, detail=detail), now)


def retry(connection: Connection, ident: str, now: datetime) -> OutboxItem:
    """By explicit word: what is held or refused, and also what may have gone out (it may then arrive twice).

    From now on its time is counted, unless it has only waited for the next attempt.
    """
    with connection.transaction():
        connection.execute(
            "UPDATE outbox SET not_before = ?1 WHERE id = ?2 AND (state <> ?3 OR coalesce(not_before, 0) > ?1)",
            *(micros(now), ident, OutboxState.WAITING.value),
        )
        return _change(connection, ident, Ending(state=OutboxState.WAITING), now)


def went_out(connection: Connection, ident: str, detail: str, now: datetime) -> OutboxItem:
    """What may have gone out did, as somebody knows or as Sent shows. Raises BadInput in any other state."""
    with connection.transaction():
        _change(connection, ident, Ending(state=OutboxState.SUBMITTED, detail=detail), now)
        row = connection.one("SELECT message_id FROM outbox WHERE id = ?", ident)
        _settle_without_copy(connection, row[0] if row else "", now)
        after = item(connection, ident)
        assert after is not None
        return after


def take_back(connection: Connection, letter: str, now: datetime) -> Draft | None:
    """All of a letter whose grace period is not over; the draft that it was. Raises BadInput where it is too late.

    What was kept for those who were left out goes too: they stand in the draft again.
    """
    with connection.transaction():
        rows = connection.rows("SELECT id, state, coalesce(not_before, 0), draft FROM outbox WHERE letter = ?", letter)
        waiting = [row for row in rows if row[1] == OutboxState.WAITING.value]
        if not waiting or any(row[1] not in _STILL_HERE or row[2] <= micros(now) for row in rows):
            raise BadInput("It is too late to take the letter back.", "The outbox shows what became of it.")
        found: Draft | None = None
        for ident, *_ in waiting:
            found = cancel(connection, ident, now)
        drafts.delete(connection, rest_of(letter), now)
        return found


def rest_of(letter: str) -> str:
    """The draft for those whom this letter left out."""
    return f"{letter}-rest"


def unsure(connection: Connection, account: str) -> tuple[tuple[str, str], ...]:
    """Id and Message-ID of what may have gone out, where a copy in Sent could only be the server's own."""
    rows = connection.rows(
        """SELECT id, message_id FROM outbox AS this WHERE account = ? AND state = ? AND NOT EXISTS (
               SELECT 1 FROM outbox AS other WHERE other.message_id = this.message_id AND other.state IN (?, ?))""",
        *(account, OutboxState.MAYBE_SENT.value, OutboxState.SUBMITTED.value, OutboxState.SETTLED.value),
    )
    return tuple((row[0], row[1]) for row in rows)


def cancel(connection: Connection, ident: str, now: datetime) -> Draft | None:
    """Take a submission out of the queue; the draft, if that was the last of its letter and nothing of it went out."""
    with connection.transaction():
        taken = _change(connection, ident, Ending(state=OutboxState.CANCELLED), now)
        row = connection.one("SELECT draft, letter, maybe_sent FROM outbox WHERE id = ?", ident)
        draft, letter, maybe_sent = row or ("", "", False)
        if taken.kind is Kind.LETTER and not maybe_sent:
            contacts.note_taken_back(connection, taken.recipients)
        alive = connection.number(
            "SELECT count(*) FROM outbox WHERE letter = ? AND (state <> ? OR maybe_sent)",
            *(letter, OutboxState.CANCELLED.value),
        )
        if alive:
            return None
        sent.forget_copies(connection, letter)
        return drafts.take_back(connection, draft)


def settle(connection: Connection, message_id: str, now: datetime) -> None:
    """The copy in Sent is filed, by us or by the server: nothing is left to be done, and the content can go."""
    with connection.transaction():
        sent.forget_copy(connection, message_id)
        connection.execute(
            "UPDATE outbox SET state = ?, changed_at = ?, head = x'', body = NULL WHERE message_id = ? AND state = ?",
            *(OutboxState.SETTLED.value, micros(now), message_id, OutboxState.SUBMITTED.value),
        )
        letter_bodies.forget_unused(connection)


def _settle_without_copy(connection: Connection, message_id: str, now: datetime) -> None:
    """A notice has no copy, and that of a letter which was split may be in Sent since an earlier part of it went."""
    if not connection.one("SELECT 1 FROM sent_copies WHERE message_id = ?", message_id):
        settle(connection, message_id, now)


def tidy(connection: Connection, before: datetime) -> None:
    """Drop what has been settled or cancelled since before then."""
    with connection.transaction():
        connection.execute(
            "DELETE FROM outbox WHERE state IN (?, ?) AND changed_at < ?",
            *(OutboxState.SETTLED.value, OutboxState.CANCELLED.value, micros(before)),
        )
        drafts.forget_handed_on(connection, before)
        finished.forget_unused(connection)
        letter_bodies.forget_unused(connection)


def _insert(connection: Connection, submission: Submission, draft: str, next_attempt_at: datetime | None) -> None:
    if connection.one("SELECT 1 FROM outbox WHERE id = ?", submission.id):
        raise BadInput("This letter has already been handed to the outbox.", "Look for it there.")
    connection.execute(
        """INSERT INTO outbox (id, letter, kind, account, state, draft, message_id, subject, envelope, decision,
                               created_at, changed_at, next_attempt_at, head, body)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        *(submission.id, submission.letter, submission.kind.value, submission.account, OutboxState.WAITING.value),
        *(draft, submission.message_id, submission.subject, encode(submission.envelope)),
        *(encode(submission.decision), micros(submission.created_at), micros(submission.created_at)),
        *(_when(next_attempt_at), submission.head, letter_bodies.keep(connection, submission.body)),
    )


def _own(connection: Connection, claim: Claim) -> Submission:
    """The submission, if this worker has claimed it and nobody took it over since."""
    submission = _without_content(connection, claim.submission)
    mine = connection.one(
        "SELECT 1 FROM outbox WHERE id = ? AND state = ? AND worker = ?",
        *(claim.submission, OutboxState.SUBMITTING.value, claim.worker),
    )
    if submission is None or mine is None:
        raise StoreError("This letter is not being sent from here.", "Another linksec-tui may have taken it over.")
    return submission


def _change(connection: Connection, ident: str, ending: Ending, now: datetime) -> OutboxItem:
    with connection.transaction():
        before = item(connection, ident)
        if before is None:
            raise BadInput(f"There is no {ident} in the outbox.", "`linksec-tui outbox list` shows what there is.")
        if before.state not in _MAY_BECOME[ending.state]:
            raise BadInput(
                f"That cannot be done with a letter in the state “{before.state}”.",
                "Once it is being sent or has gone out, it cannot be taken back.",
            )
        _set_state(connection, ident, ending, now)
        after = item(connection, ident)
        assert after is not None
        return after


def _set_state(connection: Connection, ident: str, ending: Ending, now: datetime) -> None:
    connection.execute(
        """UPDATE outbox SET state = ?, outcomes = ?, detail = ?, next_attempt_at = ?, changed_at = ?, worker = '',
                             maybe_sent = max(maybe_sent, ?) WHERE id = ?""",
        *(ending.state.value, encode(ending.outcomes), ending.detail, _when(ending.next_attempt_at)),
        *(micros(now), int(ending.state is OutboxState.MAYBE_SENT), ident),
    )


def _when(time: datetime | None) -> int | None:
    return None if time is None else micros(time)
