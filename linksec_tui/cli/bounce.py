"""`bounce`: what a letter that came back says, in words; and whether it is about anything that was sent from here."""

from __future__ import annotations

import argparse
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call
from linksec_tui.cli.opened import opened
from linksec_tui.cli.output import Output
from linksec_tui.model.errors import EXIT_BAD_INPUT, BadInput, StoreError
from linksec_tui.model.json_text import Json
from linksec_tui.model.letter import Bounce, BounceCard, Report
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
}


class BounceArguments(argparse.Namespace):
    files: list[str]
    json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One file. `card` is there where what was sent from here is known; without it nothing is matched."""

    file: str
    bounce: Bounce | None
    card: BounceCard | None = None


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a message; - is standard input")
    parser.add_argument("--json", action="store_true", help="one JSON document")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = BounceArguments(**vars(arguments))
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
    card = await desk.card_of(raw) if desk and bounce else None
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
    return " ".join(filter(None, (card.happened, card.did_not_happen)))


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
        mark = "held back for its protection" if report.bounce_class.downgrade else "an ordinary reason"
        output.line(f"  {report.recipient}: {report.action}, {report.bounce_class.value} ({mark})")
        if report.diagnostic:
            output.paragraph(f"“{report.diagnostic}”", indent="    ")
    if explained.card and explained.card.arrived:
        output.paragraph(f"It did reach {', '.join(explained.card.arrived)}.", indent="  ")
