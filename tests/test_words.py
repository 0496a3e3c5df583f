"""The words of the interface: easily read, the same everywhere, and about who can read the letter."""

from __future__ import annotations

import re

import pytest

from linksec_tui.model.glossary import GLOSSARY
from tests.reading_ease import count, interface, syllables

EASY = 70  # Flesch 1948: from here on "fairly easy"
INTERFACE = tuple(interface())

# What is never said to people, and what is said instead (docs/experience.md §3).
NOT_OURS = {
    "insecure": "exposed, or unprotected",
    "secure": "protected",
    "attacker": "someone impersonating the server, someone tapping the wire",
    "man-in-the-middle": "someone impersonating the server",
    "plaintext": "in the clear",
    "cleartext": "in the clear",
    "opportunistic": "takes TLS if it can",
    "bounced": "came back to you",
    "fatal": "cannot",
    "illegal": "not allowed",
    "abort": "stop",
    "spoofed": "forged",
    "folder": "mailbox",
    "e-mail": "mail, letter or message",
    "email": "mail, letter or message",
}


def test_the_whole_interface_is_easily_read() -> None:
    assert len(INTERFACE) > 400
    counted = count(each.text for each in INTERFACE)
    assert counted.ease >= EASY, counted


@pytest.mark.parametrize("room", ["tui", "cli", "desk", "link", "outgoing", "incoming"])
def test_so_is_each_part_of_it(room: str) -> None:
    texts = [each.text for each in INTERFACE if each.where.startswith(f"linksec_tui/{room}/")]
    assert count(texts).ease >= EASY


def test_no_word_is_said_that_is_not_ours() -> None:
    pattern = re.compile(rf"\b({'|'.join(NOT_OURS)})\b", re.IGNORECASE)
    said = [(each.where, found.group(), each.text) for each in INTERFACE if (found := pattern.search(each.text))]
    assert said == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("letter", 2), ("path", 1), ("made", 1), ("table", 2), ("promise", 2), ("the", 1), ("provider", 3),
        ("somebody", 4), ("encrypted", 3), ("asked", 1), ("comes", 1), ("impersonating", 5), ("who’s", 1), ("mx", 1),
        ("people", 2), ("while", 1), ("reading", 2), ("notices", 3), ("rule", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_people_speak(word: str, expected: int) -> None:
    assert syllables(word) == expected


def test_the_formula_is_flesch_s() -> None:
    text = "The cat sat on the mat."  # 6 words, 1 sentence, 6 syllables
    assert count([text]).ease == pytest.approx(206.835 - 1.015 * 6 - 84.6)


def test_the_glossary_explains_its_words_in_plain_ones() -> None:
    assert count(GLOSSARY.values()).ease >= EASY
    for word, meaning in GLOSSARY.items():
        assert len(f"{word}  {meaning}") <= 110, word
        assert meaning.endswith(".")
        assert not re.search(r"\bRFC\b", meaning)
