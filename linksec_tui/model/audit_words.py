"""What an audit of a provider found, in words: the same on every front end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from .assessment import Assessment, Assurance
from .audit import Audit, Breaks, CanaryLetter, Fate
from .evidence_words import Answer, Mechanism

MECHANISMS = (Mechanism.DANE, Mechanism.MTA_STS, Mechanism.REQUIRETLS)
_TITLES = {Mechanism.DANE: "DANE", Mechanism.MTA_STS: "MTA-STS", Mechanism.REQUIRETLS: "REQUIRETLS"}
_WORDS = {
    Answer.YES: "your provider insists on it",
    Answer.NO: "your provider does not insist on it",
    Answer.UNKNOWN: "not known yet",
}
_FATES = {
    Fate.WAITING: "nothing heard yet",
    Fate.ARRIVED: "arrived",
    Fate.CAME_BACK: "came back",
    Fate.NOT_OFFERED: "your provider does not take such a letter",
}
_BROKEN = {
    Breaks.NOTHING: "nothing is broken there",
    Breaks.DANE: "its server cannot prove itself (DANE)",
    Breaks.MTA_STS: "its server breaks its domain's own policy (MTA-STS)",
    Breaks.REQUIRETLS: "its server does not promise to keep a letter protected, and this one asked for it (REQUIRETLS)",
}


def mechanism_words(audit: Audit) -> Iterator[tuple[str, str]]:
    """Each mechanism, and what the letters tell of it."""
    for mechanism in MECHANISMS:
        yield _TITLES[mechanism], _WORDS[audit.answers.get(mechanism, Answer.UNKNOWN)]


def letter_words(letter: CanaryLetter) -> str:
    """What became of one letter."""
    said = f" ({letter.detail})" if letter.detail else ""
    return f"{letter.canary.address}: {_BROKEN[letter.canary.breaks]}; {_FATES[letter.fate]}{said}"


def doubt_words(audit: Audit) -> str:
    """Why nothing can be said of letters that came back; empty where all is well."""
    came_back = {letter.canary.breaks for letter in audit.letters if letter.fate is Fate.CAME_BACK}
    control = {letter.fate for letter in audit.letters if letter.canary.breaks is Breaks.NOTHING}
    if Fate.CAME_BACK in control:
        return "The letter to the sound domain came back as well, so the others may have come back for another reason."
    if came_back and not control:
        return "No letter went to a sound domain, so nobody can tell why the others came back."
    if came_back and Fate.ARRIVED not in control:
        return "What came back counts as soon as the letter to the sound domain is known to have arrived."
    return ""


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
            "Returned mail may be lost: your domain is not known to take what comes back of a letter that demanded"
            " protection (REQUIRETLS)."
        )
    return found
