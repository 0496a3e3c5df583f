"""Is a new address one edit, or one look-alike letter, away from somebody known? (link-security.md §2.4) Pure.

Long lists are looked through, so what could be meant is found by keys that near neighbours share, and only those few
are compared closely.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from linksec_tui.formats.domain_name import to_unicode
from linksec_tui.model.address import Address
from linksec_tui.people.lookalike import looks_like, one_edit, shape_of

SHORTEST_LOCAL = 6  # letters before the @: anna and hanna are two people of one office


class Familiar:
    """The addresses and domains that the user knows, ready to be compared with."""

    def __init__(self, addresses: Iterable[Address], own_domains: Iterable[str] = ()) -> None:
        known = list(addresses)
        self._addresses = {_key(address) for address in known}
        self._domains = dict.fromkeys([*own_domains, *(address.domain for address in known)])
        self._near: dict[str, list[str]] = defaultdict(list)
        for domain in self._domains:
            for key in _keys(to_unicode(domain)):
                self._near[key].append(domain)
        self._inside: dict[str, list[Address]] = defaultdict(list)
        for address in known:
            self._inside[address.domain].append(address)
        self._near_inside: dict[str, dict[str, list[Address]]] = {}

    def taken_for(self, address: Address) -> str:
        """The address or domain that it could be taken for, as people read it; empty where it is known itself."""
        if _key(address) in self._addresses:
            return ""
        if address.domain in self._domains:
            return self._like_a_colleague(address)
        found = looks_like(address.domain, self._candidates(address.domain))
        return to_unicode(found)

    def _candidates(self, domain: str) -> Iterator[str]:
        """Those whose keys meet, and those that the domain has inside it; familiar domains above it go first."""
        labels = domain.split(".")
        for start in range(len(labels)):
            for end in range(len(labels), start, -1):
                inside = ".".join(labels[start:end])
                if inside in self._domains:
                    yield inside
        for key in _keys(to_unicode(domain)):
            yield from self._near.get(key, ())

    def _like_a_colleague(self, address: Address) -> str:
        local = address.local.casefold()
        near = self._near_in(address.domain)
        for key in _keys(local):
            for other in near.get(key, ()):
                if _taken_for(local, other.local.casefold()):
                    return str(other)
        return ""

    def _near_in(self, domain: str) -> dict[str, list[Address]]:
        """By the keys of what stands before the @; made when somebody new of that domain comes."""
        if domain not in self._near_inside:
            near = self._near_inside[domain] = defaultdict(list)
            for address in self._inside[domain]:
                for key in _keys(address.local.casefold()):
                    near[key].append(address)
        return self._near_inside[domain]


def _taken_for(local: str, known: str) -> bool:
    if _counts(local, known):
        return False
    return shape_of(local) == shape_of(known) or (len(known) >= SHORTEST_LOCAL and one_edit(local, known))


def _counts(one: str, other: str) -> bool:
    """Do they differ in a number only: team1 and team2?"""
    digits = str.maketrans("", "", "0123456789")
    return one.translate(digits) == other.translate(digits)


def _keys(text: str) -> set[str]:
    """Two of one shape share a key, and so do two that are one edit apart: one letter of either left out."""
    return {shape_of(text), text, *(text[:at] + text[at + 1 :] for at in range(len(text)))}


def _key(address: Address) -> str:
    return str(address).casefold()
