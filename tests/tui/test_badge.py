"""Glyph, word and colour of each rung"""

from __future__ import annotations

import pytest

from linksec_tui.config import Theme
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.ladder import MEANING, PRICE, Glyphs
from linksec_tui.model.visible import BADGE_GLYPHS
from linksec_tui.tui.badge import badge, glyphs_for, label
from linksec_tui.tui.marks import marks


@pytest.mark.parametrize("glyphs", Glyphs)
def test_every_rung_has_a_glyph_of_its_own_and_its_word(glyphs: Glyphs) -> None:
    looks = [badge(assurance, glyphs) for assurance in Assurance]
    assert len({look.glyph for look in looks}) == len({look.word for look in looks}) == len(Assurance)


def test_the_glyphs_are_the_contract_s() -> None:
    assert "".join(badge(each, Glyphs.ASCII).glyph for each in Assurance) == "X!?-+*#"
    assert "".join(badge(each, Glyphs.UNICODE).glyph for each in Assurance) == "✕○?◔◑◕●"


def test_glyph_and_word_stand_together() -> None:
    assert label(Assurance.EXPOSED, Glyphs.UNICODE).plain == "○ Exposed"


def test_ascii_on_the_linux_console_and_as_configured() -> None:
    assert glyphs_for(Theme(), {"TERM": "linux"}) is Glyphs.ASCII
    assert glyphs_for(Theme(glyphs="unicode"), {"TERM": "linux"}) is Glyphs.UNICODE
    assert glyphs_for(Theme(glyphs="ascii"), {"TERM": "xterm"}) is Glyphs.ASCII


def test_every_rung_is_explained_and_has_its_price() -> None:
    assert MEANING.keys() == PRICE.keys() == set(Assurance)


@pytest.mark.parametrize("glyphs", Glyphs)
def test_no_other_mark_looks_like_a_badge(glyphs: Glyphs) -> None:
    signs = marks(glyphs)
    shown = {getattr(signs, name) for name in ("unread", "starred", "bounce", "selected", "caution", "chosen")}
    assert not shown & set(BADGE_GLYPHS + "X!?-+*#")
