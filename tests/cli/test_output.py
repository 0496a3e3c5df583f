"""Nothing that a terminal would obey is ever written, wherever it came from; our own colours are."""

from __future__ import annotations

import io
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.cli.config_text import render_config
from linksec_tui.cli.output import Output, Style
from linksec_tui.config import Config, Theme
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.ladder import Glyphs

HOSTILE = "a\x1b]0;owned\x07\x9b31m\u202e\u200bz\r\x00"
OBEYED = set("\x1b\x07\x9b\u202e\u200b\r\x00\x7f")


def spoken(style: Style) -> tuple[Output, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return Output(out, err, style), out, err


@pytest.mark.parametrize("colour", [True, False])
def test_hostile_text_does_not_reach_the_terminal(colour: bool) -> None:
    output, out, err = spoken(Style(colour=colour))
    output.line(HOSTILE)
    output.paragraph(HOSTILE)
    output.note(HOSTILE)
    output.error(HOSTILE)
    assert not OBEYED & set(out.getvalue() + err.getvalue())


def test_our_own_colours_do() -> None:
    output, out, _ = spoken(Style(colour=True))
    output.line(output.badge(Assurance.ENFORCED))
    assert out.getvalue().count("\x1b[") == 2


def test_a_colour_that_is_not_ours_does_not_where_there_are_none() -> None:
    output, out, _ = spoken(Style())
    output.line("\x1b[32mEnforced\x1b[0m")
    assert "\x1b" not in out.getvalue()


@given(st.text(max_size=50), st.sampled_from(Glyphs))
def test_json_is_the_same_value_in_a_spelling_that_nothing_obeys(text: str, glyphs: Glyphs) -> None:
    output, out, _ = spoken(Style(glyphs=glyphs))
    output.document({"text": text})
    output.object_line({"text": HOSTILE})
    first, second = out.getvalue().rsplit("\n", 2)[:2]
    assert json.loads(first)["text"] == text
    assert json.loads(second)["text"] == HOSTILE
    assert not OBEYED & set(out.getvalue())


@given(st.text(max_size=50))
def test_a_shown_configuration_is_the_same_value_too(text: str) -> None:
    config = Config(state=Path("state"), theme=replace(Theme(), name=text + HOSTILE))
    shown = render_config(config)
    assert tomllib.loads(shown)["theme"]["name"] == text + HOSTILE
    assert not OBEYED & set(shown)
