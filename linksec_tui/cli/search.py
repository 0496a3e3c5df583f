"""`search`: messages that fit what is asked; what is here, and what the servers find where only they have the text."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call, UsageError
from linksec_tui.cli.message_shape import tell_messages
from linksec_tui.cli.opened import opened
from linksec_tui.model.errors import EXIT_QUEUED, BadInput

if TYPE_CHECKING:
    from linksec_tui.desk import Desk
    from linksec_tui.desk.searching import Found

SUMMARY = "messages that hold certain words, or are from somebody, or came in a certain way"
LIMIT = 100
MOST = 10_000


class SearchArguments(argparse.Namespace):
    query: list[str]
    json: bool
    limit: int
    here: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", nargs="+", metavar="QUERY", help="words, from:anna, in:sent, is:unread, after:7d, …")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument(
        "--limit", metavar="N", type=positive, default=LIMIT, help=f"the newest N at most (default {LIMIT})"
    )
    parser.add_argument("--here", action="store_true", help="ask no server, only what is in the store")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = SearchArguments(**vars(arguments))
    async with opened(call, call.load()) as desk:
        found = await _found(desk, asked)
        for sentence in found.elsewhere:
            call.output.note(sentence)
        await tell_messages(desk, found.ids, call.output, json=asked.json)
        return EXIT_QUEUED if found.offline else OK


async def _found(desk: Desk, asked: SearchArguments) -> Found:
    """The last answer: it has everything. Raises UsageError."""
    text = as_typed(asked.query)
    try:
        if not desk.searching.parse(text):
            raise UsageError("There is nothing to search for.", "Write a word, or from:anna, is:unread, after:7d.")
        return await desk.searching.all(text, limit=asked.limit, servers=not asked.here)
    except BadInput as error:
        raise UsageError(error.sentence, error.next_step) from error


def as_typed(words: list[str]) -> str:
    """A single word of the shell is the query itself; of several, one with blanks in it was between quotes."""
    if len(words) == 1:
        return words[0]
    return " ".join(f'"{word}"' if " " in word and '"' not in word and ":" not in word else word for word in words)


def positive(text: str) -> int:
    """A number of messages. Raises ArgumentTypeError."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= MOST:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {MOST}")
    return int(text)
