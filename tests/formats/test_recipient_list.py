"""Lists of recipients in the forms that people have; nothing in them is dropped without a word."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.recipient_list import MAX_CELL, REFUSALS_KEPT, read_recipient_list

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "recipient_lists.toml").read_text("utf-8")
)["list"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_list_means_whom_people_mean(case: dict[str, Any]) -> None:
    found = read_recipient_list(case["text"])
    assert [wanted.shown for wanted in found.wanted] == case["wanted"]
    assert [refusal.line for refusal in found.refusals] == case.get("refused", [])
    assert found.refused == len(found.refusals)
    if "names" in case:
        assert [wanted.name for wanted in found.wanted] == case["names"]


def test_what_is_beyond_the_bound_is_counted_and_those_already_there_are_not() -> None:
    found = read_recipient_list("a@x.example\nb@x.example\na@x.example\nc@x.example", most=2)
    assert [wanted.shown for wanted in found.wanted] == ["a@x.example", "b@x.example"]
    assert found.beyond == 1


def test_of_a_text_that_is_no_list_the_first_refusals_are_kept_and_the_others_counted() -> None:
    found = read_recipient_list("no words for it\n" * (REFUSALS_KEPT + 5))
    assert (len(found.refusals), found.refused, found.wanted) == (REFUSALS_KEPT, REFUSALS_KEPT + 5, ())


def test_one_endless_line_is_one_refusal() -> None:
    found = read_recipient_list("a" * (MAX_CELL * 3) + "@x.example")
    assert (found.refused, found.wanted) == (1, ())
    assert len(found.refusals[0].sentence) < 200


@given(st.text(alphabet=st.sampled_from('ab@.,;"<>\n\r\t #\x00\x1b[]é\u202e'), max_size=80))
def test_no_text_breaks_it_and_none_gets_through_with_a_control_character(text: str) -> None:
    for wanted in read_recipient_list(text).wanted:
        assert (wanted.shown + wanted.name).isprintable()
