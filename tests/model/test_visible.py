"""Foreign text can neither steer the terminal nor borrow a badge."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.visible import (
    BADGE_GLYPHS,
    REPLACEMENT,
    SAFETY_SIGNS,
    has_width,
    visible,
    visible_body,
    visible_name,
    visible_text,
    visible_words,
)

ANYTHING = st.text(st.characters(codec=None), max_size=200)
# Cc: controls; Cf: format characters, bidirectional ones among them; Cs: surrogates; Zl, Zp: line separators
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# format characters that scripts are written with: Arabic number signs, Syriac, Kaithi
WRITTEN = {"Cf": set(range(0x600, 0x606)) | {0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}}


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("plain", "plain"),
        ("\x1b]0;owned\x07", f"{REPLACEMENT}]0;owned{REPLACEMENT}"),
        ("\x9b31m", f"{REPLACEMENT}31m"),
        ("a\r\nBcc: b", "a  Bcc: b"),
        ("invoice\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", f"invoice{REPLACEMENT}fdp.exe"),
        ("pay\N{ZERO WIDTH SPACE}pal", f"pay{REPLACEMENT}pal"),
        ("\ud800", REPLACEMENT),
        ("tab\there", "tab here"),
        ("Zoë 東京 👍", "Zoë 東京 👍"),
        ("", ""),
    ],
)
def test_what_steers_a_terminal_becomes_a_mark(hostile: str, shown: str) -> None:
    assert visible(hostile) == shown


@pytest.mark.parametrize("glyph", BADGE_GLYPHS + SAFETY_SIGNS)
def test_a_name_cannot_wear_a_badge(glyph: str) -> None:
    assert visible_name(f"{glyph} Link-secure") == "· Link-secure"


def test_a_body_keeps_its_lines_and_loses_its_carriage_returns() -> None:
    assert visible_text("one\r\n\ttwo\x1b[2J") == f"one\n    two{REPLACEMENT}[2J"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("می\N{ZERO WIDTH NON-JOINER}خواهم", "میخواهم"),
        ("👩\N{ZERO WIDTH JOINER}👧 Sunday", "👩👧 Sunday"),
        ("pay\N{ZERO WIDTH JOINER}pal", f"pay{REPLACEMENT}pal"),
        ("pay\N{ZERO WIDTH SPACE}pal", f"pay{REPLACEMENT}pal"),
        ("\N{ZERO WIDTH JOINER}", REPLACEMENT),
    ],
)
def test_joiners_go_where_scripts_and_pictures_have_them(written: str, shown: str) -> None:
    assert visible_words(written) == shown


def test_what_has_no_width_goes_from_a_body_and_what_turns_its_lines_does_not() -> None:
    padded = "Do\N{SOFT HYPHEN}nau \N{ZERO WIDTH SPACE}\N{COMBINING GRAPHEME JOINER}\N{RIGHT-TO-LEFT OVERRIDE}x\x1b"
    assert visible_body(padded) == f"Donau {REPLACEMENT}x{REPLACEMENT}"
    assert not has_width(" \N{ZERO WIDTH SPACE}\n")
    assert has_width("\N{ZERO WIDTH SPACE}x")


@given(ANYTHING)
def test_one_line_stays_one_line_without_anything_unseen(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert shown.isprintable() or all(not _steers(character) for character in shown)


@given(ANYTHING)
def test_a_body_holds_nothing_unseen_but_line_feeds(text: str) -> None:
    assert all(character == "\n" or not _steers(character) for character in visible_text(text))


@given(ANYTHING)
def test_showing_twice_changes_nothing_more(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert visible_text(visible_text(text)) == visible_text(text)
    for shown in (visible_words(text), visible_body(text)):
        assert shown == visible_text(shown)
    assert visible_name(visible_name(text)) == visible_name(text)


@given(ANYTHING)
def test_a_name_is_a_visible_line_without_glyphs(text: str) -> None:
    assert not set(visible_name(text)) & set(BADGE_GLYPHS + SAFETY_SIGNS)
    assert visible(visible_name(text)) == visible_name(text)


def _steers(character: str) -> bool:
    category = unicodedata.category(character)
    return category in UNSEEN and ord(character) not in WRITTEN.get(category, set())
