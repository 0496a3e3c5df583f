"""Glyph, word and colour of each rung; green is a promise."""

from __future__ import annotations

import colorsys

import pytest
from textual.color import Color

from linksec_tui.config import Theme
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.ladder import MEANING, PRICE, Glyphs
from linksec_tui.model.visible import BADGE_GLYPHS
from linksec_tui.tui import themes
from linksec_tui.tui.badge import badge, glyphs_for, label
from linksec_tui.tui.marks import marks

GREEN = {Assurance.ENFORCED, Assurance.LINK_SECURE}


def is_green(colour: str) -> bool:
    red, green, blue = (channel / 255 for channel in Color.parse(colour).rgb)
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    return saturation > 0.2 and 85 <= hue * 360 <= 165


@pytest.mark.parametrize("glyphs", Glyphs)
def test_every_rung_has_a_glyph_of_its_own_and_its_word(glyphs: Glyphs) -> None:
    looks = [badge(assurance, glyphs) for assurance in Assurance]
    assert len({look.glyph for look in looks}) == len({look.word for look in looks}) == len(Assurance)


def test_the_glyphs_are_the_contract_s() -> None:
    assert "".join(badge(each, Glyphs.ASCII).glyph for each in Assurance) == "X!?-+*#"
    assert "".join(badge(each, Glyphs.UNICODE).glyph for each in Assurance) == "✕○?◔◑◕●"


@pytest.mark.parametrize("theme", list(themes.ours()), ids=lambda theme: theme.name)
def test_green_belongs_to_the_two_promises_alone(theme: object) -> None:
    variables = getattr(theme, "variables", {})
    for assurance in Assurance:
        colour = variables[badge(assurance, Glyphs.UNICODE).variable]
        assert is_green(colour) == (assurance in GREEN), (assurance, colour)


@pytest.mark.parametrize("theme", list(themes.ours()), ids=lambda theme: theme.name)
def test_a_theme_names_every_colour_of_ours(theme: object) -> None:
    assert themes.DEFAULTS.keys() <= getattr(theme, "variables", {}).keys()


@pytest.mark.parametrize("theme", list(themes.ours()), ids=lambda theme: theme.name)
def test_badges_and_quiet_words_can_be_read_on_every_ground(theme: object) -> None:
    variables = getattr(theme, "variables", {})
    names = ("chip", "chip-cursor", "cursor-row", "cursor-row-away")
    grounds = [*(getattr(theme, name) for name in ("surface", "background", "panel")), *(variables[n] for n in names)]
    inks = [variables[badge(each, Glyphs.UNICODE).variable] for each in Assurance] + [variables["muted"]]
    for ground in grounds:
        for ink in inks:
            assert contrast(Color.parse(ink), Color.parse(ground)) >= 4.5, (ink, ground)


def contrast(one: Color, other: Color) -> float:
    """WCAG 2.2, relative luminance."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Color) -> float:
    channels = [channel / 255 for channel in colour.rgb]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


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
