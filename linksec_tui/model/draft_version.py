"""Who has written on a draft, and what of it a copy includes: a count for each machine (a version vector).

Of two copies one may include the other; where neither does, two machines were written on at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .letter import Draft

Versions = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCopy:
    """A draft as the server keeps it. `revision` names this very copy (its Message-ID)."""

    draft: Draft
    revision: str
    versions: Versions


def includes(ours: Versions, theirs: Versions) -> bool:
    """Is everything of theirs in ours?"""
    return all(ours.get(machine, 0) >= count for machine, count in theirs.items())


def merged(ours: Versions, theirs: Versions) -> Versions:
    """What includes both."""
    return {machine: max(ours.get(machine, 0), theirs.get(machine, 0)) for machine in {**ours, **theirs}}


def written_on(versions: Versions, machine: str) -> Versions:
    """The same after this machine has written once more."""
    return {**versions, machine: versions.get(machine, 0) + 1}


def same_words(one: Draft, other: Draft) -> bool:
    """Would nobody miss anything, if one of the two were not there?"""
    return _words(one) == _words(other)


def _words(draft: Draft) -> tuple[object, ...]:
    files = sorted([*(each.name for each in draft.attachments), *draft.elsewhere])
    text = draft.body.replace("\r\n", "\n").rstrip()
    to = frozenset((each.address, each.field) for each in draft.recipients)
    return (draft.subject.strip(), text, to, files, draft.requirement, draft.tls_optional)
