"""From draft to outcome: what the sender wrote, demanded, decided, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from .address import Address, Recipient
from .assessment import Assessment, Assurance
from .letter_words import CardAction, OutboxState, Requirement
from .letter_words import Fallback as Fallback  # looked for here, with everything else about letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """Where in a received message an attachment lies: the part of that number; "" is the whole message.

    `message_id` tells whether the store still means the same message by that number. With `letter` it lies in the
    message that another program finished, and that was handed over as that letter.
    """

    message: int = 0
    message_id: str = ""
    letter: str = ""
    part: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with the letter, or what lies `inside` a message; read when the letter is rendered."""

    name: str
    path: Path
    media_type: str = "application/octet-stream"
    inside: Inside | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the sender is writing. `sender` is the header's From; the envelope's is the account's address."""

    id: str
    account: str
    sender: Address
    sender_name: str = ""
    recipients: tuple[Recipient, ...] = ()
    subject: str = ""
    body: str = ""
    attachments: tuple[Attachment, ...] = ()
    elsewhere: tuple[str, ...] = ()  # names of files that were attached on another machine, and lie there
    requirement: Requirement = Requirement.ANY
    requirement_chosen: bool = False  # by hand: no default changes it any more
    tls_optional: bool = False  # "deliver even if TLS fails": TLS-Required: No (RFC 8689 §3)
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    pickup: str = ""  # https:// only; goes into the safe notice
    markdown: bool = False  # the text goes as a page beside itself, made of its Markdown
    notice_inside: bool = False  # the notice travels in the letter, for servers that cannot pass it on (§5)
    give_up_minutes: int = 0  # afterwards the letter comes back, where the provider keeps time (RFC 2852); 0: its own
    send_at: datetime | None = None  # not before; None: now
    taken: str = ""  # what was last taken over from another machine, when this was opened (store/drafts.py)
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A message that another program finished and that goes as it is. `beyond`: what no draft has a place for."""

    content: bytes = field(repr=False)
    beyond: tuple[str, ...] = ()


class Choice(StrEnum):
    """What happens to one recipient."""

    SEND = "send"
    NOTICE = "notice"  # the safe notice instead
    LEAVE_OUT = "leave-out"  # kept as a draft to send later
    TRY = "try"  # arrives protected or comes back (REQUIRETLS)
    LOWER = "lower"  # below the requirement, or past the warning, by explicit word


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """One recipient at the gate: who, why, and what can be chosen. `choices` is empty for those who pass."""

    recipient: Recipient
    assessment: Assessment
    passes: bool
    why: str = ""
    choices: tuple[Choice, ...] = ()
    instead: tuple[Address, ...] = ()  # other addresses of the same person, which pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The question that sending asks; `open` means that somebody must be decided about."""

    requirement: Requirement
    lines: tuple[GateLine, ...]

    @property
    def open(self) -> bool:
        return any(not line.passes for line in self.lines)

    @property
    def short(self) -> tuple[GateLine, ...]:
        return tuple(line for line in self.lines if not line.passes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientDecision:
    """What the sender decided about one recipient, and what he saw when he did."""

    recipient: Recipient
    choice: Choice
    assurance: Assurance
    warnings: tuple[str, ...] = ()
    needs_requiretls: bool = False
    offers_requiretls: bool = False
    checked_at: datetime | None = None
    headline: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision per recipient; what the user saw is what is sent."""

    requirement: Requirement
    recipients: tuple[RecipientDecision, ...]
    decided_at: datetime
    tls_optional: bool = False


class Kind(StrEnum):
    LETTER = "letter"
    NOTICE = "notice"
    CANARY = "canary"  # to an address whose domain is broken on purpose: what becomes of it tells about the provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One submission's envelope. `report_success`: also good news is asked for."""

    sender: Address
    recipients: tuple[Address, ...]
    envid: str
    requiretls: bool = False
    smtputf8: bool = False
    deliver_by: int = 0  # seconds until it is to come back (RFC 2852); 0: as the provider does
    report_success: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A message ready for the submission server: the envelope, and the bytes (CRLF line ends).

    `head` ends with the empty line below the header. The submissions of one letter have the same object as `body`
    where they can: it may be large.
    """

    id: str
    letter: str  # id of the letter that it belongs to
    kind: Kind
    account: str
    envelope: Envelope
    message_id: str
    subject: str
    head: bytes = field(repr=False)
    body: bytes = field(repr=False)
    decision: Decision
    created_at: datetime

    @property
    def octets(self) -> int:
        return len(self.head) + len(self.body)

    @property
    def content(self) -> bytes:
        """The whole message, for whoever can afford another one."""
        return self.head + self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the submission server said about one recipient."""

    recipient: Address
    accepted: bool
    code: int = 0
    text: str = ""

    @property
    def temporary(self) -> bool:
        return 400 <= self.code < 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """A row of the outbox as people see it."""

    id: str
    letter: str
    kind: Kind
    account: str
    state: OutboxState
    recipients: tuple[str, ...]
    subject: str
    created_at: datetime
    attempts: int = 0
    next_attempt_at: datetime | None = None
    not_before: datetime | None = None  # the end of the grace period, or when the person wants it to go
    detail: str = ""
    outcomes: tuple[Outcome, ...] = ()


class BounceClass(StrEnum):
    """Why a message came back (link-security.md §7)."""

    TLS_NOT_OFFERED = "tls-not-offered"
    TLS_HANDSHAKE_FAILED = "tls-handshake-failed"
    TLS_TOO_WEAK = "tls-too-weak"
    CERTIFICATE_UNVERIFIED = "certificate-unverified"
    CERTIFICATE_UNTRUSTED = "certificate-untrusted"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NAME_MISMATCH = "certificate-name-mismatch"
    DANE_FAILED = "dane-failed"
    MTA_STS_FAILED = "mta-sts-failed"
    NO_POLICY = "no-policy"
    REQUIRETLS_UNSUPPORTED = "requiretls-unsupported"
    LEVEL_TOO_LOW = "level-too-low"
    ENCRYPTION_NEEDED = "encryption-needed"
    PROVIDER_TLS_UNAVAILABLE = "provider-tls-unavailable"
    NAME_LOOKUP_FAILED = "name-lookup-failed"
    NO_SUCH_USER = "no-such-user"
    NO_SUCH_DOMAIN = "no-such-domain"
    MAILBOX_FULL = "mailbox-full"
    TOO_BIG = "too-big"
    REJECTED_POLICY = "rejected-policy"
    AUTHENTICATION_FAILED = "authentication-failed"
    LOOP = "loop"
    UNREACHABLE = "unreachable"
    OTHER = "other"

    @property
    def downgrade(self) -> bool:
        """Would the message have travelled unprotected, had it not come back?"""
        return _BOUNCES.index(self) <= _BOUNCES.index(BounceClass.PROVIDER_TLS_UNAVAILABLE)


_BOUNCES = tuple(BounceClass)


class OurTag(StrEnum):
    """What a letter asked of the servers on its way."""

    REQUIRETLS = "requiretls"  # RFC 8689
    LINK_SECURITY = "link-security"  # docs/protocol.md


class Confidence(StrEnum):
    STRUCTURED = "structured"
    PATTERN = "pattern"
    GUESS = "guess"


PASSED_ON = frozenset({"delivered", "relayed", "expanded"})  # RFC 3464 §2.3.3: the actions that are good news


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a bounce says about one recipient; texts are visible text."""

    recipient: str
    original_recipient: str = ""
    action: str = "failed"
    status: str = ""
    remote_mta: str = ""
    diagnostic: str = ""
    bounce_class: BounceClass = BounceClass.OTHER
    confidence: Confidence = Confidence.GUESS
    tag: OurTag | None = None  # what of ours a server could not keep
    retry_until: datetime | None = None  # of a delay notice: when the server means to give up


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A delivery status report, read (RFC 3464)."""

    reports: tuple[Report, ...]
    envelope_id: str = ""
    original_message_id: str = ""
    reporting_mta: str = ""
    null_return_path: bool | None = None  # None: the message carries no Return-Path
    explanation: str = ""

    @property
    def downgrade(self) -> bool:
        return any(report.bounce_class.downgrade and report.action == "failed" for report in self.reports)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRecord:
    """A submission that went out, with the evidence of that moment: what bounces are matched against."""

    submission: str
    letter: str
    kind: Kind
    account: str
    envid: str
    message_id: str
    subject: str
    recipients: tuple[RecipientDecision, ...]
    requirement: Requirement
    requiretls: bool
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Does a bounce belong to something that we sent, and was it made inside our provider? (§7)"""

    matched: bool
    ours: bool
    record: SentRecord | None = None
    recipients: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One recipient on the card: what happened to them, and the badge they had when the letter was sent.

    `unexplained`: the server hides the reason, so what was known of the domain, and is known now, has to tell.
    """

    recipient: str
    happened: str
    diagnostic: str
    bounce_class: BounceClass
    then: Assurance | None = None
    unexplained: bool = False
    known_then: str = ""
    known_now: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceCard:
    """A returned letter in words: what happened, what did not, who got it, what to do. `caution` is what to know
    before a second copy is sent.
    """

    bounce: Bounce
    match: Match
    subject: str
    happened: str
    did_not_happen: str
    arrived: tuple[str, ...]
    lines: tuple[CardLine, ...]
    actions: tuple[CardAction, ...]
    caution: str = ""
