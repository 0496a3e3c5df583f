"""`outbox`: what waits, is held, or may have gone out; nothing in it disappears without being told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call, UsageError
from linksec_tui.cli.opened import opened
from linksec_tui.cli.options import add_common
from linksec_tui.cli.output import Output
from linksec_tui.cli.submission import Watch, tell, wait_for_answers, watch
from linksec_tui.config_file import nearest
from linksec_tui.model.errors import EXIT_QUEUED, LinksecError
from linksec_tui.model.json_text import Json, rfc3339
from linksec_tui.model.letter import Kind, OutboxItem, OutboxState
from linksec_tui.model.visible import visible

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

SUMMARY = "what waits, is held, or may have gone out"
_ACTIONS = (
    ("list", "what is in it"),
    ("flush", "try now whatever waits, and tell what became of it"),
    ("retry", "try one of them again"),
    ("cancel", "take one of them back"),
    ("later", "send one of them at another time"),
    ("sent", "you know that one which may have gone out did"),
)
_ENDED = (OutboxState.SETTLED, OutboxState.CANCELLED)
_OUT = (OutboxState.SUBMITTED, OutboxState.SETTLED, OutboxState.CANCELLED, OutboxState.REFUSED)


class OutboxArguments(argparse.Namespace):
    action: str
    id: str | None
    when: str
    json: bool
    yes: bool


class NotConfirmed(LinksecError):
    """Something that could send a letter twice was not confirmed."""

    exit_status = EXIT_QUEUED


def declare(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in _ACTIONS:
        one = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        add_common(one)
        one.add_argument("--json", action="store_true", help="one JSON document")
        if name in ("retry", "cancel", "later", "sent"):
            one.add_argument("id", metavar="ID")
        if name == "later":
            one.add_argument("when", metavar="WHEN", help="“tomorrow 8:00”, “in 2 h”, “mon 9”")
        if name == "retry":
            one.add_argument("--yes", action="store_true", help="also where the letter may have gone out already")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = OutboxArguments(**{"id": None, "when": "", "yes": False, **vars(arguments)})

    submits = asked.action in ("flush", "retry")
    async with opened(call, call.load(), submits=submits) as desk:
        match asked.action:
            case "flush":
                return await _flush(desk, call.output, asked)
            case "retry":
                return await _retry(desk, call.output, asked)
            case "cancel":
                await desk.cancel((await _named(desk, asked.id)).id)
            case "later":
                await desk.posted.put_off((await _named(desk, asked.id)).id, asked.when)
            case "sent":
                await desk.posted.went_out((await _named(desk, asked.id)).id)
            case _:
                pass
        items = await desk.outbox()
        _show(items, call.output, asked)
        return _status(items)


async def _flush(desk: Desk, output: Output, asked: OutboxArguments) -> int:
    going = (OutboxState.WAITING, OutboxState.SUBMITTING)
    watched = await watch(desk, [item for item in await desk.outbox() if item.state in going])
    await desk.flush()
    return await _follow(desk, watched, output, asked)


async def _retry(desk: Desk, output: Output, asked: OutboxArguments) -> int:
    item = await _named(desk, asked.id)
    if item.state is OutboxState.MAYBE_SENT and not (asked.yes or _confirmed(item, output)):
        raise NotConfirmed(
            "This letter may have gone out already; sent again, it may arrive twice.",
            "Add --yes to send it again.",
        )
    watched = await watch(desk, [item])
    await desk.retry(item.id, confirmed=item.state is OutboxState.MAYBE_SENT)
    return await _follow(desk, watched, output, asked)


async def _follow(desk: Desk, watched: Watch, output: Output, asked: OutboxArguments) -> int:
    latest = await wait_for_answers(desk, watched)
    if asked.json:
        _show(latest, output, asked)
    for item in latest:
        tell(item, output)
    return _status(latest)


def _confirmed(item: OutboxItem, output: Output) -> bool:
    """Ask on the terminal; without one, nobody can say yes."""
    if not sys.stdin.isatty():
        return False
    output.note(f"“{item.subject}” to {', '.join(item.recipients)} may have gone out already. Send it again? [y/N]")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


async def _named(desk: Desk, name: str | None) -> OutboxItem:
    """The item of that id, or of an unmistakable beginning of it."""
    items = await desk.outbox()
    found = [item for item in items if name and item.id.startswith(name)]
    exact = [item for item in found if item.id == name]
    if len(exact or found) == 1:
        return (exact or found)[0]
    many = "More than one letter in the outbox has" if found else "No letter in the outbox has"
    near = nearest(name or "", [item.id for item in items])
    raise UsageError(f"{many} the id “{visible(name or '')}”{near}.", "Run “linksec-tui outbox list”.")


def _show(items: Sequence[OutboxItem], output: Output, asked: OutboxArguments) -> None:
    if asked.json:
        output.document({"outbox": [render_item(item) for item in items]})
        return
    shown = [item for item in items if not _ended(item)]
    if not shown:
        output.line("The outbox is empty.")
    for item in shown:
        output.line(f"{item.id}  {item.state.value}  {item.created_at:%Y-%m-%d %H:%M} UTC  {item.subject}")
        output.paragraph(f"to {', '.join(item.recipients)}", indent="    ")
        if item.detail:
            output.paragraph(item.detail, indent="    ")
        if item.not_before and item.not_before == item.next_attempt_at:
            output.line(f"    to be sent {item.not_before.astimezone():%Y-%m-%d %H:%M}")
        elif item.next_attempt_at:
            output.line(f"    next attempt {item.next_attempt_at:%Y-%m-%d %H:%M} UTC")


def _ended(item: OutboxItem) -> bool:
    """Nothing more will happen to it; of a notice no copy is filed."""
    return item.state in _ENDED or (item.kind is Kind.NOTICE and item.state is OutboxState.SUBMITTED)


def render_item(item: OutboxItem) -> Json:
    """One row of the outbox as JSON."""
    return {
        "id": item.id,
        "letter": item.letter,
        "kind": item.kind.value,
        "account": item.account,
        "state": item.state.value,
        "recipients": list(item.recipients),
        "subject": item.subject,
        "created_at": rfc3339(item.created_at),
        "attempts": item.attempts,
        "next_attempt_at": rfc3339(item.next_attempt_at) if item.next_attempt_at else None,
        "not_before": rfc3339(item.not_before) if item.not_before else None,
        "detail": item.detail or None,
        "outcomes": [
            {"recipient": str(each.recipient), "accepted": each.accepted, "code": each.code, "text": each.text}
            for each in item.outcomes
        ],
    }


def _status(items: Sequence[OutboxItem]) -> int:
    return OK if all(item.state in _OUT for item in items) else EXIT_QUEUED
