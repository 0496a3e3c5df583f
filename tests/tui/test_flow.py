"""Pieces that are never broken, and paragraphs that hang from a sign."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from linksec_tui.tui.flow import hung, joined, placed


@given(st.lists(st.integers(1, 60), max_size=30), st.integers(1, 80))
def test_pieces_neither_overlap_nor_leave_the_line(widths: list[int], available: int) -> None:
    places = placed(widths, available)
    assert len(places) == len(widths)
    for before, after in pairwise(places):
        assert after.row > before.row or after.column >= before.column + before.width + 1
    assert all(place.column + place.width <= available for place in places)


def test_a_sentence_is_broken_only_between_its_pieces() -> None:
    pieces = [Content("2 of 3 meet Verifiable"), Content("carol@old.example is ○ Exposed")]
    assert joined(pieces, Content(" · "), 40).plain == "2 of 3 meet Verifiable\ncarol@old.example is ○ Exposed"
    assert joined(pieces, Content(" · "), 80).plain == "2 of 3 meet Verifiable · carol@old.example is ○ Exposed"
    assert joined([], Content(" · "), 80).plain == ""


def test_every_line_of_a_paragraph_hangs_from_its_sign() -> None:
    lines = [line.plain for line in hung(Content("┃ "), Content("one two three four"), 10)]
    assert lines == ["┃ one two", "┃ three", "┃ four"]
