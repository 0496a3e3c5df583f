"""`import`: saved messages into a mailbox on the server; cut off and begun again, it goes on where it stopped."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call, needed_account
from linksec_tui.cli.opened import opened
from linksec_tui.model.errors import EXIT_BAD_INPUT

if TYPE_CHECKING:
    from linksec_tui.model.imported import Imported

SUMMARY = "saved messages (.eml, mbox) into a mailbox on the server"


class ImportArguments(argparse.Namespace):
    files: list[str]
    into: str
    account: str | None


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a message, or many of them in one file (mbox)")
    parser.add_argument("--into", metavar="MAILBOX", required=True, help="an existing mailbox")
    parser.add_argument("--account", metavar="A", help="in this account (default: the first one)")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = ImportArguments(**vars(arguments))
    config = call.load()
    account = needed_account(config, asked.account)
    heard: list[Imported] = []

    def told(done: Imported) -> None:
        heard[:] = [done]
        call.output.progress(f"{done.seen} messages: {done.filed} filed, {done.there} there already")

    async with opened(call, config) as desk:
        target = await desk.naming.mailbox(asked.into, account.name)
        try:
            await desk.importing.import_files([Path(name) for name in asked.files], target, told)
        finally:
            call.output.progress("")
            for done in heard:
                _tell(done, call)
    return EXIT_BAD_INPUT if any(done.refused for done in heard) else OK


def _tell(done: Imported, call: Call) -> None:
    for each in done.left_out:
        call.output.note(f"Left out: {each}.")
    call.output.line(done.words)
