"""Options may stand anywhere on the line: before they are read, they are brought before the addresses, files and names.

argparse by itself gives the places away as soon as an option interrupts them: `check a@x --probe b@y` would refuse b@y,
and its own remedy (`parse_intermixed_args`) knows no commands below commands and loses a `--`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from linksec_tui.cli.parser_tree import actions_of, words_below

END = "--"  # behind it everything is a place, whatever it begins with
Lengths = Mapping[str, int]


def in_order(parser: argparse.ArgumentParser, words: Sequence[str]) -> list[str]:
    """These words with the command first, then its options with their values, then the rest in its order."""
    below = words_below(parser)
    lengths = lengths_of(parser)
    if not below:
        return _options_first(words, lengths)
    at = first_place(words, lengths)
    if at == len(words) or words[at] not in below:
        return list(words)
    command = words[at]
    return [command, *in_order(below[command].parser, [*words[:at], *words[at + 1 :]])]


def first_place(words: Sequence[str], lengths: Lengths) -> int:
    """Where the first word stands that is neither an option nor the value of one."""
    at = 0
    while at < len(words) and _is_option(words[at], lengths):
        at += 1 + _values_behind(words[at], lengths)
    return min(at, len(words))


def lengths_of(parser: argparse.ArgumentParser) -> Lengths:
    """How many words follow each option, of the parser and of every command below it."""
    lengths: dict[str, int] = {}
    for word in words_below(parser).values():
        lengths.update(lengths_of(word.parser))
    for action in actions_of(parser):
        length = action.nargs if isinstance(action.nargs, int) else 1
        lengths.update(dict.fromkeys(action.option_strings, length))
    return lengths


def _options_first(words: Sequence[str], lengths: Lengths) -> list[str]:
    end = words.index(END) if END in words else len(words)
    options: list[str] = []
    places: list[str] = []
    at = 0
    while at < end:
        option = _is_option(words[at], lengths)
        behind = at + 1 + (_values_behind(words[at], lengths) if option else 0)
        if behind > end:  # its value is missing, and no place may become it
            return list(words)
        (options if option else places).extend(words[at:behind])
        at = behind
    return [*options, *words[end : end + 1], *places, *words[end + 1 :]]


def _is_option(word: str, lengths: Lengths) -> bool:
    """As argparse sees it: a word with a space in it is an option only where it begins as one that there is."""
    if len(word) < 2 or not word.startswith("-") or word == END:
        return False
    return " " not in word or word.partition("=")[0] in lengths or word[:2] in lengths


def _values_behind(word: str, lengths: Lengths) -> int:
    """How many of the words behind this option are its values."""
    if word in lengths or word.startswith("--"):
        return lengths.get(word, 0)
    for at, letter in enumerate(word[1:], start=1):  # letters in one word: -it, -tf ADDRESS, -fADDRESS
        length = lengths.get(f"-{letter}", 0)
        if length:
            return length if at == len(word) - 1 else 0
    return 0
