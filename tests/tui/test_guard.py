"""The last barrier: what a widget draws cannot steer the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from linksec_tui.tui.guard import Guard, harmless

HOSTILE = ["\x1b]0;PWN\x07", "a\x1b[31mred", "\x9b31m", "\u202eevil", "\u2066x\u2069", "\x00\x7f", "\u200f\u061c"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_control_or_bidirectional_character_passes(text: str) -> None:
    assert all(character.isprintable() for character in harmless(text))
    assert "\x1b" not in harmless(text)


@given(st.text())
def test_harmless_text_is_left_alone_and_the_rest_only_loses_characters(text: str) -> None:
    cleaned = harmless(text)
    assert harmless(cleaned) == cleaned
    assert all(not (ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0) for c in cleaned)


def test_the_filter_keeps_styles_and_the_textual_contract() -> None:
    style = Style(bold=True)
    filtered = Guard().apply([Segment("a\x1b[2Jb", style), Segment("plain")], Color.parse("black"))
    assert filtered == [Segment("a[2Jb", style), Segment("plain")]
