"""References → conversations: who answers whom, and in which order a conversation is read (RFC 5256 §3, REFERENCES).

Only what messages say of each other counts; the subject is the last resort, for answers that name nobody. Nothing here
recurses and every loop in what people wrote is cut, so that ten thousand messages that answer each other cost little.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

MOST_REFERENCES = 20  # the first, and the last ones: a sender may name thousands
TOPIC_WINDOW = timedelta(days=30)  # an answer that names nobody belongs to the last letter of that subject in this time

# What programs put before a subject, in the languages people have them in; "Fwd:" begins a conversation of its own.
_ANSWER = r"re|aw|antw|antwort|sv|vs|res|odp|ynt|rif|bls"
_FORWARD = r"fwd?|wg|tr|rv|enc|doorst"
_PREFIX = re.compile(
    rf"\s*(?:\[[^\[\]]{{1,40}}\]\s*)*(?:({_ANSWER})|{_FORWARD})\s*(?:\[\d+\]|\(\d+\))?\s*[:\uff1a]", re.IGNORECASE
)
_LABEL = re.compile(r"\s*\[[^\[\]]{1,40}\]\s*(?=\S)")  # RFC 5256 §2.1: a list's name is no part of it
_TRAILER = re.compile(r"\s*\(fwd\)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message as a conversation sees it. Ids are in the order of arrival; the parent is the last reference."""

    id: int
    name: str = ""
    references: tuple[str, ...] = ()
    topic: int = 0
    stray: bool = False  # an answer that names nobody


@dataclass(frozen=True, slots=True)
class Placed:
    """A message in the order of reading, and how far it is from the beginning of its conversation."""

    id: int
    depth: int


def base_subject(subject: str) -> tuple[str, bool]:
    """What a letter is about without Re: and the like (RFC 5256 §2.1), and whether it says that it is an answer."""
    rest, answer = _TRAILER.sub("", subject), False
    while found := _PREFIX.match(rest):
        answer = answer or found.group(1) is not None
        rest = rest[found.end() :]
    while label := _LABEL.match(rest):
        rest = rest[label.end() :]
    return " ".join(rest.split()).casefold(), answer


def bounded(references: Sequence[str]) -> tuple[str, ...]:
    """At most `MOST_REFERENCES` of them: where it began, and the nearest."""
    unique = tuple(dict.fromkeys(references))
    return unique if len(unique) <= MOST_REFERENCES else (unique[0], *unique[1 - MOST_REFERENCES :])


def number_of(*words: str) -> int:
    """Words as a number of 63 bits, never 0: what an index of ours holds instead of a stranger's text."""
    digest = hashlib.blake2b("\0".join(words).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1 or 1


def arrange(letters: Iterable[Letter]) -> list[Placed]:
    """One conversation in the order of reading: every answer below what it answers, the older first."""
    return _Arrangement(sorted(letters, key=lambda letter: letter.id)).placed()


class _Arrangement:
    """A forest over the letters and the names that are missing; a letter's node is its place in the list."""

    def __init__(self, letters: Sequence[Letter]) -> None:
        self._letters = letters
        self._parents: list[int | None] = [None] * len(letters)
        self._roots = list(range(len(letters)))  # towards the root, shortened on the way
        self._holders: dict[str, int] = {}
        for node, letter in enumerate(letters):
            if letter.name:
                self._holders.setdefault(letter.name, node)  # a second copy is nobody's parent

    def placed(self) -> list[Placed]:
        for node, letter in enumerate(self._letters):
            self._answer(node, letter)
        for letter in self._letters:
            self._follow(letter.references)
        self._answer_by_topic()
        return list(self._read())

    def _answer(self, node: int, letter: Letter) -> None:
        """Below the nearest that it names and that does not already stand below itself."""
        for name in reversed(letter.references):
            if name != letter.name and self._link(node, self._node(name)):
                return

    def _follow(self, references: Sequence[str]) -> None:
        """What others say of letters that say nothing themselves, most of them missing (RFC 5256 §3, 1.A)."""
        for above, below in pairwise(references):
            node = self._node(below)
            if self._parents[node] is None:
                self._link(node, self._node(above))

    def _answer_by_topic(self) -> None:
        latest: dict[int, int] = {}
        for node, letter in enumerate(self._letters):
            if letter.stray and letter.topic in latest and self._parents[node] is None:
                self._link(node, latest[letter.topic])
            if letter.topic:
                latest[letter.topic] = node

    def _node(self, name: str) -> int:
        if name not in self._holders:
            self._holders[name] = len(self._parents)
            self._parents.append(None)
            self._roots.append(self._holders[name])
        return self._holders[name]

    def _link(self, node: int, parent: int) -> bool:
        if self._root(parent) == node:
            return False  # a loop
        self._parents[node] = parent
        self._roots[node] = parent
        return True

    def _root(self, node: int) -> int:
        while self._roots[node] != node:
            self._roots[node] = self._roots[self._roots[node]]
            node = self._roots[node]
        return node

    def _read(self) -> Iterator[Placed]:
        """Depth first. Where the beginning is missing, the oldest stands for it and the others below it."""
        children = self._children()
        first, *others = children.get(None) or [0]
        waiting = [(node, 1) for node in reversed(others)] + [(first, 0)]
        while waiting and self._letters:
            node, depth = waiting.pop()
            yield Placed(self._letters[node].id, depth)
            waiting += [(child, depth + 1) for child in reversed(children.get(node, ()))]

    def _children(self) -> dict[int | None, list[int]]:
        """Of each letter, the letters below it; a missing one is passed over."""
        children: dict[int | None, list[int]] = {}
        nearest: dict[int, int | None] = {}
        for node in range(len(self._letters)):
            children.setdefault(self._above(node, nearest), []).append(node)
        return children

    def _above(self, node: int, nearest: dict[int, int | None]) -> int | None:
        """The nearest letter above that is here."""
        passed: list[int] = []
        at = self._parents[node]
        while at is not None and at >= len(self._letters) and at not in nearest:
            passed.append(at)
            at = self._parents[at]
        found = nearest.get(at) if at is not None and at >= len(self._letters) else at
        for missing in passed:
            nearest[missing] = found
        return found
