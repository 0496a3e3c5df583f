"""Assurance → badge on a plain terminal: glyph and word, and colour where the terminal has it (link-security.md §2).

Green is a promise: it belongs to ENFORCED and LINK_SECURE alone.
"""

from __future__ import annotations

from enum import Enum

from linksec_tui.model.assessment import Assurance


class Glyphs(Enum):
    """What the terminal can draw."""

    UNICODE = "unicode"
    ASCII = "ascii"


_GLYPHS = {
    Glyphs.UNICODE: dict(zip(Assurance, "✕○?◔◑◕●", strict=True)),
    Glyphs.ASCII: dict(zip(Assurance, "X!?-+*#", strict=True)),
}
# ECMA-48 "select graphic rendition": the terminal's own palette, so that its theme decides the hue.
_COLOURS = {
    Assurance.UNDELIVERABLE: "90",
    Assurance.EXPOSED: "31",
    Assurance.UNKNOWN: "90",
    Assurance.ENCRYPTED: "33",
    Assurance.VERIFIABLE: "36",
    Assurance.ENFORCED: "32",
    Assurance.LINK_SECURE: "1;32",
}
WIDEST_WORD = max(len(assurance.word) for assurance in Assurance)


def glyph_of(assurance: Assurance, glyphs: Glyphs) -> str:
    """The sign of a rung, one column wide."""
    return _GLYPHS[glyphs][assurance]


def coloured(text: str, assurance: Assurance) -> str:
    """`text` in the colour of a rung."""
    return f"\x1b[{_COLOURS[assurance]}m{text}\x1b[0m"
