"""What somebody types → whom they may mean: the address book in memory, looked through between two key presses. Pure.

Every word typed must begin a word of the name, the address or its domain. First come favourites, then those written
to often and lately: a letter counts half after two months.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate, islice

from linksec_tui.formats.domain_name import to_unicode
from linksec_tui.model.contact import Contact, Group, Person, Suggestion

HALF_LIFE = timedelta(days=60)
SHORTEST = 2  # letters: one fits half the address book
LONGEST = 200  # letters: more is no beginning of a name

_BREAKS = str.maketrans(dict.fromkeys("@.-_+'\"(),;<>", " "))


def folded(text: str) -> str:
    """As people type it: no capitals, no accents (Müller is found as muller, and as Müller)."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


class Lines:
    """Lines of folded words as one text: looking through it is one search in C and not 20,000 in Python."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = [line.replace("\n", " ") for line in lines]
        self._text = "\n".join(self._lines)
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]

    def fitting(self, typed: str) -> Iterator[int]:
        """The numbers of the lines in which every typed word begins a word."""
        needles = sorted((f" {word}" for word in folded(typed[:LONGEST]).split()), key=len, reverse=True)
        if not needles:
            yield from range(len(self._lines))
            return
        at = self._text.find(needles[0])  # the longest leads: it is in the fewest lines
        while at >= 0:
            line = bisect_right(self._starts, at) - 1
            if all(needle in self._lines[line] for needle in needles[1:]):
                yield line
            at = self._text.find(needles[0], self._starts[line + 1])


class Completion:
    """Everybody and every group, best first, so that a look ends with the first few who fit."""

    def __init__(self, people: Sequence[Person], now: datetime) -> None:
        scored = [(_score(each, now), _words(person, each), _named(person, each)) for person, each in _pairs(people)]
        scored.sort(key=lambda each: each[0], reverse=True)
        together = groups(people)
        self._suggestions: list[Suggestion] = [*together, *(contact for _, _, contact in scored)]
        self._lines = Lines([*(f" {folded(group.name)}" for group in together), *(words for _, words, _ in scored)])

    def find(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """At most `limit` who fit; none while fewer than two letters are typed."""
        if len(folded(typed[:LONGEST]).strip()) < SHORTEST:
            return ()
        return tuple(self._suggestions[line] for line in islice(self._lines.fitting(typed), limit))


class Register:
    """Everybody in the order of their names, to be looked through by name, address, group or note."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = people
        self._lines = Lines(_all_words(person) for person in people)

    def find(self, typed: str) -> tuple[Person, ...]:
        return tuple(self.people[line] for line in self._lines.fitting(typed))


def _all_words(person: Person) -> str:
    words = "".join(_words(person, each) for each in person.contacts)
    return words + folded(f" {person.note} {' '.join(person.groups)}")


def _pairs(people: Iterable[Person]) -> Iterator[tuple[Person, Contact]]:
    return ((person, each) for person in people for each in person.contacts)


def groups(people: Iterable[Person]) -> tuple[Group, ...]:
    """All groups; of each member the address to write to."""
    members: dict[str, list[Contact]] = defaultdict(list)
    for person in people:
        for name in person.groups if person.contacts else ():
            members[name].append(_named(person, person.contacts[0]))
    return tuple(Group(name=name, members=tuple(members[name])) for name in sorted(members, key=folded))


def _score(contact: Contact, now: datetime) -> tuple[bool, float, int]:
    if contact.last_written_at is None:
        return contact.favourite, 0.0, 0
    age = max((now - contact.last_written_at) / HALF_LIFE, 0.0)
    return contact.favourite, contact.times_written * 0.5**age, contact.times_written


def _words(person: Person, contact: Contact) -> str:
    """All beginnings of words that find this address, each after a blank."""
    shown = f"{contact.address.local}@{to_unicode(contact.address.domain)}"
    text = folded(f"{person.name} {contact.name} {shown} {contact.address.domain}")
    return f" {text} {text.translate(_BREAKS)}"


def _named(person: Person, contact: Contact) -> Contact:
    """Under the name that the person has in the address book."""
    return replace(contact, name=person.name or contact.name)
