"""What a provider does with letters to domains that are broken on purpose, and what that tells (link-security.md §2.1).

A letter that comes back from such a domain was not carried over a link that does not hold; one that arrives was.
Nothing is concluded from silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .address import Address
from .evidence_words import Answer, Mechanism


class Breaks(StrEnum):
    """What is wrong with a domain, so that a letter to it ought to come back."""

    NOTHING = "nothing"  # the control: a letter to it ought to arrive
    DANE = "dane"  # a TLSA record, DNSSEC-secure, that the exchanger's certificate does not match
    MTA_STS = "mta-sts"  # a policy in mode enforce, and an exchanger whose certificate breaks it
    REQUIRETLS = "requiretls"  # all is well, but its exchanger does not offer REQUIRETLS, which the letter asks for


class Fate(StrEnum):
    """What became of the letter to a canary."""

    WAITING = "waiting"
    ARRIVED = "arrived"
    CAME_BACK = "came-back"
    NOT_OFFERED = "not-offered"  # the provider does not take such a letter at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """An address whose domain is broken on purpose."""

    address: Address
    breaks: Breaks


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryLetter:
    """What was sent to a canary, and what became of it so far."""

    canary: Canary
    sent_at: datetime
    fate: Fate = Fate.WAITING
    fate_at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """All letters of one account, and what they tell."""

    account: str
    letters: tuple[CanaryLetter, ...]

    @property
    def waiting(self) -> bool:
        return any(letter.fate is Fate.WAITING for letter in self.letters)

    @property
    def answers(self) -> Mapping[Mechanism, Answer]:
        return conclude(self.letters)

    @property
    def dated(self) -> datetime | None:
        """When the last answer came."""
        return max((letter.fate_at for letter in self.letters if letter.fate_at), default=None)


_TELLS_OF = {
    Breaks.DANE: Mechanism.DANE,
    Breaks.MTA_STS: Mechanism.MTA_STS,
    Breaks.REQUIRETLS: Mechanism.REQUIRETLS,
}


def conclude(letters: Sequence[CanaryLetter]) -> Mapping[Mechanism, Answer]:
    """One letter that arrived against a mechanism is enough to know that nobody insists on it.

    That one came back tells only where the control did not: otherwise it may have come back for any reason.
    """
    control = [letter.fate for letter in letters if letter.canary.breaks is Breaks.NOTHING]
    sound = Fate.ARRIVED in control and Fate.CAME_BACK not in control
    found: dict[Mechanism, Answer] = {}
    for breaks, mechanism in _TELLS_OF.items():
        fates = {letter.fate for letter in letters if letter.canary.breaks is breaks}
        if fates & {Fate.ARRIVED, Fate.NOT_OFFERED}:
            found[mechanism] = Answer.NO
        elif sound and fates == {Fate.CAME_BACK}:
            found[mechanism] = Answer.YES
    return found
