# pyright: reportPrivateUsage=false
"""A command line's parser taken apart: its commands, options and places, for the manual page and for completion.

argparse shows these in no public way; their names have stood since Python 3.2.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option: how it is written, what follows it (empty: nothing), and what it does."""

    names: tuple[str, ...]
    value: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A command below a parser: its own parser, and what it does in a line."""

    parser: argparse.ArgumentParser
    summary: str


def words_below(parser: argparse.ArgumentParser) -> Mapping[str, Word]:
    """The commands of a parser, by name; none where it has only options and places."""
    for action in actions_of(parser):
        if isinstance(action, argparse._SubParsersAction):
            parsers = cast("Mapping[str, argparse.ArgumentParser]", action.choices)
            summaries = {each.dest: each.help or "" for each in action._choices_actions}
            return {name: Word(parser=one, summary=summaries[name]) for name, one in parsers.items()}
    return {}


def actions_of(parser: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    """Everything that a parser takes, in its order."""
    return parser._actions


def options_of(parser: argparse.ArgumentParser) -> Iterator[Option]:
    for action in actions_of(parser):
        if action.option_strings and action.help is not argparse.SUPPRESS:
            value = "" if action.nargs == 0 else _metavar(action)
            yield Option(names=tuple(action.option_strings), value=value, help=action.help or "")


def places_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    """What stands without an option, as usage lines write it."""
    for action in actions_of(parser):
        if action.option_strings or isinstance(action, argparse._SubParsersAction):
            continue
        many = "…" if action.nargs in (argparse.ZERO_OR_MORE, argparse.ONE_OR_MORE) else ""
        optional = action.nargs in (argparse.ZERO_OR_MORE, argparse.OPTIONAL)
        yield f"[{_metavar(action)}]{many}" if optional else f"{_metavar(action)}{many}"


def _metavar(action: argparse.Action) -> str:
    return action.metavar if isinstance(action.metavar, str) else action.dest.upper()
