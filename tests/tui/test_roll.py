"""The roll and its order, without a screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.address import Address
from linksec_tui.model.assessment import Assurance, Warning  # noqa: A004 - the contract's word
from linksec_tui.model.checked import RecipientList, Refusal, Wanted
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.arrange import PIECE, Column, View, Who, arranged
from linksec_tui.tui.check_words import Pace, duration, progress_words, shown_words, taken_words
from linksec_tui.tui.packed import pack, unpack
from linksec_tui.tui.roll import Roll
from linksec_tui.tui.widgets.check_columns import places
from linksec_tui.tui.widgets.level_bar import stretches

if TYPE_CHECKING:
    from conftest import Judge

GATED = Warning(code="downgrade", text="Weaker than before.")


def wanted(address: str) -> Wanted:
    local, _, domain = address.rpartition("@")
    return Wanted(domain=domain, shown_domain=domain, address=Address(local, domain) if local else None)


def roll_of(*addresses: str) -> Roll:
    roll = Roll()
    for address in addresses:
        roll.add(wanted(address))
    return roll


def shown(roll: Roll, view: View) -> list[str]:
    return [roll.wanted[row].shown for row in arranged(roll, view)]


@pytest.fixture
def four(judge: Judge) -> Roll:
    roll = roll_of("zoe@a.example", "bob@b.example", "Anna@a.example", "c.example", "later@d.example")
    roll.note(judge("a.example", Assurance.ENFORCED))
    roll.note(judge("b.example", Assurance.EXPOSED))
    roll.note(judge("c.example", Assurance.LINK_SECURE, warnings=(GATED,)))
    return roll


def test_a_result_counts_for_everybody_of_its_domain(four: Roll) -> None:
    assert four.levels() == {Assurance.ENFORCED: 2, Assurance.EXPOSED: 1, Assurance.LINK_SECURE: 1}
    assert (len(four), four.complete) == (5, 4)
    assert list(four.unfinished()) == ["d.example"]


def test_a_later_result_takes_the_place_of_the_earlier(four: Roll, judge: Judge) -> None:
    four.note(replace(judge("a.example", Assurance.UNKNOWN), complete=False))
    assert four.levels()[Assurance.ENFORCED] == 0
    assert four.levels()[Assurance.UNKNOWN] == 2
    assert four.complete == 2


def test_who_was_taken_out_counts_no_more_and_may_come_back(four: Roll) -> None:
    four.take_out([0, 0, 4])
    assert (len(four), four.complete, four.levels()[Assurance.ENFORCED]) == (3, 3, 1)
    assert list(four.unfinished()) == []
    assert four.add(wanted("zoe@a.example"))
    assert not four.add(wanted("zoe@a.example"))
    assert (len(four), four.levels()[Assurance.ENFORCED]) == (4, 2)


def test_who_carries_a_warning_of_the_gate_meets_nothing(four: Roll) -> None:
    assert four.meeting(Requirement.ANY) == 3
    assert four.meeting(Requirement.ENFORCED) == 2
    assert four.meeting(Requirement.LINK_SECURE) == 0


def test_results_are_those_that_were_noted(four: Roll, judge: Judge) -> None:
    results = list(four.results(range(5), Requirement.ENFORCED))
    assert [(each.wanted.shown, each.meets) for each in results] == [
        ("zoe@a.example", True), ("bob@b.example", False), ("Anna@a.example", True), ("c.example", False),
    ]  # fmt: skip
    assert results[1].assessment == judge("b.example", Assurance.EXPOSED)


def test_what_is_packed_comes_back_as_it_was(judge: Judge) -> None:
    assessment = judge("a.example", Assurance.VERIFIABLE, warnings=(GATED,))
    assert unpack(pack(assessment)) == assessment


ORDERS: list[tuple[View, list[str]]] = [
    (View(), ["zoe@a.example", "bob@b.example", "Anna@a.example", "c.example", "later@d.example"]),
    (View(backwards=True), ["later@d.example", "c.example", "Anna@a.example", "bob@b.example", "zoe@a.example"]),
    (
        View(column=Column.LEVEL),
        ["later@d.example", "bob@b.example", "zoe@a.example", "Anna@a.example", "c.example"],
    ),
    (
        View(column=Column.LEVEL, backwards=True),
        ["c.example", "zoe@a.example", "Anna@a.example", "bob@b.example", "later@d.example"],
    ),
    (View(column=Column.NAME), ["Anna@a.example", "bob@b.example", "c.example", "later@d.example", "zoe@a.example"]),
    (View(column=Column.DOMAIN), ["Anna@a.example", "zoe@a.example", "bob@b.example", "c.example", "later@d.example"]),
    (
        View(column=Column.MEETS, requirement=Requirement.ENCRYPTED),
        ["later@d.example", "bob@b.example", "c.example", "zoe@a.example", "Anna@a.example"],
    ),
    (
        View(column=Column.SERVER),
        ["later@d.example", "zoe@a.example", "Anna@a.example", "bob@b.example", "c.example"],
    ),
    (View(who=Who.SHORT, requirement=Requirement.ENFORCED), ["bob@b.example", "c.example"]),
    (View(who=Who.MEET, requirement=Requirement.ENFORCED), ["zoe@a.example", "Anna@a.example"]),
    (View(level=Assurance.EXPOSED), ["bob@b.example"]),
    (View(text=" A.EX".strip()), ["zoe@a.example", "Anna@a.example"]),
    (View(text="nobody"), []),
]


@pytest.mark.parametrize(("view", "expected"), ORDERS)
def test_rows_stand_in_the_order_that_was_asked_for(four: Roll, view: View, expected: list[str]) -> None:
    assert shown(four, view) == expected


def test_who_was_taken_out_is_not_shown(four: Roll) -> None:
    four.take_out([1])
    assert "bob@b.example" not in shown(four, View())


@given(st.lists(st.integers(0, 30), max_size=40), st.booleans())
def test_pieces_that_are_merged_are_as_one_that_is_sorted(numbers: list[int], backwards: bool) -> None:
    rows = [f"u{number}@{at}.example" for at, number in enumerate(numbers)] * 1
    roll = roll_of(*rows)
    view = View(column=Column.NAME, backwards=backwards)
    assert shown(roll, view) == sorted(rows, reverse=backwards)


def test_a_list_longer_than_one_piece_is_in_order() -> None:
    rows = [f"u{(number * 7919) % 3_001:05}@x.example" for number in range(PIECE * 3)]
    assert shown(roll_of(*rows), View(column=Column.NAME)) == sorted(rows)


@given(st.lists(st.integers(1, 100_000), max_size=7), st.integers(0, 100_000), st.integers(1, 200))
def test_a_bar_never_overflows_and_forgets_nobody(counts: list[int], unknown: int, width: int) -> None:
    cells = stretches(counts, sum(counts) + unknown, width)
    assert sum(cells) <= width
    if width >= len(counts):
        assert len(cells) == len(counts)
        assert all(cell >= 1 for cell in cells)
    if counts and not unknown and width >= len(counts):
        assert sum(cells) == width


@pytest.mark.parametrize("width", [40, 60, 79, 100, 139, 200, 300])
def test_columns_stay_within_the_table(width: int) -> None:
    columns = places(width)
    assert columns[-1].start + columns[-1].width <= max(width, 60)
    assert [place.column for place in columns[:4]] == [Column.LEVEL, Column.MEETS, Column.NAME, Column.DOMAIN]


def test_progress_is_told_in_words(four: Roll) -> None:
    running = Pace(running=True, per_second=95.2, left=40.4)
    assert " · ".join(progress_words(four, running, "p")) == "4 of 5 looked up · 95 domains a second · 40 s left"
    assert progress_words(four, Pace(running=False), "p") == ["4 of 5 looked up", "stopped; p goes on"]
    assert progress_words(roll_of("a@x.example"), Pace(running=False), "p") == ["0 of 1 looked up", "p begins"]
    four.take_out([4])
    assert progress_words(four, Pace(running=False), "p") == ["4 recipients looked up"]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (99, "99 s"), (150, "2 min"), (5_400, "90 min"), (40_000, "11 h")]
)
def test_a_time_is_told_in_the_largest_unit_that_fits(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_who_is_shown_is_told_only_where_somebody_is_left_out() -> None:
    assert shown_words(5, View(), 0) == []
    view = View(who=Who.SHORT, text="uni")
    assert shown_words(1_200, view, 3) == ["1,200 shown: who fall short, with “uni”", "3 selected"]


def test_what_did_not_get_on_the_list_is_told() -> None:
    assert taken_words(RecipientList(), "u") == ""
    found = RecipientList(refusals=(Refusal(line=3, sentence="No address."),), refused=2, beyond=1)
    assert taken_words(found, "u") == (
        "1 recipient more did not fit: the list is full. "
        "2 pieces could not be read. Line 3: No address. u shows them all."
    )
