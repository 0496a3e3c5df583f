"""How a rung is drawn and told, the same everywhere: its glyph, who is kept out, and what it costs to go no higher."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from .assurance import Assurance


class Glyphs(Enum):
    """What the terminal can draw."""

    UNICODE = "unicode"
    ASCII = "ascii"


_GLYPHS = {
    Glyphs.UNICODE: dict(zip(Assurance, "✕○?◔◑◕●", strict=True)),
    Glyphs.ASCII: dict(zip(Assurance, "X!?-+*#", strict=True)),
}
WIDEST_WORD = max(len(assurance.word) for assurance in Assurance)

# Who is kept out, in a sentence.
MEANING: Mapping[Assurance, str] = {
    Assurance.UNDELIVERABLE: "There is no such place, or it takes no mail.",
    Assurance.EXPOSED: "Some server there was seen not to take TLS. Anybody on the way can read the letter.",
    Assurance.UNKNOWN: "Nothing is known that could be relied on.",
    Assurance.ENCRYPTED: "Someone tapping the wire sees noise. Someone who can play the server can still read it.",
    Assurance.VERIFIABLE: "The servers can prove who they are. It helps if your provider checks.",
    Assurance.ENFORCED: "Your provider checks. The letter comes back to you rather than travel unprotected.",
    Assurance.LINK_SECURE: "Enforced, and they promise the same from there on, and reading only over TLS.",
}

# What it costs to be content with a rung, worded as what it is: nobody agrees to a word, all understand a reader.
PRICE: Mapping[Assurance, str] = {
    Assurance.UNDELIVERABLE: "no mail host was found for it from here; the letter will most likely come back",
    Assurance.EXPOSED: "anybody on the way can read the letter",
    Assurance.UNKNOWN: "nobody can tell who could read the letter on the way",
    Assurance.ENCRYPTED: "someone impersonating their server can read the letter",
    Assurance.VERIFIABLE: "someone impersonating their server can read the letter, if your provider does not check",
    Assurance.ENFORCED: "from their server on, nobody promises anything",
    Assurance.LINK_SECURE: "the warning may be right",
}


def glyph_of(assurance: Assurance, glyphs: Glyphs) -> str:
    """The sign of a rung, one column wide."""
    return _GLYPHS[glyphs][assurance]
