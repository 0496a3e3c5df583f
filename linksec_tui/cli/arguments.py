"""The command line → what was asked. Mistakes are told in one line, with the nearest known word."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from linksec_tui import __version__
from linksec_tui.cli import completion
from linksec_tui.cli.command import OPEN, Arguments, Command
from linksec_tui.cli.options import add_common
from linksec_tui.cli.output import PROGRAM
from linksec_tui.cli.word_order import END, first_place, in_order, lengths_of
from linksec_tui.config_file import nearest
from linksec_tui.model.errors import EXIT_USAGE
from linksec_tui.model.visible import visible

_ABOUT_ALL = ("-h", "--help", "--version")
_PLAIN = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (r"unrecognized arguments: (.*)", r"“\1” means nothing here"),
        (r"the following arguments are required: (.*)", r"\1 is missing"),
        (r"one of the arguments (.*) is required", r"One of these is needed: \1"),
        (r"argument (.+?): not allowed with argument (.*)", r"\1 and \2 cannot stand together"),
        (r"argument (.+?): expected one argument", r"\1 needs a value behind it"),
        (r"argument (.+?): invalid int value: '(.*)'", r"\1 needs a whole number, not “\2”"),
        (r"argument (.+?): invalid float value: '(.*)'", r"\1 needs a number, not “\2”"),
        (r"argument (--.+?): invalid choice: '?(.*?)'? \(choose from (.*)\)", r"\1 cannot be “\2”, only one of \3"),
        (r"argument (.+?): (.*)", r"\1: \2"),
    )
)
_INVALID_COMMAND = re.compile(r"argument [A-Z]+: invalid choice: '(.*)' \(choose from (.*)\)", re.DOTALL)


def parse(argv: Sequence[str]) -> Arguments:
    """The command line; `open` where no command is named. Ends the program on --help, --version and mistakes."""
    words = _with_command(argv)
    if completion.is_asked():
        completion.answer(build_parser())
    # The client starts without having loaded what the other commands are made of.
    parser = build_parser((OPEN,)) if _names_open(words) else build_parser()
    return parser.parse_args(in_order(parser, words), namespace=Arguments())


class _Parser(argparse.ArgumentParser):
    """Says mistakes in one line, and what to do about them."""

    def error(self, message: str) -> NoReturn:
        if unknown := _INVALID_COMMAND.fullmatch(message):
            word, known = unknown.groups()
            message = f"“{word}” is not a command of {self.prog}{nearest(word, re.findall(r'[a-z-]+', known))}"
        self.exit(EXIT_USAGE, f"{PROGRAM}: {_sentence(_plain(message))} Try “{self.prog} --help”.\n")


def _plain(message: str) -> str:
    """argparse's sentences in our words; another one as it is."""
    for pattern, words in _PLAIN:
        if pattern.fullmatch(message):
            return pattern.sub(words, message)
    return message


def _sentence(message: str) -> str:
    text = visible(message).strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


def build_parser(commands: Sequence[Command] | None = None) -> _Parser:
    """The whole command line, or what these commands need of it."""
    parser = _Parser(
        prog=PROGRAM,
        description="Who could read this on its way? A terminal mail client that answers before you press send.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    parser.add_argument("--config", metavar="FILE", type=Path, default=None, help="use this configuration file")
    parser.add_argument("--log", metavar="FILE", type=Path, default=None, help="write a log, without secrets, to FILE")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    for command in _every_command() if commands is None else commands:
        one = below.add_parser(command.name, help=command.summary, description=command.summary, allow_abbrev=False)
        add_common(one)
        command.declare(one)
        one.set_defaults(command=command)
    return parser


def _every_command() -> tuple[Command, ...]:
    from linksec_tui.cli.commands import COMMANDS  # deferred: 50 ms that the client need not wait for

    return COMMANDS


def _names_open(words: Sequence[str]) -> bool:
    """Is the first word that is no option of ours, nor the value of one, `open`?"""
    return OPEN.name in words and words[: words.index(OPEN.name)] == _before_command(words)


def _before_command(words: Sequence[str]) -> list[str]:
    """The options that stand before the command, with their values."""
    at = 0
    while at < len(words) and words[at] not in _ABOUT_ALL:
        if words[at] not in ("--config", "--log") and not words[at].startswith(("--config=", "--log=")):
            break
        at += 1 if "=" in words[at] else 2
    return list(words[:at])


def _with_command(argv: Sequence[str]) -> list[str]:
    """The command brought before its options; `open` put in where the line names none."""
    before = _before_command(argv)
    rest = list(argv[len(before) :])
    if rest and rest[0] in _ABOUT_ALL:
        return [*before, *rest]
    at = first_place(rest, lengths_of(_only_open()))
    if at == len(rest) or rest[at].lower().startswith("mailto:") or rest[at] == END:
        return [*before, OPEN.name, *rest]
    return [*before, rest[at], *rest[:at], *rest[at + 1 :]]


def _only_open() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    add_common(parser)
    OPEN.declare(parser)
    return parser
