"""`account add`: an address and a password are enough; the servers are found, tried, and written down."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call
from linksec_tui.cli.newcomer import Newcomer
from linksec_tui.cli.opened import opened
from linksec_tui.config import Lookups
from linksec_tui.model.account import Account, Server
from linksec_tui.model.discovery import Service
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.json_text import Json
from linksec_tui.model.set_up import StoryLine, Wanted, Went

if TYPE_CHECKING:
    from linksec_tui.desk.setting_up import Added, SettingUp

SUMMARY = "add an account: its servers are found, tried, and written into the configuration"

_KEEP = ("keyring", "store", "command", "session")


class AddArguments(argparse.Namespace):
    address: str
    password_command: str
    sign_in: bool
    code: bool
    imap: str | None
    submission: str | None
    name: str
    display_name: str
    user: str
    signature: str
    ca_file: Path | None
    keep: str
    verdicts: str
    lookups: str
    resolver: str
    yes: bool
    json: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", metavar="ADDRESS", help="your mail address")
    parser.add_argument("--password-command", metavar="COMMAND", default="", help="a command that prints the password")
    parser.add_argument("--sign-in", action="store_true", help="sign in at the provider's own page (OAuth2)")
    parser.add_argument("--code", action="store_true", help="… with a code, on any other device")
    parser.add_argument("--imap", metavar="HOST[:PORT]", help="the server for reading, instead of looking for it")
    parser.add_argument("--submission", metavar="HOST[:PORT]", help="the server for sending, instead of looking for it")
    parser.add_argument("--name", metavar="NAME", default="", help="what you call the account")
    parser.add_argument("--display-name", metavar="NAME", default="", help="your name, as it stands in From")
    parser.add_argument("--user", metavar="USER", default="", help="the name to log in with, if it is not the address")
    parser.add_argument("--signature", metavar="TEXT", default="", help="stands below new letters")
    parser.add_argument(
        "--ca-file", metavar="FILE", type=Path, help="the certificate of an authority of your own, for your own server"
    )
    parser.add_argument(
        "--verdicts", choices=("believe", "ignore"), default="", help="of your provider, on who sent a letter"
    )
    parser.add_argument("--keep", choices=_KEEP, default="", help="where the password is kept")
    parser.add_argument(
        "--lookups", choices=[each.value for each in Lookups], default="", help="when names are looked up"
    )
    parser.add_argument("--resolver", choices=("stay", "quad9"), default="", help="whom names are asked of")
    parser.add_argument("--yes", action="store_true", help="the usual answer to every question that has one")
    parser.add_argument("--json", action="store_true", help="one JSON document")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    from linksec_tui.desk.set_up_servers import parse_server  # deferred: brings sockets
    from linksec_tui.desk.setting_up import SettingUp, parse_address

    asked = AddArguments(**vars(arguments))
    config = call.load()
    wanted = Wanted(
        address=parse_address(asked.address),
        password_command=asked.password_command,
        sign_in=asked.sign_in or asked.code,
        name=asked.name,
        display_name=asked.display_name,
        user=asked.user,
        imap=parse_server(asked.imap, Service.IMAP) if asked.imap else None,
        submission=parse_server(asked.submission, Service.SUBMISSION) if asked.submission else None,
        signature=asked.signature,
        ca_file=asked.ca_file,
    )
    person = Newcomer(output=call.output, parse_server=parse_server, given=_given(asked), yes=asked.yes)
    outcome = await _add(call, SettingUp(config=config, clock=lambda: datetime.now(UTC)), wanted, person)
    if asked.json:
        call.output.document(_document(wanted, person.story, outcome))
    elif isinstance(outcome, LinksecError):
        raise outcome
    return outcome.exit_status if isinstance(outcome, LinksecError) else OK


async def _add(call: Call, setting_up: SettingUp, wanted: Wanted, person: Newcomer) -> Account | LinksecError:
    """The new account, or why there is none."""
    try:
        added = await setting_up.run(wanted, person)
        if added.brought is not None:
            await _keep(call, added)
    except LinksecError as problem:
        return problem
    return added.account


async def _keep(call: Call, added: Added) -> None:
    """A desk is opened once, so that the secret is where it belongs; mail is fetched when the client opens."""
    try:
        async with opened(call, added.config, brought=added.brought):
            pass
    except BaseException:
        added.take_back()
        raise


def _given(asked: AddArguments) -> Mapping[str, str]:
    """The answers that stand on the command line, by option."""
    given = {
        "--keep": asked.keep,
        "--lookups": asked.lookups,
        "--resolver": asked.resolver,
        "--verdicts": asked.verdicts,
    }
    if asked.code:
        given["--code"] = "code"
    return {option: answer for option, answer in given.items() if answer}


def _document(wanted: Wanted, story: Sequence[StoryLine], outcome: Account | LinksecError) -> Json:
    """`account add --json`."""
    added = outcome if isinstance(outcome, Account) else None
    return {
        "address": str(wanted.address),
        "added": added is not None,
        "account": added.name if added else None,
        "user": added.user if added else None,
        "imap": _server(added.imap) if added else None,
        "submission": _server(added.submission) if added else None,
        "steps": [_step(line) for line in story if line.went is not Went.HEADING],
        "problem": str(outcome) if isinstance(outcome, LinksecError) else None,
    }


def _step(line: StoryLine) -> Json:
    return {"step": line.key, "state": line.went.value, "text": line.text}


def _server(server: Server | None) -> Json | None:
    if server is None:
        return None
    pin = f"sha256:{server.pin}" if server.pin else None
    return {"host": server.host, "port": server.port, "tls": server.tls.value, "pin": pin}
