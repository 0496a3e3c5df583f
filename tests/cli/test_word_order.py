"""Options and places in any order mean the same, for every command that has both."""

from __future__ import annotations

import argparse
import shlex
import tomllib
from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path

import pytest

from linksec_tui.cli.arguments import build_parser, parse
from linksec_tui.cli.parser_tree import actions_of, places_of, words_below

LINES: list[list[str]] = tomllib.loads(
    (Path(__file__).parent.parent / "cases" / "word_order.toml").read_text(encoding="utf-8")
)["line"]


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_every_order_of_the_words_means_the_same(line: list[str]) -> None:
    command, *pieces = line
    meant = _meaning([command, *pieces])
    for order in _orders(pieces):
        assert _meaning([command, *order]) == meant


def test_options_may_stand_before_the_action_and_before_the_command() -> None:
    meant = _meaning(["outbox retry", "7", "--yes", "--json"])
    assert _meaning(["outbox", "--yes", "retry", "7", "--json"]) == meant
    assert _meaning(["--yes", "--json", "outbox", "retry", "7"]) == meant
    assert _meaning(["--json", "check", "a@b.example"]) == _meaning(["check", "a@b.example", "--json"])
    assert _meaning(["--account", "check", "list"]) == _meaning(["list", "--account", "check"])


def test_what_stands_behind_two_dashes_is_no_option() -> None:
    asked = vars(parse(["check", "a@b.example", "--probe", "--", "--json", "-c@d.example"]))
    assert asked["recipients"] == ["a@b.example", "--json", "-c@d.example"]
    assert (asked["probe"], asked["json"]) == (True, False)


def test_an_option_that_misses_its_value_does_not_take_an_address_for_it() -> None:
    for words in (["a@b.example", "--account", "--", "c@d.example"], ["a@b.example", "--account"]):
        with pytest.raises(SystemExit):
            parse(["send", *words])


def test_the_table_has_every_command_with_options_and_places() -> None:
    assert {line[0] for line in LINES} >= {name for name, parser in _leaves(build_parser()) if any(places_of(parser))}


def test_every_option_is_followed_by_a_certain_number_of_words() -> None:
    for _, parser in _leaves(build_parser()):
        for action in actions_of(parser):
            assert not action.option_strings or action.nargs is None or isinstance(action.nargs, int)


def _meaning(pieces: Sequence[str]) -> dict[str, object]:
    return vars(parse([word for piece in pieces for word in shlex.split(piece)]))


def _orders(pieces: Sequence[str]) -> Iterator[list[str]]:
    """Every order in which the places keep theirs, and what stands behind `--` stays at the end."""
    places = [piece for piece in pieces if not piece.startswith("-") or piece == "-"]
    for order in permutations(pieces):
        if [piece for piece in order if piece in places] == places and not any(
            piece.startswith("-- ") for piece in order[:-1]
        ):
            yield list(order)


def _leaves(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    below = words_below(parser)
    if not below:
        yield name, parser
    for word, found in below.items():
        yield from _leaves(found.parser, f"{name} {word}".strip())
