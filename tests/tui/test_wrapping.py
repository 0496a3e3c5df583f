"""Broken into lines as Textual breaks them, only quicker, and only once."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import get_character_cell_size
from textual._wrap import compute_wrap_offsets
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Offset

from linksec_tui.tui.wrapping import Wrapped, breaks_of

WORDS = st.lists(
    st.sampled_from(["a", "and", "words", "Straße", "漢字", "\t", " ", "  ", "e\u0301", "x" * 30, "\u200b"])
)
LINES = WORDS.map(" ".join) | WORDS.map("".join) | st.text("ab ", max_size=60)
WIDTHS = st.integers(1, 40)


@given(line=LINES, width=WIDTHS)
@example(line="one two three   four", width=13)
@example(line="  leading", width=4)
@example(line="ends with blanks     ", width=16)
@example(line="exactly ten", width=11)
@example(line="exactly ten more", width=11)
def test_a_line_is_broken_where_textual_breaks_it(line: str, width: int) -> None:
    assert breaks_of(line, width, 4) == compute_wrap_offsets(line, width, 4)


def test_what_is_counted_and_not_measured_takes_one_cell_each() -> None:
    even = [character for character in map(chr, range(0x300)) if character.isprintable()]
    assert {get_character_cell_size(character) for character in even} == {1}
    assert [character for character in even if character.isspace()] == [" "]


@given(lines=st.lists(LINES, min_size=1, max_size=6), width=WIDTHS)
def test_a_text_stands_on_the_rows_that_textual_gives_it(lines: list[str], width: int) -> None:
    document = Document("\n".join(lines))
    ours, theirs = Wrapped(document, tab_width=4), WrappedDocument(document)
    ours.wrap(width)
    theirs.wrap(width)
    for row in range(theirs.height + 1):
        for column in range(0, width + 1, 3):
            assert ours.offset_to_location(Offset(column, row)) == theirs.offset_to_location(Offset(column, row))
    assert [ours.get_sections(at) for at in range(document.line_count)] == [
        theirs.get_sections(at) for at in range(document.line_count)
    ]
    assert ours.height == theirs.height


def test_the_same_width_is_no_reason_to_break_the_text_anew() -> None:
    wrapped = Wrapped(Document("some words on a line"), tab_width=4)
    assert wrapped.wraps == 0  # no width is known yet
    wrapped.wrap(10)
    wrapped.wrap(10)
    assert wrapped.wraps == 1
    wrapped.wrap(9)
    assert wrapped.wraps == 2
