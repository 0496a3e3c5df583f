"""What a server is asked: in its own words, without brackets, and never less than was looked for (RFC 3501 §6.4.4)."""

from __future__ import annotations

from datetime import date

import pytest

from linksec_tui.incoming.query import parse_query
from linksec_tui.wire.imap_search import MAX_FOUND, parse_esearch, search_keys
from linksec_tui.wire.imap_tokens import Literal, render_command

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("lunch", 'TEXT "lunch"'),
        ('from:bob subject:"at one"', 'FROM "bob" SUBJECT "at one"'),
        ("to:bob", 'OR TO "bob" CC "bob"'),
        ("-to:bob", 'NOT OR TO "bob" CC "bob"'),
        ("a OR b OR c", 'OR TEXT "a" OR TEXT "b" TEXT "c"'),
        ("NOT (a b)", 'OR NOT TEXT "a" NOT TEXT "b"'),
        ("NOT (a OR b)", 'NOT TEXT "a" NOT TEXT "b"'),
        ("(a b) OR c", 'OR TEXT "a" TEXT "c" OR TEXT "b" TEXT "c"'),
        ("a is:unread is:starred -is:answered", 'TEXT "a" UNSEEN FLAGGED NOT ANSWERED'),
        ("a larger:1k", 'TEXT "a" LARGER 1024'),
        ("a on:2026-03-01", 'TEXT "a" SINCE 28-Feb-2026 BEFORE 3-Mar-2026'),
        ("a keyword:$x", 'TEXT "a" KEYWORD $x'),
        ('a\\b"c', 'TEXT "a\\\\b\\"c"'),
        # what it does not know is left out where the words still say something
        ("a came:clear in:sent", 'TEXT "a"'),
        ("a -on:2026", 'TEXT "a"'),
        ("came:clear", "ALL"),
    ],
)
def test_a_search_is_put_in_the_servers_words(text: str, asked: str) -> None:
    keys = search_keys(parse_query(text, TODAY))
    assert keys is not None
    assert [b"".join(each) for each in render_command(keys)] == [asked.encode() + b"\r\n"]


@pytest.mark.parametrize("text", ["a OR came:clear", "NOT (a is:bounce)"])
def test_words_that_would_be_lost_are_not_asked_for_at_all(text: str) -> None:
    assert search_keys(parse_query(text, TODAY)) is None


def test_letters_beyond_ascii_travel_as_a_literal() -> None:
    assert search_keys(parse_query("brücke", TODAY)) == ("TEXT", Literal("brücke".encode()))


def test_a_question_that_would_grow_without_bound_is_not_put() -> None:
    assert search_keys(parse_query(" OR ".join(["(a b c)"] * 9), TODAY)) is None


@pytest.mark.parametrize(
    ("line", "uids"),
    [
        (b'* ESEARCH (TAG "A1") UID ALL 2:4,9', [2, 3, 4, 9]),
        (b'* ESEARCH (TAG "A1") UID', []),
        (b'* ESEARCH (TAG "A1") UID ALL 4:2', [2, 3, 4]),
        (b'* ESEARCH (TAG "A1") UID ALL x', []),
        (b'* ESEARCH (TAG "A1") UID ALL', []),
    ],
)
def test_an_extended_answer_is_read(line: bytes, uids: list[int]) -> None:
    assert sorted(parse_esearch([[line]])) == uids


def test_a_range_of_all_numbers_costs_no_more_than_the_limit() -> None:
    found = list(parse_esearch([[b'* ESEARCH (TAG "A1") UID ALL 1:4294967295']]))
    assert len(found) == MAX_FOUND
    assert max(found) == 4294967295
