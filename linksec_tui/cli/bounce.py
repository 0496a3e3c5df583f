"""`bounce`: what a letter that came back says, in words; whether it is about anything that was sent from here; and what
can be done about it.
"""

from __future__ import annotations

import argparse
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linksec_tui.cli.bounce_answer import Wanted, answer
from linksec_tui.cli.call import OK, Call, UsageError
from linksec_tui.cli.opened import opened
from linksec_tui.cli.options import card_action, gate_warning
from linksec_tui.cli.output import Output
from linksec_tui.model.errors import EXIT_BAD_INPUT, BadInput, StoreError
from linksec_tui.model.json_text import Json
from linksec_tui.model.letter import PASSED_ON, Bounce, BounceCard, BounceClass, CardAction, Report
from linksec_tui.model.visible import visible

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

SUMMARY = "explain a letter that came back"
SOME_DOWNGRADE = 1
MAX_MESSAGE = 64 << 20  # what a mailbox would be read up to


_NO_BOUNCE = "This is not a report about a letter that came back."
_NOTHING_TOLD: Json = {
    "matched": None,
    "ours": None,
    "original_message_id": None,
    "envelope_id": None,
    "reporting_mta": None,
    "recipients": [],
    "explanation": _NO_BOUNCE,
    "actions": [],
}


class BounceArguments(argparse.Namespace):
    files: list[str]
    json: bool
    do: CardAction | None
    to: str | None
    yes: bool
    accept: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One file. `card` is there where what was sent from here is known; without it nothing is matched."""

    file: str
    bounce: Bounce | None
    card: BounceCard | None = None


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a message; - is standard input")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    actions = ", ".join(action.value for action in CardAction)
    parser.add_argument("--do", metavar="ACTION", type=card_action, default=None, help=f"one of {actions}")
    parser.add_argument("--to", metavar="ADDRESS", default=None, help="with --do: send it there instead")
    parser.add_argument("--yes", action="store_true", help="with --do: also where it lowers the letter's protection")
    parser.add_argument(
        "--accept",
        metavar="WARNING",
        action="append",
        type=gate_warning,
        default=[],
        help="with --do: send past this warning",
    )


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = BounceArguments(**vars(arguments))
    if asked.do is not None:
        return await _answer(call, asked, asked.do)
    explained: list[Explained] = []
    async with _sent_from_here(call) as desk:
        for name in asked.files:
            try:
                explained.append(await _explain(desk, name, call.read_file(name, MAX_MESSAGE)))
            except BadInput as error:
                call.output.error(str(error))
    if asked.json:
        call.output.document([render_explained(one) for one in explained])
    else:
        for number, one in enumerate(explained):
            _show(one, call.output, first=number == 0)
    if len(explained) < len(asked.files):
        return EXIT_BAD_INPUT
    return SOME_DOWNGRADE if any(one.bounce and one.bounce.downgrade for one in explained) else OK


async def _answer(call: Call, asked: BounceArguments, action: CardAction) -> int:
    if len(asked.files) != 1:
        raise UsageError("--do works on one report at a time.", "Name one FILE with --do.")
    raw = call.read_file(asked.files[0], MAX_MESSAGE)
    wanted = Wanted(action=action, to=asked.to, confirmed=asked.yes, accepted=frozenset(asked.accept))
    async with opened(call, call.load(), submits=True) as desk:
        return await answer(call, desk, raw, wanted)


@asynccontextmanager
async def _sent_from_here(call: Call) -> AsyncGenerator[Desk | None]:
    """The desk whose letters a bounce may be about; None where there is none, or it cannot be opened."""
    config = call.load()
    async with AsyncExitStack() as stack:
        desk: Desk | None = None
        if config.accounts:
            try:
                desk = await stack.enter_async_context(opened(call, config))
            except StoreError as error:
                call.output.note(f"What was sent from here cannot be looked up: {error.sentence}")
        yield desk


async def _explain(desk: Desk | None, name: str, raw: bytes) -> Explained:
    from linksec_tui.desk.read_bounce import read_bounce  # deferred: brings sockets and the store

    bounce = read_bounce(raw, visible(name))
    card = await desk.bounce_card(raw) if desk and bounce else None
    return Explained(file=name, bounce=card.bounce if card else bounce, card=card)


def render_explained(explained: Explained) -> Json:
    """One element of `bounce --json`. `matched` and `ours` are null where nothing is known of what was sent."""
    bounce, card = explained.bounce, explained.card
    if bounce is None:
        return {"file": explained.file, "is_bounce": False, **_NOTHING_TOLD}
    return {
        "file": explained.file,
        "is_bounce": True,
        "matched": card.match.matched if card else None,
        "ours": card.match.ours if card else None,
        "original_message_id": bounce.original_message_id or None,
        "envelope_id": bounce.envelope_id or None,
        "reporting_mta": bounce.reporting_mta or None,
        "recipients": [_recipient(report) for report in bounce.reports],
        "explanation": _explanation(explained),
        "actions": [action.value for action in card.actions] if card else [],
    }


def _recipient(report: Report) -> Json:
    return {
        "recipient": report.recipient,
        "original_recipient": report.original_recipient or None,
        "action": report.action,
        "class": report.bounce_class.value,
        "downgrade": report.bounce_class.downgrade,
        "status": report.status or None,
        "remote_mta": report.remote_mta or None,
        "diagnostic": report.diagnostic or None,
        "confidence": report.confidence.value,
    }


def _explanation(explained: Explained) -> str:
    card = explained.card
    if card is None:
        return explained.bounce.explanation if explained.bounce else ""
    known = [words for line in card.lines for words in (line.known_then, line.known_now)]
    return " ".join(filter(None, (card.happened, card.did_not_happen, *known, card.caution)))


def _mark(report: Report) -> str:
    if report.action in PASSED_ON or report.bounce_class is BounceClass.OTHER:
        return ""
    return " (held back for its protection)" if report.bounce_class.downgrade else " (an ordinary reason)"


def _show(explained: Explained, output: Output, *, first: bool) -> None:
    if not first:
        output.line()
    bounce = explained.bounce
    output.line(visible(explained.file))
    if bounce is None:
        output.paragraph(_NO_BOUNCE, indent="  ")
        return
    output.paragraph(_explanation(explained), indent="  ")
    for report in bounce.reports:
        output.line(f"  {report.recipient}: {report.action}, {report.bounce_class.value}{_mark(report)}")
        if report.diagnostic:
            output.paragraph(f"“{report.diagnostic}”", indent="    ")
    if explained.card and explained.card.arrived:
        output.paragraph(f"Nothing has come back from {', '.join(explained.card.arrived)}.", indent="  ")
    if explained.card and explained.card.actions:
        actions = ", ".join(action.value for action in explained.card.actions)
        output.paragraph(f"What can be done, with --do: {actions}.", indent="  ")
