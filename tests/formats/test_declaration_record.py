"""The link-security declaration (link-security.md §3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.declaration_record import (
    EHLO_MAX_AGE,
    DeclarationRecord,
    parse_declaration,
    parse_linksec_keyword,
)
from linksec_tui.formats.sts_policy import Invalid


@pytest.mark.parametrize(
    ("text", "level", "max_age", "id_"),
    [
        ("v=LINKSEC1; level=4; max-age=604800; id=20260101", 4, 604800, "20260101"),
        ("v=LINKSEC1;level=1;max-age=0", 1, 0, ""),
        ("v=LINKSEC1 ; max-age = 1 ; level = 3 ;", 3, 1, ""),
        ("v=LINKSEC1; level=2; max-age=31557600; colour=blue", 2, 31557600, ""),
    ],
)
def test_a_declaration_is_read(text: str, level: int, max_age: int, id_: str) -> None:
    assert parse_declaration(["unrelated", text]) == DeclarationRecord(level=level, max_age=max_age, id=id_)


@pytest.mark.parametrize(
    "text",
    [
        "v=LINKSEC1",
        "v=LINKSEC1; level=4",
        "v=LINKSEC1; max-age=1",
        "v=LINKSEC1; level=5; max-age=1",
        "v=LINKSEC1; level=0; max-age=1",
        "v=LINKSEC1; level=04; max-age=1",
        "v=LINKSEC1; level=4; max-age=31557601",
        "v=LINKSEC1; level=4; max-age=-1",
        "v=LINKSEC1; level=4; level=1; max-age=1",
        "v=LINKSEC1; level=4; max-age=1; v=LINKSEC1",
        "v=LINKSEC1; level=4;; max-age=1",
        "v=LINKSEC1; level; max-age=1",
        "v=LINKSEC1; level=4; max-age=1; id=a b",
    ],
)
def test_what_is_not_a_declaration_has_a_reason(text: str) -> None:
    parsed = parse_declaration([text])
    assert isinstance(parsed, Invalid)
    assert parsed.reason


def test_two_declarations_are_none() -> None:
    one = "v=LINKSEC1; level=4; max-age=1"
    assert isinstance(parse_declaration([one, one]), Invalid)


@pytest.mark.parametrize(
    "text", ["", "v=LINKSEC2; level=4; max-age=1", "v=LINKSEC10; level=4; max-age=1", "x v=LINKSEC1;"]
)
def test_other_texts_are_ignored(text: str) -> None:
    assert parse_declaration([text]) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("4 max-age=60", DeclarationRecord(level=4, max_age=60)),
        ("3", DeclarationRecord(level=3, max_age=EHLO_MAX_AGE)),
        ("2 future=1 MAX-AGE=5", DeclarationRecord(level=2, max_age=5)),
    ],
)
def test_the_keyword_of_an_ehlo_answer(words: str, expected: DeclarationRecord) -> None:
    assert parse_linksec_keyword(words) == expected


@pytest.mark.parametrize("words", ["", "five", "9", "4 max-age=x", "4 max-age=", "4 max-age=1 max-age=2", "0"])
def test_a_keyword_that_says_nothing_clear(words: str) -> None:
    assert isinstance(parse_linksec_keyword(words), Invalid)


@given(st.lists(st.text(), max_size=3), st.text())
def test_no_text_breaks_the_readers(texts: list[str], words: str) -> None:
    parse_declaration(texts)
    parse_linksec_keyword(words)
