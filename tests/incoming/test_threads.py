"""Conversations: who answers whom, whatever people and programs write into References."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.incoming.threads import (
    MOST_REFERENCES,
    Letter,
    Placed,
    arrange,
    base_subject,
    bounded,
    number_of,
)
from linksec_tui.model.listing import shown_depths


def letter(number: int, *references: str, name: str | None = None) -> Letter:
    return Letter(id=number, name=f"<{number}>" if name is None else name, references=references)


def drawn(*letters: Letter) -> list[tuple[int, int]]:
    return [(each.id, each.depth) for each in arrange(letters)]


def test_an_answer_stands_below_what_it_answers_and_the_older_first() -> None:
    assert drawn(letter(4, "<1>"), letter(1), letter(3, "<1>", "<2>"), letter(2, "<1>")) == [
        (1, 0), (2, 1), (3, 2), (4, 1),
    ]  # fmt: skip


def test_a_missing_letter_is_passed_over_and_its_answers_stay_together() -> None:
    assert drawn(letter(1), letter(3, "<1>", "<2>"), letter(4, "<1>", "<2>")) == [(1, 0), (3, 1), (4, 1)]


def test_where_the_beginning_is_missing_the_oldest_stands_for_it() -> None:
    assert drawn(letter(2, "<1>"), letter(3, "<1>"), letter(4, "<1>", "<3>")) == [(2, 0), (3, 1), (4, 2)]


def test_what_others_say_of_a_missing_letter_joins_theirs() -> None:
    """RFC 5256 §3, step 1.A: <2> is not here, but 5 says that it answered <1>."""
    assert drawn(letter(1), letter(3, "<2>"), letter(5, "<1>", "<2>")) == [(1, 0), (3, 1), (5, 1)]


def test_a_loop_is_cut() -> None:
    assert drawn(letter(1, "<2>"), letter(2, "<1>")) == [(2, 0), (1, 1)]
    assert drawn(letter(1, "<1>")) == [(1, 0)]


def test_a_second_copy_is_nobodys_parent() -> None:
    assert drawn(letter(1), letter(2, name="<1>"), letter(3, "<1>")) == [(1, 0), (3, 1), (2, 1)]


def test_an_answer_that_names_nobody_stands_below_the_last_letter_about_the_same() -> None:
    letters = [Letter(id=number, topic=7, stray=number > 2) for number in (1, 2, 3, 4)]
    assert drawn(*letters) == [(1, 0), (2, 1), (3, 2), (4, 3)]


_NAMES = st.sampled_from([f"<{number}>" for number in range(12)] + ["", "<elsewhere>"])
_LETTERS = st.lists(
    st.builds(
        Letter,
        id=st.integers(1, 40),
        name=_NAMES,
        references=st.lists(_NAMES.filter(bool), max_size=6).map(tuple),
        topic=st.integers(0, 2),
        stray=st.booleans(),
    ),
    unique_by=lambda each: each.id,
)


@given(_LETTERS, st.randoms())
def test_every_letter_stands_once_in_every_order_they_may_come_in(letters: list[Letter], random: Random) -> None:
    placed = arrange(letters)
    assert sorted(each.id for each in placed) == sorted(each.id for each in letters)
    assert [each.depth for each in placed[:1]] in ([], [0])
    assert all(below.depth <= above.depth + 1 for above, below in pairwise(placed))
    shuffled = letters[:]
    random.shuffle(shuffled)
    assert arrange(shuffled) == placed


@given(st.lists(st.integers(0, 30)))
def test_depths_in_sight_have_no_gaps(depths: list[int]) -> None:
    shown = shown_depths(depths)
    assert len(shown) == len(depths)
    assert all(below <= above + 1 for above, below in pairwise(shown))
    assert all((a >= b) == (x >= y) or x < y for (a, b), (x, y) in zip(pairwise(depths), pairwise(shown), strict=True))


@pytest.mark.parametrize("shape", ["a chain", "a fan", "a ring"])
def test_ten_thousand_letters_that_answer_each_other_are_in_order_at_once(shape: str) -> None:
    count = 10_000
    match shape:
        case "a chain":
            letters = [letter(n, *(f"<{m}>" for m in range(max(1, n - 5), n))) for n in range(1, count + 1)]
        case "a fan":
            letters = [letter(1), *(letter(n, "<1>") for n in range(2, count + 1))]
        case _:
            letters = [letter(n, f"<{n % count + 1}>") for n in range(1, count + 1)]
    placed = arrange(letters)
    assert len(placed) == count
    if shape == "a chain":
        assert placed == [Placed(n, n - 1) for n in range(1, count + 1)]


@pytest.mark.parametrize(
    ("subject", "base", "answer"),
    [
        ("Re: Lunch", "lunch", True),
        ("RE: AW: SV: Lunch", "lunch", True),
        ("Re[2]: Lunch", "lunch", True),
        ("[club] Re: [club] Lunch (fwd)", "lunch", True),
        ("Fwd: Lunch", "lunch", False),
        ("Fw: Re: Lunch", "lunch", True),
        ("Re：  Lunch   today", "lunch today", True),
        ("[club] Lunch", "lunch", False),
        ("Reminder: Lunch", "reminder: lunch", False),
        ("[club]", "[club]", False),
        ("Re:", "", True),
        ("", "", False),
    ],
)
def test_a_subject_without_what_programs_put_before_it(subject: str, base: str, answer: bool) -> None:
    assert base_subject(subject) == (base, answer)


@given(st.text(max_size=200))
def test_a_base_subject_has_no_prefix_left(subject: str) -> None:
    base, _ = base_subject(subject)
    assert base_subject(f"Re: {subject}") == (base, True)


def test_references_are_bounded_and_keep_the_first_and_the_nearest() -> None:
    many = [f"<{number}>" for number in range(1000)]
    kept = bounded(many)
    assert len(kept) == MOST_REFERENCES
    assert (kept[0], kept[-1]) == ("<0>", "<999>")


def test_names_of_two_accounts_are_two_numbers() -> None:
    assert number_of("home", "id", "<1>") != number_of("work", "id", "<1>")
    assert 0 < number_of("home", "\ud800") < 2**63
