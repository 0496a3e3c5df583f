"""Does the text speak of a file that should be with the letter? Asked of one's own words, not of those quoted.

A reminder, no rule: it may be wrong, and is asked about once.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from .reply import FORWARDED

MAX_TEXT = 200_000  # characters that are looked through
_SIGNATURE = "-- "


def word_of_attachment(subject: str, body: str) -> str:
    """The first word, as it was written, that speaks of one; empty where none does."""
    found = _words().search(f"{subject}\n{_own_words(body[:MAX_TEXT])}")
    return found.group() if found else ""


def _own_words(body: str) -> str:
    lines: list[str] = []
    for line in body.split("\n"):
        if line in (_SIGNATURE, FORWARDED):
            break
        if not line.startswith(">"):
            lines.append(line)
    return "\n".join(lines)


@cache
def _words() -> re.Pattern[str]:
    raw = resources.files(__package__ or "").joinpath("attachment_words.toml").read_text("utf-8")
    words = [word for language in tomllib.loads(raw).values() for word in language]
    choices = "|".join(re.escape(each.removesuffix("*")) + (r"\w*" if each.endswith("*") else "") for each in words)
    return re.compile(rf"(?<!\w)(?:{choices})(?!\w)", re.IGNORECASE)
