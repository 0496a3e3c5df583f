"""What went out: the records that bounces are matched against, and the copies on their way to the mailbox Sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from linksec_tui.model.address import Address
from linksec_tui.model.letter import Kind, OutboxState, Outcome, RecipientDecision, Requirement, SentRecord, Submission
from linksec_tui.store import letter_bodies
from linksec_tui.store.codec import decode_tuple, encode, micros, moment
from linksec_tui.store.connection import Connection, Row

_RECORD = """
    SELECT submission, letter, kind, account, envid, message_id, subject, recipients, requirement, requiretls,
           submitted_at
    FROM sent
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCopy:
    """The letter as Sent keeps it: with its Bcc, which no submission carries. The body is the submission's own."""

    message_id: str
    letter: str
    account: str
    created_at: datetime
    head: bytes = field(repr=False)
    body: bytes = field(repr=False)


def with_envid(connection: Connection, envid: str) -> SentRecord | None:
    row = connection.one(f"{_RECORD} WHERE envid = ?", envid) if envid else None
    return _record(row) if row else None


def with_message_id(connection: Connection, message_id: str) -> tuple[SentRecord, ...]:
    """Several where the letter was split."""
    if not message_id:
        return ()
    return tuple(map(_record, connection.rows(f"{_RECORD} WHERE message_id = ? ORDER BY submitted_at", message_id)))


def of_letter(connection: Connection, letter: str) -> tuple[SentRecord, ...]:
    """Its submissions and its notices."""
    return tuple(map(_record, connection.rows(f"{_RECORD} WHERE letter = ? ORDER BY submitted_at", letter)))


def oldest(connection: Connection) -> datetime | None:
    """When the first letter that is still on record went out."""
    row = connection.one("SELECT min(submitted_at) FROM sent")
    return None if row is None or row[0] is None else moment(row[0])


def record_of(submission: Submission, now: datetime, outcomes: Sequence[Outcome] = ()) -> SentRecord:
    """What is kept of a submission: of its recipients only those whom the provider did not refuse."""
    refused = {outcome.recipient for outcome in outcomes if not outcome.accepted}
    going = set(submission.envelope.recipients) - refused
    return SentRecord(
        submission=submission.id,
        letter=submission.letter,
        kind=submission.kind,
        account=submission.account,
        envid=submission.envelope.envid,
        message_id=submission.message_id,
        subject=submission.subject,
        recipients=tuple(one for one in submission.decision.recipients if one.recipient.address in going),
        requirement=submission.decision.requirement,
        requiretls=submission.envelope.requiretls,
        submitted_at=now,
    )


def write_record(connection: Connection, record: SentRecord) -> None:
    connection.execute(
        """INSERT OR REPLACE INTO sent (submission, letter, kind, account, envid, message_id, subject, recipients,
                                        requirement, requiretls, submitted_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        *(record.submission, record.letter, record.kind.value, record.account, record.envid, record.message_id),
        *(record.subject, encode(record.recipients), record.requirement.value, int(record.requiretls)),
        micros(record.submitted_at),
    )


def forget_record(connection: Connection, submission: str) -> None:
    connection.execute("DELETE FROM sent WHERE submission = ?", submission)


def forget_records(connection: Connection, before: datetime) -> None:
    """Bounces come within days; a record this old answers none."""
    connection.execute("DELETE FROM sent WHERE submitted_at < ?", micros(before))
    connection.execute("DELETE FROM sent_back WHERE submission NOT IN (SELECT submission FROM sent)")


def note_back(connection: Connection, submission: str, recipients: Iterable[Address]) -> None:
    """The copies for these have come back."""
    for recipient in recipients:
        connection.execute(
            "INSERT OR IGNORE INTO sent_back (submission, local, domain) VALUES (?, ?, ?)",
            *(submission, recipient.local, recipient.domain),
        )


def back(connection: Connection, letter: str) -> frozenset[Address]:
    """Whose copies of the letter itself have come back, by any report."""
    rows = connection.rows(
        "SELECT local, domain FROM sent_back JOIN sent USING (submission) WHERE letter = ? AND kind = ?",
        *(letter, Kind.LETTER.value),
    )
    return frozenset(Address(local, domain) for local, domain in rows)


def write_copy(connection: Connection, copy: SentCopy) -> None:
    connection.execute(
        """INSERT OR REPLACE INTO sent_copies (message_id, letter, account, created_at, head, body)
           VALUES (?, ?, ?, ?, ?, ?)""",
        *(copy.message_id, copy.letter, copy.account, micros(copy.created_at), copy.head),
        letter_bodies.keep(connection, copy.body),
    )


def copies_to_file(connection: Connection, account: str) -> tuple[tuple[str, str], ...]:
    """Message-ID and letter of the copies of what went out, at least to someone, and is not in Sent yet; oldest
    first."""
    rows = connection.rows(
        """SELECT message_id, letter FROM sent_copies
           WHERE account = ? AND EXISTS (
               SELECT 1 FROM outbox WHERE outbox.message_id = sent_copies.message_id AND outbox.state = ?)
           ORDER BY created_at""",
        *(account, OutboxState.SUBMITTED.value),
    )
    return tuple((row[0], row[1]) for row in rows)


def read_copy(connection: Connection, message_id: str) -> bytes:
    """The whole copy; empty where it has been filed meanwhile."""
    row = connection.one("SELECT head, body FROM sent_copies WHERE message_id = ?", message_id)
    return letter_bodies.read(connection, row[1], row[0]) if row else b""


def note_trouble(connection: Connection, message_id: str, why: str) -> None:
    """Why the copy is not in Sent yet; said of the letter for as long as it is not."""
    connection.execute("UPDATE sent_copies SET trouble = ? WHERE message_id = ?", why, message_id)


def forget_copy(connection: Connection, message_id: str) -> None:
    connection.execute("DELETE FROM sent_copies WHERE message_id = ?", message_id)


def forget_copies(connection: Connection, letter: str) -> None:
    connection.execute("DELETE FROM sent_copies WHERE letter = ?", letter)


def _record(row: Row) -> SentRecord:
    submission, letter, kind, account, envid, message_id, subject, recipients, requirement, requiretls, at = row
    return SentRecord(
        submission=submission,
        letter=letter,
        kind=Kind(kind),
        account=account,
        envid=envid,
        message_id=message_id,
        subject=subject,
        recipients=decode_tuple(RecipientDecision, recipients),
        requirement=Requirement(requirement),
        requiretls=bool(requiretls),
        submitted_at=moment(at),
    )
