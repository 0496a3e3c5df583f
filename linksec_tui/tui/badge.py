"""Assurance → badge: glyph, word and colour, which always appear together (link-security.md §2).

Green is a promise and belongs to ENFORCED and LINK_SECURE alone. Colours are names of theme variables, so that a
theme can change every hue and never what it means.
"""

from __future__ import annotations

import locale
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from textual.content import Content

from linksec_tui.config import Theme
from linksec_tui.model.assessment import Assurance
from linksec_tui.tui.text import styled


class Glyphs(Enum):
    """What the terminal can draw."""

    UNICODE = "unicode"
    ASCII = "ascii"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """The look of one rung. `variable` is the theme's name for its colour, without the dollar sign."""

    glyph: str
    word: str
    variable: str


_GLYPHS = {
    Glyphs.UNICODE: dict(zip(Assurance, "✕○?◔◑◕●", strict=True)),
    Glyphs.ASCII: dict(zip(Assurance, "X!?-+*#", strict=True)),
}

# Who is kept out, in a sentence: the help screen's ladder.
MEANING: Mapping[Assurance, str] = {
    Assurance.UNDELIVERABLE: "There is no such place, or it takes no mail.",
    Assurance.EXPOSED: "Some server there was seen not to take TLS. Anybody on the way can read the letter.",
    Assurance.UNKNOWN: "Nothing is known that could be relied on.",
    Assurance.ENCRYPTED: "Someone tapping the wire sees noise. Someone who can play the server can still read it.",
    Assurance.VERIFIABLE: "The servers can prove who they are. It helps if your provider checks.",
    Assurance.ENFORCED: "Your provider checks. The letter comes back to you rather than travel unprotected.",
    Assurance.LINK_SECURE: "Enforced, and they promise the same from there on, and reading only over TLS.",
}

# What lowering means, worded as what it is: nobody agrees to a word, everybody understands a reader.
PRICE: Mapping[Assurance, str] = {
    Assurance.UNDELIVERABLE: "no mail host was found for it from here; the letter will most likely come back",
    Assurance.EXPOSED: "anybody on the way can read it",
    Assurance.UNKNOWN: "nobody can tell who could read it on the way",
    Assurance.ENCRYPTED: "someone impersonating their server can read it",
    Assurance.VERIFIABLE: "someone impersonating their server can read it, if your provider does not check",
    Assurance.ENFORCED: "from their server on, nobody promises anything",
    Assurance.LINK_SECURE: "the warning may be right",
}


def glyphs_for(theme: Theme, environment: Mapping[str, str]) -> Glyphs:
    """As configured; otherwise ASCII on the Linux console and wherever text is not UTF-8."""
    if theme.glyphs:
        return Glyphs(theme.glyphs)
    utf8 = locale.getencoding().lower().replace("-", "") == "utf8"
    return Glyphs.UNICODE if utf8 and environment.get("TERM") != "linux" else Glyphs.ASCII


def badge(assurance: Assurance, glyphs: Glyphs) -> Badge:
    return Badge(glyph=_GLYPHS[glyphs][assurance], word=assurance.word, variable=f"assurance-{assurance.value}")


def label(assurance: Assurance, glyphs: Glyphs) -> Content:
    """Glyph and word in their colour, for a cell of its own."""
    look = badge(assurance, glyphs)
    return styled(f"{look.glyph} {look.word}", f"${look.variable}")


WIDEST = max(len(assurance.word) for assurance in Assurance) + 2
