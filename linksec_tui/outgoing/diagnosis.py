"""The texts and codes about one recipient → why the letter came back, and how sure that is (link-security.md §7).

First the exact texts of known servers (`known_texts`), then enhanced status codes (RFC 3463 and IANA), then free
words. A code alone is believed only where nobody uses it otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from linksec_tui.model.letter import BounceClass, Confidence, OurTag

from .known_texts import MAX_TEXT, book, known_text

_CODE_IN_TEXT = re.compile(r"(?<![\d.])[45]\.(\d{1,3}\.\d{1,3})(?![\d.]*\d)")  # an enhanced code, no address


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """All that is said about one recipient, in the order in which it is believed."""

    status: str = ""
    diagnostic: str = ""
    comment: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    bounce_class: BounceClass
    confidence: Confidence
    tag: OurTag | None = None


NOTHING_FAILED = Diagnosis(bounce_class=BounceClass.OTHER, confidence=Confidence.GUESS)


def diagnose(clues: Clues) -> Diagnosis:
    """Why this recipient did not get the letter."""
    return (
        _by_text(clues.diagnostic, Confidence.STRUCTURED)
        or _by_text(clues.comment, Confidence.STRUCTURED)
        or _by_own_words(clues)
        or _by_text(clues.text, Confidence.PATTERN)
        or _by_code(clues)
        or _by_words(clues)
    )


def gives_no_reason(diagnostic: str) -> bool:
    """Does the server only say that it gave up, or nothing at all (Exim, OpenSMTPD)?"""
    pattern = known_text(diagnostic)
    return not diagnostic.strip() or (pattern is not None and pattern.no_reason)


def _by_text(text: str, confidence: Confidence) -> Diagnosis | None:
    pattern = known_text(text)
    if pattern is None or pattern.no_reason:
        return None
    return Diagnosis(bounce_class=pattern.bounce_class, confidence=confidence, tag=pattern.tag)


def _by_own_words(clues: Clues) -> Diagnosis | None:
    """A reply with a code that is about the address, mailbox, message or network: the text for people adds nothing."""
    if not clues.diagnostic or clues.status[2:].startswith("7."):
        return None
    found = book().codes.get(clues.status[2:])
    return Diagnosis(bounce_class=found, confidence=Confidence.STRUCTURED) if found else None


def _by_code(clues: Clues) -> Diagnosis | None:
    found = book().codes.get(clues.status[2:])
    # 5.7.30 with words about something else is somebody else's 5.7.30 (Gmail's means DKIM)
    if found is BounceClass.REQUIRETLS_UNSUPPORTED and not re.search(r"(?i)tls|^$", clues.diagnostic):
        return Diagnosis(bounce_class=BounceClass.REJECTED_POLICY, confidence=Confidence.GUESS)
    if found:
        tag = OurTag.REQUIRETLS if found is BounceClass.REQUIRETLS_UNSUPPORTED else None
        return Diagnosis(bounce_class=found, confidence=Confidence.STRUCTURED, tag=tag)
    return _by_code_in_text(clues)


def _by_code_in_text(clues: Clues) -> Diagnosis | None:
    """Where the status says nothing (5.0.0), the receiver's reply often does; but never that TLS was missing."""
    for text in (clues.diagnostic, clues.text):
        for code in _CODE_IN_TEXT.findall(text[:MAX_TEXT]):
            found = book().codes.get(code)
            if found and not found.downgrade:
                return Diagnosis(bounce_class=found, confidence=Confidence.PATTERN)
    return None


def _by_words(clues: Clues) -> Diagnosis:
    for text in (clues.diagnostic, clues.comment, clues.text):
        flat = " ".join(text[:MAX_TEXT].split()).casefold()
        for words, found in book().words:
            if flat and words.search(flat):
                return Diagnosis(bounce_class=found, confidence=Confidence.GUESS)
    if clues.status[2:] == "7.10":  # "encryption needed", and by nobody's words why
        return Diagnosis(bounce_class=BounceClass.ENCRYPTION_NEEDED, confidence=Confidence.GUESS)
    return Diagnosis(bounce_class=BounceClass.OTHER, confidence=Confidence.GUESS)
