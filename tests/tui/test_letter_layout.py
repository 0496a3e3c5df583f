"""Rows of a text: nothing is lost between them, nothing is wider than the screen, and long ones begin at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from linksec_tui.model.reading import Sort, Stretch
from linksec_tui.tui.letter_layout import Layout

QUOTED = "Hello\n> one\n> two\n> three\n> > four\n> five\nBye"
QUOTE = Stretch(sort=Sort.QUOTE, start=6, end=QUOTED.index("Bye"))


def laid_out(text: str, *stretches: Stretch, width: int = 20, unfolded: frozenset[int] = frozenset()) -> Layout:
    layout = Layout(text=text, stretches=stretches, unfolded=unfolded, width=width)
    layout.lay_out(len(text) + 1)
    return layout


def words(layout: Layout) -> list[str]:
    return [layout.row(number).words for number in range(layout.length)]


def test_lines_are_wrapped_at_blanks() -> None:
    assert words(laid_out("the quick brown fox jumps\n\nover", width=10)) == [
        "the quick",
        "brown fox",
        "jumps",
        "",
        "over",
    ]


def test_a_word_without_a_blank_is_cut() -> None:
    assert words(laid_out("x" * 25, width=10)) == ["x" * 10, "x" * 10, "x" * 5]


def test_wide_letters_take_two_cells() -> None:
    assert words(laid_out("日本語日本語", width=5)) == ["日本", "語日", "本語"]


def test_a_long_quotation_is_one_row_until_it_is_unfolded() -> None:
    layout = laid_out(QUOTED, QUOTE)
    assert layout.length == 3
    assert layout.row(1).folded == 5
    layout = laid_out(QUOTED, QUOTE, unfolded=frozenset({6}))
    assert words(layout) == ["Hello", "one", "two", "three", "four", "five", "Bye"]
    assert [layout.row(number).depth for number in range(layout.length)] == [0, 1, 1, 1, 2, 1, 0]


def test_every_row_of_a_quoted_line_knows_how_deep_it_is() -> None:
    text = "> > " + "word " * 10 + "\n" + "> x\n" * 5
    layout = laid_out(text, Stretch(sort=Sort.QUOTE, start=0, end=len(text)), width=24, unfolded=frozenset({0}))
    assert [layout.row(number).depth for number in range(4)] == [2, 2, 2, 1]


def test_the_beginning_of_an_endless_line_is_there_at_once() -> None:
    layout = Layout(text="x " * 1_000_000, stretches=(), unfolded=frozenset(), width=40)
    layout.lay_out(100)
    assert 100 <= layout.length <= 300
    assert not layout.is_whole
    layout.lay_out(len(layout.text) + 1)
    assert layout.is_whole


@given(st.text(alphabet="ab 日\n\u0301é>", max_size=200), st.integers(2, 30))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, width: int) -> None:
    layout = laid_out(text, width=width)
    rows = words(layout)
    assert "".join("".join(rows).split()) == "".join(text.split())
    assert all(cell_len(row) <= width or len(row) == 1 for row in rows)
