"""Assurance → badge: glyph, word and colour, which always appear together (link-security.md §2).

Green is a promise and belongs to ENFORCED and LINK_SECURE alone. Colours are names of theme variables, so that a
theme can change every hue and never what it means.
"""

from __future__ import annotations

import locale
from collections.abc import Mapping
from dataclasses import dataclass

from textual.content import Content

from linksec_tui.config import Theme
from linksec_tui.model.assurance import Assurance
from linksec_tui.model.ladder import WIDEST_WORD, Glyphs, glyph_of
from linksec_tui.tui.text import styled


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """The look of one rung. `variable` is the theme's name for its colour, without the dollar sign."""

    glyph: str
    word: str
    variable: str


def glyphs_for(theme: Theme, environment: Mapping[str, str]) -> Glyphs:
    """As configured; otherwise ASCII on the Linux console and wherever text is not UTF-8."""
    if theme.glyphs:
        return Glyphs(theme.glyphs)
    utf8 = locale.getencoding().lower().replace("-", "") == "utf8"
    return Glyphs.UNICODE if utf8 and environment.get("TERM") != "linux" else Glyphs.ASCII


def badge(assurance: Assurance, glyphs: Glyphs) -> Badge:
    return Badge(glyph=glyph_of(assurance, glyphs), word=assurance.word, variable=f"assurance-{assurance.value}")


def label(assurance: Assurance, glyphs: Glyphs) -> Content:
    """Glyph and word in their colour, for a cell of its own."""
    look = badge(assurance, glyphs)
    return styled(f"{look.glyph} {look.word}", f"${look.variable}")


WIDEST = WIDEST_WORD + 2  # a glyph and a blank before it
