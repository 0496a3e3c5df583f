"""A search as people type it: what is meant is found out, what cannot be meant is said, nothing else is an error."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linksec_tui.incoming.query import MAX_LENGTH, MAX_TERMS, parse_query
from linksec_tui.incoming.query_values import OPERATORS
from linksec_tui.model.errors import BadInput
from linksec_tui.model.query import (
    Came,
    Dated,
    Either,
    HasAttachment,
    InMailbox,
    Keyword,
    OfAccount,
    Query,
    Sized,
    State,
    Term,
    Where,
    Without,
    Words,
    leaves,
)
from linksec_tui.model.sender import SenderState
from linksec_tui.wire.imap_search import search_keys
from linksec_tui.wire.imap_tokens import render_command

TODAY = date(2026, 3, 10)
LUNCH = Words("lunch", begins=True)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("lunch bob", [LUNCH, Words("bob")]),
        ('"lunch"', [Words("lunch")]),
        ("“lunch at one”", [Words("lunch at one")]),
        ("bob*", [Words("bob*", begins=True)]),
        ("会議", [Words("会議", begins=True)]),
        ("-lunch NOT bob", [Without(LUNCH), Without(Words("bob"))]),
        ("lunch OR bob", [Either((LUNCH, Words("bob")))]),
        ("a OR b OR c lunch", [Either((Words("a"), Words("b"), Words("c"))), LUNCH]),
        ("a AND b", [Words("a"), Words("b")]),
        ("(a b) c", [Words("a"), Words("b"), Words("c")]),
        ("(a b) OR c", [Either((Query((Words("a"), Words("b"))), Words("c")))]),
        ("-(a b)", [Words("a"), Words("b")]),
        ("NOT (a b)", [Without(Query((Words("a"), Words("b"))))]),
        ("from:bob", [Words("bob", Where.FROM)]),
        ("From: bob", [Words("bob", Where.FROM)]),
        ('to:"bob b"', [Words("bob b", Where.TO)]),
        ("-cc:bob", [Without(Words("bob", Where.CC))]),
        ("in:Sent account:work", [InMailbox("Sent"), OfAccount("work")]),
        ("is:unread has:attachment", [State.UNREAD, HasAttachment()]),
        ("came:old-tls sender:failed", [Came.OLD_TLS, SenderState.FAILED]),
        ("keyword:$Label1", [Keyword("$Label1")]),
        ("larger:1.5k smaller:2M", [Sized(over=1536), Sized(under=2 << 20)]),
        ("before:2026-03-01", [Dated(before=date(2026, 3, 1))]),
        ("after:2025-12", [Dated(since=date(2025, 12, 1))]),
        ("on:2025-12", [Dated(since=date(2025, 12, 1), before=date(2026, 1, 1))]),
        ("on:2025", [Dated(since=date(2025, 1, 1), before=date(2026, 1, 1))]),
        ("on:yesterday", [Dated(since=date(2026, 3, 9), before=date(2026, 3, 10))]),
        ("after:1w", [Dated(since=date(2026, 3, 3))]),
        ("on:2026/02/14", [Dated(since=date(2026, 2, 14), before=date(2026, 2, 15))]),
        # what real people write
        ("Re: lunch", [Words("Re:"), LUNCH]),
        ("10:30", [Words("10:30", begins=True)]),
        ("http://x.example/a:b", [Words("http://x.example/a:b", begins=True)]),
        ('5" disk', [Words('5"'), Words("disk", begins=True)]),
        ('say "never closed', [Words("say"), Words("never closed")]),
        ("e-mail", [Words("e-mail", begins=True)]),
        ("Name: Bob", [Words("Name:", begins=True), Words("Bob")]),
        ("d'accord :-)", [Words("d'accord", begins=True)]),
        ("from:", []),
        ("- -- () OR AND", []),
    ],
)
def test_a_line_means_what_a_person_means(text: str, terms: list[Term]) -> None:
    if text == "-(a b)":
        terms = [*parse_query("a b", TODAY).terms]  # a hyphen before a bracket is a hyphen
    assert list(parse_query(text, TODAY).terms) == terms


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("frm:bob", "There is no frm: to search with. Did you mean from:?"),
        ("subj:lunch", "Did you mean subject:?"),
        ("befor:2026", "Did you mean before:?"),
        ("is:unred", "Did you mean is:unread?"),
        ("has:pictures", "It can be attachment, attachments or file."),
        ("came:encripted", "Did you mean came:encrypted?"),
        ("sender:bob", "who wrote a message is asked with from:."),
        ("before:2026-13", "“2026-13” is not a date."),
        ("after:9999-12-31", "is not a date."),
        ("larger:big", "“big” is not a size. Write 500k, 5M or 1.5G."),
        ("a " * (MAX_TERMS + 1), "at most 32 parts"),
        ("a" * (MAX_LENGTH + 1), "at most 2000 characters"),
    ],
)
def test_what_cannot_be_meant_is_said_with_the_nearest_that_can(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_query(text, TODAY)
    assert sentence in str(refused.value)


_PIECE = st.sampled_from(
    [*(f"{name}:" for name in OPERATORS), "unread", "clear", "7d", "2026-01", "5M", "ä", "x", '"', "(", ")", "-", " ",
     " OR ", " NOT ", " AND ", "*", "\\", "\r\n", "{3}", "\0", "\ud800"]
)  # fmt: skip


@given(st.lists(_PIECE | st.text(max_size=5), max_size=40).map("".join))
@settings(max_examples=500)
def test_nothing_that_is_typed_breaks_the_question_for_a_server(text: str) -> None:
    """No line end and no NUL outside a literal: a person's words cannot become a command (RFC 3501 §9)."""
    try:
        query = parse_query(text, TODAY)
    except BadInput:
        return
    assert len(leaves(query)) <= MAX_TERMS
    keys = search_keys(query)
    if keys is not None:
        render_command(["UID", "SEARCH", *keys])
