"""The parts of a message in columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.reading import Part
from linksec_tui.tui.part_words import part_row
from linksec_tui.tui.text import plain


@given(st.text(alphabet="a日é́.", min_size=1, max_size=60))
def test_the_columns_stand_below_each_other_whatever_a_name_is_written_in(name: str) -> None:
    row = part_row(Part(number="2", media_type="application/pdf", name=name, size=3), 80, "…")
    before, _, _ = row.plain.partition("PDF")
    assert plain(before).cell_length == 36


def test_a_name_that_is_cut_ends_in_the_sign_of_the_terminal() -> None:
    part = Part(number="2", media_type="application/pdf", name="n" * 60, size=3)
    assert part_row(part, 80, "~").plain.startswith("n" * 33 + "~  PDF")
    assert part_row(part, 80, "…").plain.startswith("n" * 33 + "…  PDF")
