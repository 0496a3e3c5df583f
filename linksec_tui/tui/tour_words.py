"""The tour in words: seven short steps, each with a title and a sentence for every moment of it.

`{compose.send}` in a sentence is the key that does it, as remapped, and stands out on the screen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from textual.content import Content

from linksec_tui.tui.text import assemble

_KEY = re.compile(r"\{([a-z.-]+)\}")
_WORDS_A_SECOND = 3.3  # of a sentence that nobody has seen before, on a screen that does other things too
_LOOK = 1.5  # seconds to find what the sentence speaks of


class Step(IntEnum):
    """Where the tour is."""

    WRITE = 1
    BADGES = 2
    PATH = 3
    SEND = 4
    TAP = 5
    IMPOSTOR = 6
    CARD = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Guided:
    """What the tour says at this moment; `playing`: it presses the keys itself."""

    number: Step
    title: str
    sentence: str
    people: str = ""
    playing: bool = False


OFFER = (
    "A small mail world runs inside this program. Nothing leaves this computer, and nobody gets your mail.",
    "The tour has seven short steps. You write a letter, and see who could read it on its way.",
)

TITLES = {
    Step.WRITE: "Write a letter",
    Step.BADGES: "Watch the badges",
    Step.PATH: "Look at the path",
    Step.SEND: "Send it",
    Step.TAP: "See through the tap's eyes",
    Step.IMPOSTOR: "Switch the impostor on",
    Step.CARD: "Read what came back",
}

# Each moment of a step by its name; `tour_facts.moment` says which it is.
SENTENCES = {
    "begin": "Press {mail.compose} to write a letter.",
    "people": "Write to {people}: type each address, and a comma.",
    "badges": "Look at the sign before each name: it says who could read the letter on its way there.",
    "path": "Press {chips.up} and {chips.down} to go from name to name: the picture shows the way to each.",
    "to-the-names": "Press {pane.previous} until you stand in To: there the picture shows the way to each name.",
    "send": "Press {compose.send} to send it, with no protection asked for.",
    "gate": "Choose what each of them gets, then press {gate.send}.",
    "under-way": "The letter is on its way, and somebody is listening.",
    "listen": "Press {mail.tap} to see what somebody tapping the wire has seen.",
    "compare": "One letter can be read by anybody; of the other there is only noise, as it was protected.",
    "choose": "Press {options.next} and {options.previous}: some of these letters can be read, some are noise.",
    "impostor": "Press {tap.impostor}: now somebody plays the servers, and says that they do not encrypt.",
    "again": "Press {tap.again} to write the same letter once more.",
    "send-again": "Press {compose.send} to send it again, while the impostor is on.",
    "caught": "One letter more can be read now: the impostor took its encryption away.",
    "go-back": "Press {tap.back} to go back: the letter to one of them was not sent on, and comes back to you.",
    "wait": "Wait a moment: the letter to one of them comes back to you.",
    "open": "Press {list.first} and {list.open} to read what came back.",
    "card": "It was sent back, not read: press {card.notice} to tell them that a letter waits.",
    "elsewhere": "Press {tour.do}: the tour takes you back to where it was.",
}

# What is to be looked at stands for as long as reading takes, though nothing needs to be pressed.
CLOSING = {Step.BADGES: "badges", Step.PATH: "path", Step.TAP: "compare", Step.IMPOSTOR: "caught"}

SEEN = "What you saw"
SUMMARY = (
    "You knew before you sent it: where nobody promises anything, anybody can read a letter.",
    "Where a server only offers to encrypt, somebody who plays that server can read it.",
    "Where the server can prove itself and your provider checks, it came back and was not read.",
)
NEXT = "What to do next"


def reading_seconds(sentence: str) -> float:
    """For how long a sentence stands at least."""
    return _LOOK + len(sentence.split()) / _WORDS_A_SECOND


def but_escape(keys: Sequence[str]) -> str:
    """The first of a thing's keys that is not escape: while the tour goes on, that one ends it."""
    return next((key for key in keys if key != "escape"), keys[0])


def with_keys(sentence: str, key: Callable[[str], str]) -> Content:
    """The sentence with the keys that it names, each made to stand out."""
    pieces = _KEY.split(sentence)
    return assemble(*((key(piece), "bold $accent") if at % 2 else piece for at, piece in enumerate(pieces)))
