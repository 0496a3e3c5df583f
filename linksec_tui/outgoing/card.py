"""A returned letter in words: what happened, what did not, who got it, what to do (link-security.md §7).

What did *not* happen is said only of reports that are ours, final, and no guess; a report from elsewhere never offers
to lower anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from linksec_tui.model.address import Address
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.letter import (
    PASSED_ON,
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

from .bounce_words import NOTHING_OF_IT, SECOND_COPY, happened, is_now, unexplained, was_then
from .match import caused_by_our_tag, in_context, reports_about

MAX_LINES = 200  # people whom a card names

_FOR_ANYBODY = (CardAction.NOTICE, CardAction.LATER, CardAction.CHECK_AGAIN)
_FOR_OURS = tuple(CardAction)
_OF_LETTERS = frozenset({CardAction.NOTICE, CardAction.WITHOUT_REQUIREMENT, CardAction.EVEN_WITHOUT_TLS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known besides the report: all submissions of the letter and whose copies came back by now, what is known
    of the domains now, and for whom another address is known.
    """

    letter: Sequence[SentRecord] = ()
    back: Collection[Address] = ()
    now: Mapping[str, Assessment] = field(default_factory=dict[str, Assessment])
    elsewhere: Collection[Address] = ()


NOTHING_KNOWN = Surroundings()


def card(bounce: Bounce, found: Match, known: Surroundings = NOTHING_KNOWN) -> BounceCard:
    bounce = in_context(bounce, found)
    told = _told(bounce, found)
    return BounceCard(
        bounce=bounce,
        match=found,
        subject=found.record.subject if found.record else "",
        happened=_happened(told, found),
        did_not_happen=_did_not_happen(told, found),
        arrived=_arrived(told, found, known),
        lines=tuple(_line(report, decided, found, known) for report, decided in told[:MAX_LINES]),
        actions=tuple(_actions(told, found, known)),
        caution=_caution(told, found),
    )


_Told = Sequence[tuple[Report, RecipientDecision | None]]


def concerned(bounce: Bounce, found: Match, action: CardAction) -> tuple[RecipientDecision, ...]:
    """Whom an action is about: of those whom the letter did not reach, never more than it could help."""
    record = found.record
    if record is None:
        return ()
    told = _told(in_context(bounce, found), found)
    return tuple(decided for report, decided in told if decided is not None and _helps(action, report, record))


def _helps(action: CardAction, report: Report, record: SentRecord) -> bool:
    if _passed(report):
        return False
    match action:
        case CardAction.NOTICE:
            return report.bounce_class.downgrade or unexplained(report)
        case CardAction.WITHOUT_REQUIREMENT:
            return caused_by_our_tag(report, record)
        case CardAction.EVEN_WITHOUT_TLS:
            return _their_demand(report)
        case CardAction.LATER | CardAction.CHECK_AGAIN | CardAction.RESEND | CardAction.OTHER_ADDRESS:
            return True


def _told(bounce: Bounce, found: Match) -> list[tuple[Report, RecipientDecision | None]]:
    """Of a matched bounce only what concerns our recipients, with what we knew of them; else all of it."""
    if found.record is None:
        return [(report, None) for report in bounce.reports]
    decided = {each.recipient.address: each for each in found.record.recipients}
    return [(report, decided[address]) for address, report in reports_about(bounce, found.record).items()]


def _happened(told: _Told, found: Match) -> str:
    if not found.matched:
        return "This report is not about anything that you sent from here. Do nothing on its word."
    what = " ".join(happened(report, _kind(found)) for report, _ in told) if len(told) <= 3 else _summary(told)
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
    if _kind(found) is Kind.NOTICE:
        return NOTHING_OF_IT
    if all(report.bounce_class is BounceClass.ENCRYPTION_NEEDED for report in sure):
        return "The letter itself was not sent over that link; the addresses were, in the clear."
    return "Your provider reports that it did not send the letter over that link."


def _kind(found: Match) -> Kind:
    return found.record.kind if found.record else Kind.LETTER


def _arrived(told: _Told, found: Match, known: Surroundings) -> tuple[str, ...]:
    """The letter's other recipients: your provider took it for them, and of them nothing has come back here."""
    if found.record is None or found.record.kind is not Kind.LETTER:
        return ()
    named = {decided.recipient.address for report, decided in told if decided and not _passed(report)} | set(known.back)
    records = [record for record in known.letter if record.kind is Kind.LETTER] or [found.record]
    going = [decided for record in records for decided in record.recipients if decided.choice is not Choice.LEAVE_OUT]
    return tuple(dict.fromkeys(str(each.recipient.address) for each in going if each.recipient.address not in named))


def _passed(report: Report) -> bool:
    return report.action in PASSED_ON


def _line(report: Report, decided: RecipientDecision | None, found: Match, known: Surroundings) -> CardLine:
    says = happened(report, _kind(found))
    line = CardLine(
        recipient=report.recipient,
        happened=says if found.matched else f"It says: {says}",  # a claim, beneath "not about anything that you sent"
        diagnostic=report.diagnostic,
        bounce_class=report.bounce_class,
        unexplained=unexplained(report) and not _passed(report),
    )
    if decided is None or found.record is None:
        return line
    line = replace(line, recipient=str(decided.recipient.address), then=decided.assurance)
    if not line.unexplained:
        return line
    now = known.now.get(decided.recipient.address.domain)
    known_now = is_now(now) if now is not None else ""
    return replace(line, known_then=was_then(decided, found.record), known_now=known_now)


def _actions(told: _Told, found: Match, known: Surroundings) -> Iterator[CardAction]:
    """Nothing to do about a stranger's report or good news; what lowers anything, only where the report is ours."""
    record = found.record
    if not found.matched or record is None:
        return
    for action in _FOR_OURS if found.ours else _FOR_ANYBODY:
        helped = [decided for report, decided in told if decided is not None and _helps(action, report, record)]
        if action is CardAction.OTHER_ADDRESS:
            helped = [decided for decided in helped if decided.recipient.address in known.elsewhere]
        if helped and (record.kind is Kind.LETTER or action not in _OF_LETTERS):
            yield action


def _their_demand(report: Report) -> bool:
    """The receiver's own wish for TLS is not met by leaving it out."""
    certain = report.confidence is not Confidence.GUESS and report.tag is None
    return certain and report.bounce_class.downgrade and report.bounce_class is not BounceClass.ENCRYPTION_NEEDED


def _caution(told: _Told, found: Match) -> str:
    held = any(report.action == "delayed" for report, _ in told)
    return SECOND_COPY if found.matched and held else ""
