"""Drafts and submissions, made in a line, for the tests of the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from linksec_tui.model.address import Address, Recipient
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.letter import (
    Choice,
    Decision,
    Draft,
    Envelope,
    Kind,
    RecipientDecision,
    Requirement,
    Submission,
)
from linksec_tui.store.sent import SentCopy

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
ALICE = Address("alice", "home.example")
BOB = Address("bob", "bank.example")
CAROL = Address("carol", "club.example")


def a_draft(ident: str = "draft-1") -> Draft:
    return Draft(
        id=ident,
        account="home",
        sender=ALICE,
        recipients=(Recipient(address=BOB, name="Bob"), Recipient(address=CAROL)),
        subject="Lunch",
        body="At one?\n",
        requirement=Requirement.ENFORCED,
        changed_at=NOW,
    )


def a_decision(*recipients: Address) -> Decision:
    return Decision(
        requirement=Requirement.ENFORCED,
        recipients=tuple(
            RecipientDecision(
                recipient=Recipient(address=one), choice=Choice.SEND, assurance=Assurance.ENFORCED, checked_at=NOW
            )
            for one in recipients
        ),
        decided_at=NOW,
    )


def a_submission(ident: str = "s1", *recipients: Address) -> Submission:
    going = recipients or (BOB, CAROL)
    return Submission(
        id=ident,
        letter="letter-1",
        kind=Kind.LETTER,
        account="home",
        envelope=Envelope(sender=ALICE, recipients=going, envid=f"envid-{ident}", requiretls=True),
        message_id="<letter-1@home.example>",
        subject="Lunch",
        head=b"Subject: Lunch\r\n\r\n",
        body=b"At one?\r\n",
        decision=a_decision(*going),
        created_at=NOW,
    )


def a_notice(ident: str = "n1") -> Submission:
    return replace(a_submission(ident, CAROL), kind=Kind.NOTICE, message_id=f"<{ident}@home.example>")


def a_copy(ident: str = "letter-1") -> SentCopy:
    """For Sent, of the letter that `a_submission` is a part of."""
    return SentCopy(
        message_id=f"<{ident}@home.example>",
        letter=ident,
        account="home",
        created_at=NOW,
        head=b"Subject: Lunch\r\nBcc: dave@club.example\r\n\r\n",
        body=b"At one?\r\n",
    )
