"""A draft and a decision → submissions: who gets which bytes, with which tags (link-security.md §4, RFC 8689).

Recipients are grouped by what applies to them. The letter keeps one Message-ID; each group has an ENVID of its own,
so that what comes back can be told apart. `REQUIRETLS` and `TLS-Required: No` never meet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from linksec_tui.model.address import Address, Field, Recipient
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.errors import BadInput
from linksec_tui.model.evidence import INSISTS_FROM_LEVEL
from linksec_tui.model.letter import (
    Choice,
    Decision,
    Draft,
    Envelope,
    Fallback,
    Kind,
    RecipientDecision,
    Requirement,
    Submission,
)

from .body import Content, render_behind_notice
from .finished import Finish, needs_smtputf8_header, own_message_id, render_finished
from .notice import NoticeSetting, notice_subject, notice_text, render_notice
from .render import Setting, check_content, head_and_body, header_fields, needs_smtputf8, render_content, render_head

_NEEDED = frozenset({"From", "To", "Date", "Message-ID"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What tagging needs besides draft and decision. `token` gives 16 or more unguessable letters and digits;
    `content` is the draft's, with what is attached to it; `finished` is the message of another program that goes
    instead of what the draft would become.
    """

    envelope_sender: Address
    requiretls_offered: bool
    linksec_level: int = 0
    now: datetime
    token: Callable[[], str]
    content: Content | None = None
    finished: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class _Group:
    """Recipients to whom the same tags apply; hidden ones stand in no header."""

    requiretls: bool
    demanded: Requirement
    hidden: bool = False


def submissions(draft: Draft, decision: Decision, posting: Posting) -> tuple[Submission, ...]:
    """The letter's submissions, then a notice for each who gets that instead. Raises BadInput for an unfit letter."""
    if not posting.finished:
        check_content(draft)
    _check_notice_inside(draft, posting)
    letters = [decided for decided in decision.recipients if decided.choice in (Choice.SEND, Choice.LOWER, Choice.TRY)]
    notices = [decided.recipient for decided in decision.recipients if decided.choice is Choice.NOTICE]
    message_id = own_message_id(posting.finished) or message_id_for(draft.sender, posting.token)
    return (
        *(
            _letter(_Order(draft, decision, posting, message_id), group, recipients)
            for group, recipients in _groups(letters, decision, posting).items()
        ),
        *(_notice(draft, decision, posting, recipient) for recipient in notices),
    )


def can_have_notice_inside(linksec_level: int) -> bool:
    """Only a provider that declared so sends the notice in the letter's place, and nobody else may be asked to."""
    return linksec_level >= INSISTS_FROM_LEVEL


def render_sent_copy(draft: Draft, decision: Decision, letter: Submission, posting: Posting) -> tuple[bytes, bytes]:
    """Head and body of the copy for Sent: as the recipients got the letter, and the Bcc field besides; without a
    notice in it."""
    setting = Setting(
        message_id=letter.message_id,
        date=letter.created_at,
        boundary=letter.id,
        recipients=tuple(
            decided.recipient
            for decided in decision.recipients
            if decided.choice not in (Choice.NOTICE, Choice.LEAVE_OUT)
        ),
        extra=_tags(draft.requirement, tls_optional=decision.tls_optional),
    )
    return _rendered(draft, setting, posting, blind=True)


def _rendered(
    draft: Draft, setting: Setting, posting: Posting, *, blind: bool = False, notice: str = ""
) -> tuple[bytes, bytes]:
    """What the draft becomes, or what somebody finished with the little that it lacks: its head and its body.

    The `notice` goes before the letter, for servers that cannot pass it on (docs/protocol.md §5.2).
    """
    if not posting.finished:
        content = posting.content or render_content(draft, (), setting.boundary)
        content = render_behind_notice(notice, content, setting.boundary) if notice else content
        return render_head(draft, setting, content.fields), content.body
    missing = tuple((name, value) for name, value in header_fields(draft, setting) if name in _NEEDED)
    message = render_finished(posting.finished, Finish(missing=missing, extra=setting.extra, blind=blind))
    return head_and_body(message)


def _check_notice_inside(draft: Draft, posting: Posting) -> None:
    if draft.notice_inside and draft.requirement is Requirement.ANY:
        raise BadInput("The letter demands nothing, so no notice would ever go in its place.", "Demand something.")
    if draft.notice_inside and not can_have_notice_inside(posting.linksec_level):
        raise BadInput(
            "Your provider has not declared that it sends the notice in place of a letter which it cannot pass on.",
            "Send without the notice inside: who falls short can get the notice from here.",
        )


def visible_recipients(decision: Decision) -> tuple[Recipient, ...]:
    """Those whom To and Cc will name: everyone else would be told to the others, and answered by a reply-all."""
    return tuple(
        decided.recipient
        for decided in decision.recipients
        if decided.choice not in (Choice.NOTICE, Choice.LEAVE_OUT) and decided.recipient.field is not Field.BCC
    )


def message_id_for(sender: Address, token: Callable[[], str]) -> str:
    """A name that tells nothing but the sender's domain, which From tells anyway."""
    return f"<{token()}@{sender.domain}>"


@dataclass(frozen=True, slots=True)
class _Order:
    """One letter about to be rendered."""

    draft: Draft
    decision: Decision
    posting: Posting
    message_id: str


def _groups(
    letters: Sequence[RecipientDecision], decision: Decision, posting: Posting
) -> dict[_Group, list[Recipient]]:
    tags = [_group(decided, decision, posting) for decided in letters]
    split = len(set(tags)) > 1
    groups: dict[_Group, list[Recipient]] = {}
    for decided, group in zip(letters, tags, strict=True):
        hidden = split and decided.recipient.field is Field.BCC
        groups.setdefault(_Group(group.requiretls, group.demanded, hidden), []).append(decided.recipient)
    return groups


def _group(decided: RecipientDecision, decision: Decision, posting: Posting) -> _Group:
    demanded = decision.requirement
    if decided.choice is Choice.LOWER and decided.assurance < demanded.minimum:
        return _Group(requiretls=False, demanded=_met(decided.assurance))
    return _Group(requiretls=_requiretls(decided, decision, posting), demanded=demanded)


def _requiretls(decided: RecipientDecision, decision: Decision, posting: Posting) -> bool:
    """Asked for where the recipient's rung rests on it, or where every exchanger is known to take it; else mail to
    most of today's world would come back (link-security.md §9)."""
    if decision.tls_optional:
        return False
    if decided.choice is Choice.TRY:
        return True
    match decision.requirement:
        case Requirement.ENFORCED:
            return decided.needs_requiretls
        case Requirement.LINK_SECURE:
            return decided.needs_requiretls or (decided.offers_requiretls and posting.requiretls_offered)
        case Requirement.ANY | Requirement.ENCRYPTED | Requirement.VERIFIABLE:
            return False


def _met(assurance: Assurance) -> Requirement:
    """The strongest requirement that somebody lowered still meets."""
    return max(
        (requirement for requirement in Requirement if requirement.minimum <= assurance), default=Requirement.ANY
    )


def _tags(
    demanded: Requirement, *, tls_optional: bool, fallback: Fallback = Fallback.BOUNCE
) -> tuple[tuple[str, str], ...]:
    if tls_optional:
        return (("TLS-Required", "No"),)
    if demanded is Requirement.ANY:
        return ()
    instead = "; fallback=notice" if fallback is Fallback.NOTICE else ""
    return (("Link-Security", f"require={demanded.value}{instead}"),)


def _letter(order: _Order, group: _Group, recipients: Sequence[Recipient]) -> Submission:
    draft, decision, posting = order.draft, order.decision, order.posting
    shown = visible_recipients(decision)
    inside = draft.notice_inside and group.demanded is not Requirement.ANY and not decision.tls_optional
    setting = Setting(
        message_id=order.message_id,
        date=posting.now,
        boundary=posting.token(),
        recipients=shown,
        extra=_tags(
            group.demanded,
            tls_optional=decision.tls_optional,
            fallback=Fallback.NOTICE if inside else Fallback.BOUNCE,
        ),
    )
    notice = notice_text(draft, posting.token()[:10], posting.now) if inside else ""
    head, body = _rendered(draft, setting, posting, notice=notice)
    envelope = Envelope(
        sender=posting.envelope_sender,
        recipients=tuple(recipient.address for recipient in recipients),
        envid=posting.token(),
        requiretls=group.requiretls,
        smtputf8=posting.envelope_sender.needs_smtputf8
        or needs_smtputf8(draft, (*shown, *recipients))
        or (bool(posting.finished) and needs_smtputf8_header(head)),
        deliver_by=draft.give_up_minutes * 60,
    )
    return Submission(
        id=posting.token(),
        letter=draft.id,
        kind=Kind.LETTER,
        account=draft.account,
        envelope=envelope,
        message_id=order.message_id,
        subject=draft.subject,
        head=head,
        body=body,
        decision=_part_of(decision, recipients),
        created_at=posting.now,
    )


def _notice(draft: Draft, decision: Decision, posting: Posting, recipient: Recipient) -> Submission:
    reference = posting.token()[:10]
    setting = NoticeSetting(
        recipient=recipient,
        message_id=message_id_for(draft.sender, posting.token),
        reference=reference,
        date=posting.now,
    )
    head, body = head_and_body(render_notice(draft, setting))
    envelope = Envelope(
        sender=posting.envelope_sender,
        recipients=(recipient.address,),
        envid=posting.token(),
        smtputf8=posting.envelope_sender.needs_smtputf8 or needs_smtputf8(draft, (recipient,)),
    )
    return Submission(
        id=posting.token(),
        letter=draft.id,
        kind=Kind.NOTICE,
        account=draft.account,
        envelope=envelope,
        message_id=setting.message_id,
        subject=notice_subject(reference),
        head=head,
        body=body,
        decision=_part_of(decision, (recipient,)),
        created_at=posting.now,
    )


def _part_of(decision: Decision, recipients: Sequence[Recipient]) -> Decision:
    """The decision about these recipients: what a later attempt is compared with."""
    addresses = {recipient.address for recipient in recipients}
    return Decision(
        requirement=decision.requirement,
        recipients=tuple(decided for decided in decision.recipients if decided.recipient.address in addresses),
        decided_at=decision.decided_at,
        tls_optional=decision.tls_optional,
    )
