"""What an audit of a provider found, in words: the same on every front end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from .assessment import Assessment, Assurance
from .audit import Audit, Breaks, CanaryLetter, Fate
from .evidence_words import Answer, Mechanism

MECHANISMS = (Mechanism.DANE, Mechanism.MTA_STS, Mechanism.REQUIRETLS)
_WORDS = {Answer.YES: "insists on it", Answer.NO: "does not insist on it", Answer.UNKNOWN: "not known yet"}
_FATES = {
    Fate.WAITING: "nothing heard yet",
    Fate.ARRIVED: "arrived",
    Fate.CAME_BACK: "came back",
    Fate.NOT_OFFERED: "your provider does not take such a letter",
}
_BROKEN = {
    Breaks.NOTHING: "nothing is broken",
    Breaks.DANE: "its DANE record is wrong",
    Breaks.MTA_STS: "its certificate breaks its MTA-STS policy",
    Breaks.REQUIRETLS: "it does not offer REQUIRETLS, which the letter asked for",
}


def mechanism_words(audit: Audit) -> Iterator[tuple[str, str]]:
    """Each mechanism, and what the letters tell of it."""
    for mechanism in MECHANISMS:
        yield mechanism.value, _WORDS[audit.answers.get(mechanism, Answer.UNKNOWN)]


def letter_words(letter: CanaryLetter) -> str:
    """What became of one letter."""
    said = f" ({letter.detail})" if letter.detail else ""
    return f"{letter.canary.address}: {_BROKEN[letter.canary.breaks]}; {_FATES[letter.fate]}{said}"


def age_words(then: datetime, now: datetime) -> str:
    """How old a finding is, as one says it."""
    age = max(now - then, timedelta())
    for span, word in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
        if age >= span:
            count = age // span
            return f"{count} {word}{'' if count == 1 else 's'} ago"
    return "just now"


def replies_words(own: Assessment) -> list[str]:
    """What holds for letters to ourselves."""
    found = [f"Replies to you: {own.headline}"]
    if own.assurance < Assurance.VERIFIABLE:
        found.append("Whoever demands Verifiable or more cannot answer you.")
    if not own.offers_requiretls:
        found.append(
            "Your domain is not known to take mail that was sent with REQUIRETLS: what comes back of such letters may"
            " be lost."
        )
    return found
