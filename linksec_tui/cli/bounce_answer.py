"""`bounce FILE --do ACTION`: what the card of a returned letter offers, without the client.

What would lower the letter's protection asks on the terminal, or needs --yes; and then it passes the gate as any letter
does: a warning is passed by naming it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call, UsageError
from linksec_tui.cli.submission import wait_and_report
from linksec_tui.model.address import Recipient
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.errors import EXIT_GATE, BadInput, GateRefused
from linksec_tui.model.letter import BounceCard, CardAction, Draft, Fallback, OutboxItem

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

_PRICE = {
    CardAction.WITHOUT_REQUIREMENT: "without asking for protection: whoever listens on its way may read it",
    CardAction.EVEN_WITHOUT_TLS: "to be delivered even if TLS fails: whoever listens on its way may read it. That works"
    " only where your provider supports it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be done: `to` is the other address, `confirmed` that the price was read."""

    action: CardAction
    to: str | None = None
    confirmed: bool = False
    accepted: frozenset[str] = frozenset()


async def answer(call: Call, desk: Desk, raw: bytes, wanted: Wanted) -> int:
    """Do it. Raises BadInput where the report's card does not offer it."""
    card = await desk.bounce_card(raw)
    if card is None:
        raise BadInput("This is not a report about a letter that came back.", "There is nothing to be done about it.")
    match wanted.action:
        case CardAction.CHECK_AGAIN:
            return await _check_again(call, desk, card)
        case CardAction.LATER:
            kept = await desk.later(raw)
            call.output.line(f"Kept among the letters begun, for {_whom(kept)}.")
            return OK
        case CardAction.NOTICE:
            return await wait_and_report(desk, await desk.notice_after_bounce(raw), call.output)
        case _:
            return await _send_again(call, desk, raw, wanted)


async def _check_again(call: Call, desk: Desk, card: BounceCard) -> int:
    if CardAction.CHECK_AGAIN not in card.actions:
        raise BadInput("This report is not about anything that was sent from here.", "Do nothing on its word.")
    account = card.match.record.account if card.match.record else None
    domains = dict.fromkeys(line.recipient.rpartition("@")[2] for line in card.lines)
    async for assessment in desk.assess_many(domains, account=account, fresh=True, probe=True):
        if assessment.complete:
            _tell(call, assessment)
    return OK


def _tell(call: Call, assessment: Assessment) -> None:
    call.output.paragraph(f"Now: {assessment.headline}")
    for warning in assessment.warnings:
        call.output.paragraph(warning.text or warning.code, indent="  ")


async def _send_again(call: Call, desk: Desk, raw: bytes, wanted: Wanted) -> int:
    draft = await desk.draft_after_bounce(raw, wanted.action)
    if wanted.to is not None:
        draft = _readdressed(desk, draft, wanted.to)
    _ask(call, draft, wanted)
    gate = await desk.gate(draft)
    choices = desk.unattended(gate, Fallback.BOUNCE, wanted.accepted)
    try:
        decision = await desk.decide(draft, choices, gate)
    except GateRefused as refused:
        call.output.error(str(refused))
        return EXIT_GATE
    items: tuple[OutboxItem, ...] = await desk.send(draft, decision)
    return await wait_and_report(desk, items, call.output)


def _readdressed(desk: Desk, draft: Draft, to: str) -> Draft:
    if len(draft.recipients) != 1:
        raise UsageError(f"The letter failed for {len(draft.recipients)}, and --to names one.", "Leave --to out.")
    old = draft.recipients[0]
    new = desk.parse_recipient(to, old.field)
    return replace(draft, recipients=(Recipient(address=new.address, name=new.name or old.name, field=old.field),))


def _ask(call: Call, draft: Draft, wanted: Wanted) -> None:
    """Raises UsageError where nobody says yes."""
    if not wanted.action.lowers or wanted.confirmed:
        return
    sentence = f"The letter goes to {_whom(draft)} {_PRICE[wanted.action]}."
    if not sys.stdin.isatty():
        raise UsageError(sentence, "Add --yes if you mean it.")
    call.output.note(f"{sentence} Send it? [y/N]")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError("Nothing was sent.", "Answer y if you mean it.")


def _whom(draft: Draft) -> str:
    return ", ".join(str(recipient.address) for recipient in draft.recipients)
