"""Soft line breaks undone, quotations kept apart (RFC 3676)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.incoming.flowed import unflow


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("> quoted \n> goes on\n>> deeper\nmine", "> quoted goes on\n>> deeper\nmine"),
        ("> cut \nmine", "> cut\nmine"),
        ("text \n-- \nAlice", "text \n-- \nAlice"),
        (" >not a quotation", ">not a quotation"),
        ("", ""),
    ],
)
def test_soft_breaks_are_undone(text: str, expected: str) -> None:
    assert unflow(text) == expected


def test_delsp_takes_the_blank_away() -> None:
    assert unflow("日本 \n語", delsp=True) == "日本語"


@given(st.text(alphabet="> -a\n\r", max_size=200))
def test_no_letter_is_lost(text: str) -> None:
    assert unflow(text).count("a") == text.count("a")
