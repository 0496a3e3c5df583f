"""What somebody types → whom they may mean: the address book in memory, looked through between two key presses. Pure.

Every word typed must begin a word of the name, the address or its domain. First come favourites, then those written
to often and lately: a letter counts half after two months.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line that can be offered, and all beginnings of words that find it, each after a blank."""

    words: str
    suggestion: Suggestion


class Completion:
    """Everybody and every group, best first, so that a look ends with the first few who fit."""

    def __init__(self, people: Sequence[Person], now: datetime) -> None:
        scored = [(_score(each, now), _entry(person, each)) for person in people for each in person.contacts]
        scored.sort(key=lambda pair: pair[0], reverse=True)
        self._entries = [*_groups(people), *(entry for _, entry in scored)]

    def find(self, typed: str, limit: int) -> tuple[Suggestion, ...]:
        """At most `limit` who fit; none while fewer than two letters are typed."""
        text = folded(typed[:LONGEST]).strip()
        if len(text) < SHORTEST:
            return ()
        needles = [f" {word}" for word in text.split()]
        found: list[Suggestion] = []
        for entry in self._entries:
            if all(needle in entry.words for needle in needles):
                found.append(entry.suggestion)
                if len(found) == limit:
                    break
        return tuple(found)


def matching(people: Iterable[Person], typed: str) -> tuple[Person, ...]:
    """Everybody whom all of the typed words find, in the order given."""
    needles = [f" {word}" for word in folded(typed[:LONGEST]).split()]
    return tuple(person for person in people if not needles or _found(person, needles))


def _found(person: Person, needles: Sequence[str]) -> bool:
    words = "".join(_entry(person, each).words for each in person.contacts)
    words += folded(f" {person.note} {' '.join(person.groups)}")
    return all(needle in words for needle in needles)


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


def _entry(person: Person, contact: Contact) -> _Entry:
    shown = f"{contact.address.local}@{to_unicode(contact.address.domain)}"
    text = folded(f"{person.name} {contact.name} {shown} {contact.address.domain}")
    return _Entry(f" {text} {text.translate(_BREAKS)}", _named(person, contact))


def _named(person: Person, contact: Contact) -> Contact:
    """Under the name that the person has in the address book."""
    return replace(contact, name=person.name or contact.name)


def _groups(people: Iterable[Person]) -> list[_Entry]:
    return [_Entry(f" {folded(group.name)}", group) for group in groups(people)]
