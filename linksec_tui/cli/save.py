"""`save`: messages out of the mailbox into files, one each or all in one; what stands there already is left alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call, UsageError
from linksec_tui.cli.opened import opened
from linksec_tui.cli.search import MOST, as_typed
from linksec_tui.model.errors import BadInput

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

SUMMARY = "messages into files: one each (.eml), or all in one (.mbox)"


class SaveArguments(argparse.Namespace):
    what: list[str]
    to: str


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="+", metavar="ID|QUERY", help="messages by name (3.4711), or a search: in:inbox before:2026"
    )
    parser.add_argument(
        "--to",
        metavar="PLACE",
        required=True,
        help="a new file that ends in .mbox; or in .eml, for one message; or a directory, for a file each",
    )


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = SaveArguments(**vars(arguments))
    async with opened(call, call.load()) as desk:
        ids = await _ids(desk, asked.what)
        if not ids:
            raise BadInput("No message fits.", "`linksec-tui search` shows what a search finds.")

        def told(done: int, of: int) -> None:
            call.output.progress(f"{done} of {of} messages")

        try:
            saved = await desk.saving.save(ids, Path(asked.to), told)
        finally:
            call.output.progress("")
    for subject in saved.left_out:
        call.output.note(f"“{subject}” is not on the server any more, and was left out.")
    call.output.line(f"{saved.count} message{'' if saved.count == 1 else 's'} saved to {saved.place}.")
    return OK


async def _ids(desk: Desk, what: list[str]) -> list[int]:
    """Raises BadInput, UsageError."""
    if all(map(desk.naming.is_name, what)):
        return [(await desk.naming.message(name)).id for name in what]
    try:
        found = await desk.searching.all(as_typed(what), limit=MOST, servers=True)
    except BadInput as error:
        raise UsageError(error.sentence, error.next_step) from error
    if len(found.ids) == MOST:
        raise UsageError(f"More than {MOST} messages fit.", "Save them in parts: add before: and after: dates.")
    return list(found.ids)
