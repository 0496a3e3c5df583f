"""`completion`: what makes a shell complete our command line; and what is said to the shell while somebody types it.

The shell asks the program itself, through argcomplete: commands, options, the words that an option takes, the names of
the person's own accounts. Nothing is asked of the network, and no store is opened.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Mapping, Sequence

from linksec_tui import config_file
from linksec_tui.cli.call import OK, Call
from linksec_tui.cli.output import PROGRAM
from linksec_tui.cli.parser_tree import actions_of, words_below
from linksec_tui.model.assurance import GATE_WARNINGS
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.letter_words import CardAction, Fallback, Requirement

SUMMARY = "print what makes your shell complete these commands"
SHELLS = ("bash", "zsh", "fish")


Completer = Callable[..., Iterable[str]]


class CompletionArguments(argparse.Namespace):
    shell: str


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="the shell that it is for")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    from argcomplete.shell_integration import shellcode  # deferred: only here

    asked = CompletionArguments(**vars(arguments))
    call.output.line(shellcode([PROGRAM], shell=asked.shell).strip())
    return OK


def is_asked() -> bool:
    """Does a shell ask what could come next, rather than run the program?"""
    return "_ARGCOMPLETE" in os.environ


def answer(parser: argparse.ArgumentParser) -> None:
    """Tell the shell what could come next, and end the program."""
    import argcomplete  # deferred: only for a shell that asks
    from argcomplete.completers import FilesCompleter, SuppressCompleter

    _teach(parser, FilesCompleter())
    argcomplete.autocomplete(parser, default_completer=SuppressCompleter())


def _teach(parser: argparse.ArgumentParser, files: Completer) -> None:
    for action in actions_of(parser):
        metavar = action.metavar if isinstance(action.metavar, str) and action.choices is None else ""
        if metavar in _KNOWN:
            _offer(action, _one_of(_KNOWN[metavar]))
        elif "FILE" in metavar or metavar == "F":
            _offer(action, files)
    for word in words_below(parser).values():
        _teach(word.parser, files)


def _one_of(known: Callable[[], Iterable[str]]) -> Completer:
    def complete(**_: object) -> Iterable[str]:
        return known()

    return complete


def _offer(action: argparse.Action, completer: Completer) -> None:
    setattr(action, "completer", completer)  # noqa: B010 - the name under which argcomplete looks for it


def _accounts() -> Sequence[str]:
    try:
        return [account.name for account in config_file.load(None).accounts]
    except LinksecError:
        return []  # a shell that completes a word is no place to say what is wrong with a file


_KNOWN: Mapping[str, Callable[[], Sequence[str]]] = {
    "R": lambda: [each.value for each in Requirement],
    "WARNING": lambda: sorted(GATE_WARNINGS),
    "ACTION": lambda: [each.value for each in CardAction],
    "bounce|notice": lambda: [each.value for each in Fallback],
    "A": _accounts,
    "ACCOUNT": _accounts,
    "NAME": _accounts,
}
