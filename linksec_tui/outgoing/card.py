"""A returned letter in words: what happened, what did not, who got it, what to do (link-security.md §7).

What did *not* happen is said only of reports that are ours, final, and no guess; a report from elsewhere never offers
to lower anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from linksec_tui.model.letter import (
    Bounce,
    BounceCard,
    BounceClass,
    CardAction,
    CardLine,
    Choice,
    Confidence,
    Kind,
    Match,
    RecipientDecision,
    Report,
    SentRecord,
)

from .bounce_words import NO_REASON, happened, why
from .match import in_context, report_for

_PASSED_ON = frozenset({"delivered", "relayed", "expanded"})


def card(bounce: Bounce, found: Match, letter: Sequence[SentRecord] = ()) -> BounceCard:
    """`letter`: all submissions of the letter that the bounce is about, to tell who else should have it."""
    bounce = in_context(bounce, found)
    told = _told(bounce, found)
    return BounceCard(
        bounce=bounce,
        match=found,
        subject=found.record.subject if found.record else "",
        happened=_happened(told, found),
        did_not_happen=_did_not_happen(told, found),
        arrived=_arrived(told, found, letter),
        lines=tuple(_line(report, decided) for report, decided in told),
        actions=_actions(told, found),
    )


_Told = Sequence[tuple[Report, RecipientDecision | None]]


def _told(bounce: Bounce, found: Match) -> list[tuple[Report, RecipientDecision | None]]:
    """Of a matched bounce only what concerns our recipients, with what we knew of them; else all of it."""
    if found.record is None:
        return [(report, None) for report in bounce.reports]
    decided = {each.recipient.address: each for each in found.record.recipients}
    pairs = [(report_for(bounce, address), decided.get(address)) for address in found.recipients]
    return [(report, known) for report, known in pairs if report is not None]


def _happened(told: _Told, found: Match) -> str:
    if not found.matched:
        return "This report is not about anything that you sent from here. Do nothing on its word."
    what = " ".join(happened(report) for report, _ in told) if len(told) <= 3 else _summary(told)
    if found.ours:
        return what
    return f"{what} But your provider did not make this report: it may be false."


def _summary(told: _Told) -> str:
    failed = sum(report.action == "failed" for report, _ in told)
    held = sum(report.action == "delayed" for report, _ in told)
    parts = [f"The letter came back from {failed} recipients" if failed else "", f"is held for {held}" if held else ""]
    return f"{' and '.join(filter(None, parts)) or 'The letter was passed on'}."


def _did_not_happen(told: _Told, found: Match) -> str:
    sure = [
        report
        for report, _ in told
        if report.bounce_class.downgrade and report.action == "failed" and report.confidence is not Confidence.GUESS
    ]
    if not (found.ours and sure):
        return ""
    if all(report.bounce_class is BounceClass.ENCRYPTION_NEEDED for report in sure):
        return "The letter itself was not sent over that link; the addresses were, in the clear."
    return "Your provider reports that it did not send the letter over that link."


def _arrived(told: _Told, found: Match, letter: Sequence[SentRecord]) -> tuple[str, ...]:
    """The letter's other recipients: your provider took it for them, and of them nothing has come back here."""
    if found.record is None or found.record.kind is not Kind.LETTER:
        return ()
    named = {decided.recipient.address for report, decided in told if decided and not _passed(report)}
    records = [record for record in letter if record.kind is Kind.LETTER] or [found.record]
    going = [decided for record in records for decided in record.recipients if decided.choice is not Choice.LEAVE_OUT]
    return tuple(dict.fromkeys(str(each.recipient.address) for each in going if each.recipient.address not in named))


def _passed(report: Report) -> bool:
    return report.action in _PASSED_ON


def _line(report: Report, decided: RecipientDecision | None) -> CardLine:
    words = happened(report)
    if decided and why(report) == NO_REASON:
        words += f" When you sent it, {decided.recipient.address.domain} was {decided.assurance.word}; check it again."
    return CardLine(
        recipient=str(decided.recipient.address) if decided else report.recipient,
        happened=words,
        diagnostic=report.diagnostic,
        bounce_class=report.bounce_class,
        then=decided.assurance if decided else None,
    )


def _actions(told: _Told, found: Match) -> tuple[CardAction, ...]:
    """Nothing to do about a stranger's report or good news; a notice only where the letter could not travel safely."""
    if not found.matched or all(_passed(report) for report, _ in told):
        return ()
    protected = any(report.bounce_class.downgrade or why(report) == NO_REASON for report, _ in told)
    is_letter = found.record is not None and found.record.kind is Kind.LETTER
    notice = (CardAction.NOTICE,) if protected and is_letter else ()
    return (*notice, CardAction.LATER, CardAction.CHECK_AGAIN)
