"""The command line → what was asked. Mistakes are told in one line, with the nearest known word."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from linksec_tui import __version__
from linksec_tui.cli import (
    account,
    bounce,
    check,
    completion,
    configuration,
    contacts,
    doctor,
    import_mail,
    inspect,
    known,
    mail_list,
    outbox,
    policy,
    read,
    save,
    search,
    send,
    sync,
)
from linksec_tui.cli.call import Call
from linksec_tui.cli.options import add_common
from linksec_tui.cli.output import PROGRAM
from linksec_tui.config_file import nearest
from linksec_tui.model.errors import EXIT_USAGE
from linksec_tui.model.visible import visible

_INVALID_COMMAND = re.compile(r"argument [A-Z]+: invalid choice: '(.*)' \(choose from (.*)\)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its name, what it does in a line, its options, and how it runs (None: start's own)."""

    name: str
    summary: str
    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Call, argparse.Namespace], Coroutine[Any, Any, int]] | None = None


class Arguments(argparse.Namespace):
    """What every command line has."""

    command: Command
    config: Path | None
    log: Path | None


class OpenArguments(Arguments):
    account: str | None


class DemoArguments(Arguments):
    world_only: bool
    unattended: bool
    fast: bool
    web: bool
    port: int
    served: bool


def parse(argv: Sequence[str]) -> Arguments:
    """The command line; `open` where no command is named. Ends the program on --help, --version and mistakes."""
    parser = build_parser()
    if completion.is_asked():
        completion.answer(parser)
    return parser.parse_args(_with_command(argv), namespace=Arguments())


def _declare_open(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--account", metavar="A", help="begin with this account")


def _declare_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--world-only", action="store_true", help="start the mail world, print a configuration file for it, and stay"
    )
    parser.add_argument(
        "--unattended", action="store_true", help="the tour goes by itself and ends; without a terminal, as plain text"
    )
    parser.add_argument("--fast", action="store_true", help="no pauses for reading")
    parser.add_argument("--web", action="store_true", help="in a browser on this machine; never with your own mail")
    parser.add_argument(
        "--port", metavar="N", type=int, default=0, help="of the page for the browser (default: a free one)"
    )
    parser.add_argument("--served", action="store_true", help=argparse.SUPPRESS)  # what `--web` starts for its page


COMMANDS = (
    Command(name="open", summary="the mail client (also without any command)", declare=_declare_open),
    Command(name="demo", summary="the client in a small mail world, without account or network", declare=_declare_demo),
    Command(name="check", summary=check.SUMMARY, declare=check.declare, run=check.run),
    Command(name="send", summary=send.SUMMARY, declare=send.declare, run=send.run),
    Command(name="sync", summary=sync.SUMMARY, declare=sync.declare, run=sync.run),
    Command(name="list", summary=mail_list.SUMMARY, declare=mail_list.declare, run=mail_list.run),
    Command(name="read", summary=read.SUMMARY, declare=read.declare, run=read.run),
    Command(name="search", summary=search.SUMMARY, declare=search.declare, run=search.run),
    Command(name="save", summary=save.SUMMARY, declare=save.declare, run=save.run),
    Command(name="import", summary=import_mail.SUMMARY, declare=import_mail.declare, run=import_mail.run),
    Command(name="outbox", summary=outbox.SUMMARY, declare=outbox.declare, run=outbox.run),
    Command(name="bounce", summary=bounce.SUMMARY, declare=bounce.declare, run=bounce.run),
    Command(name="inspect", summary=inspect.SUMMARY, declare=inspect.declare, run=inspect.run),
    Command(name="account", summary=account.SUMMARY, declare=account.declare, run=account.run),
    Command(name="known", summary=known.SUMMARY, declare=known.declare, run=known.run),
    Command(name="contacts", summary=contacts.SUMMARY, declare=contacts.declare, run=contacts.run),
    Command(name="policy", summary=policy.SUMMARY, declare=policy.declare, run=policy.run),
    Command(name="config", summary=configuration.SUMMARY, declare=configuration.declare, run=configuration.run),
    Command(name="completion", summary=completion.SUMMARY, declare=completion.declare, run=completion.run),
    Command(name="doctor", summary=doctor.SUMMARY, declare=doctor.declare, run=doctor.run),
)


class _Parser(argparse.ArgumentParser):
    """Says mistakes in one line, and what to do about them."""

    def error(self, message: str) -> NoReturn:
        if unknown := _INVALID_COMMAND.fullmatch(message):
            word, known = unknown.groups()
            message = f"“{word}” is not a command of {self.prog}{nearest(word, re.findall(r'[a-z-]+', known))}"
        self.exit(EXIT_USAGE, f"{PROGRAM}: {_sentence(message)} Try “{self.prog} --help”.\n")


def _sentence(message: str) -> str:
    text = visible(message).strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


def build_parser() -> _Parser:
    parser = _Parser(
        prog=PROGRAM,
        description="Who could read this on its way? A terminal mail client that answers before you press send.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    parser.add_argument("--config", metavar="FILE", type=Path, default=None, help="use this configuration file")
    parser.add_argument("--log", metavar="FILE", type=Path, default=None, help="write a log, without secrets, to FILE")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    for command in COMMANDS:
        one = commands.add_parser(command.name, help=command.summary, description=command.summary, allow_abbrev=False)
        add_common(one)
        command.declare(one)
        one.set_defaults(command=command)
    return parser


def _with_command(argv: Sequence[str]) -> list[str]:
    """`open` put in where the line names no command."""
    words = list(argv)
    at = 0
    while at < len(words) and words[at].startswith("-"):
        if words[at] in ("-h", "--help", "--version"):
            return words
        if words[at] not in ("--config", "--log") and not words[at].startswith(("--config=", "--log=")):
            break
        at += 1 if "=" in words[at] else 2
    if at < len(words) and not words[at].startswith("-"):
        return words
    return [*words[:at], "open", *words[at:]]
