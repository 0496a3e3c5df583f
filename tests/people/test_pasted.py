"""Recipients pasted from anywhere: every form that people have, and nobody lost in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.address import Field
from linksec_tui.people.pasted import read_pasted


def shown(text: str) -> list[str]:
    return [f"{r.name} <{r.address}>" if r.name else str(r.address) for r in read_pasted(text, Field.CC).recipients]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("a@x.example", ["a@x.example"]),
        ("a@x.example, b@x.example;c@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
        ("a@x.example\nb@x.example\r\n\n c@x.example\n", ["a@x.example", "b@x.example", "c@x.example"]),
        ("Anna Bank <a@x.example>, b@x.example", ["Anna Bank <a@x.example>", "b@x.example"]),
        ('"Bank, Anna" <a@x.example>, b@x.example', ["Bank, Anna <a@x.example>", "b@x.example"]),
        ("Bank, Anna <a@x.example>; Roe, Jane <r@x.example>", ["Bank, Anna <a@x.example>", "Roe, Jane <r@x.example>"]),
        ("Bank, Anna <a@x.example>", ["Bank, Anna <a@x.example>"]),
        ("Friends: a@x.example, Bob <b@x.example>;", ["a@x.example", "Bob <b@x.example>"]),
        ("To: a@x.example\nCc: b@x.example", ["a@x.example", "b@x.example"]),
        ("Cc:a@x.example", ["a@x.example"]),
        ("- a@x.example\n• b@x.example\n1. c@x.example\n12) d@x.example",
         ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]),
        ("mailto:a@x.example?subject=hello", ["a@x.example"]),
        ("Anna Bank [mailto:a@x.example]", ["Anna Bank <a@x.example>"]),
        ("a@x.example (Anna Bank)", ["Anna Bank <a@x.example>"]),
        ("Anna Bank\ta@x.example\nBob\tb@x.example", ["Anna Bank <a@x.example>", "Bob <b@x.example>"]),
        ("Anna Bank a@x.example", ["Anna Bank <a@x.example>"]),
        ("Anna Bank (a@x.example).", ["Anna Bank <a@x.example>"]),
        ("a@x.example, A@x.example", ["a@x.example"]),
        ("j@bücher.example", ["j@xn--bcher-kva.example"]),
        ("", []),
        (" , ; \n", []),
    ],
)  # fmt: skip
def test_people_are_found_in_every_form_that_programs_copy(text: str, people: list[str]) -> None:
    assert shown(text) == people
    assert not read_pasted(text, Field.CC).left


@pytest.mark.parametrize(
    ("text", "people", "left"),
    [
        ("a@x> NOTIFY=NEVER", [], ("a@x> NOTIFY=NEVER",)),
        ("a@x.example, nobody; b@x.example", ["a@x.example", "b@x.example"], ("nobody",)),
        ("a@x.example\n" + "y" * 2_000 + "@x.example", ["a@x.example"], ("y" * 2_000 + "@x.example",)),
        ("two@@x.example", [], ("two@@x.example",)),
    ],
)
def test_what_cannot_be_read_stays_with_a_sentence(text: str, people: list[str], left: tuple[str, ...]) -> None:
    pasted = read_pasted(text, Field.TO)
    assert (shown(text), pasted.left) == (people, left)
    assert pasted.sentence


@given(st.text(alphabet='ab@.,;:<>()[]"\\\t\n mailto', max_size=120))
def test_whatever_is_pasted_is_read_or_stays(text: str) -> None:
    pasted = read_pasted(text, Field.TO)
    assert bool(pasted.left) == bool(pasted.sentence)
    if "@" in text:
        assert pasted.recipients or pasted.left
