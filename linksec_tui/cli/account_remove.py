"""`account remove`: an account goes from the configuration, and its password from where secrets are kept."""

from __future__ import annotations

import argparse
import asyncio

from linksec_tui.cli import terminal
from linksec_tui.cli.call import OK, Call, needed_account
from linksec_tui.cli.opened import opened
from linksec_tui.model.errors import ConfigurationError

SUMMARY = "remove an account: its configuration and its password; mail stays at the provider"
NOT_REMOVED = 1


class RemoveArguments(argparse.Namespace):
    name: str
    yes: bool
    json: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the account")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--json", action="store_true", help="one JSON document")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = RemoveArguments(**vars(arguments))
    account = needed_account(call.load(), asked.name)
    async with opened(call, call.load()) as desk:
        removal = await desk.removal(account)
        for sentence in filter(None, (removal.goes, removal.stays, removal.warning)):
            call.output.note(sentence)
        removed = asked.yes or await asyncio.to_thread(_agreed, account.name)
        if removed:
            await desk.remove_account(account)
    if asked.json:
        call.output.document({"account": account.name, "removed": removed, "stays": removal.stays})
    elif removed:
        call.output.line(f"The account {account.name} is removed.")
    else:
        call.output.line("Nothing was changed.")
    return OK if removed else NOT_REMOVED


def _agreed(name: str) -> bool:
    if not terminal.is_there():
        raise ConfigurationError(f"Whether {name} is to be removed has to be asked.", "Say --yes.")
    return terminal.ask_line(f"Remove the account {name}? y or n").lower() in ("y", "yes")
