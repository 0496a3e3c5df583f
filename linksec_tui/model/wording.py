"""A message may come in several wordings (RFC 2046 §5.1.4, multipart/alternative)."""

from __future__ import annotations

from enum import StrEnum


class Wording(StrEnum):
    """Which of the wordings of a message that comes in several."""

    BEST = "best"  # plain text where there is some: it was written to be read here
    TEXT = "text"
    HTML = "html"
