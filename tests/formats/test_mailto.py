"""mailto: addresses, by the examples of RFC 6068 §6 and against what a stranger's page may try."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.mailto import Mailto, parse_mailto
from linksec_tui.model.visible import visible


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("mailto:chris@example.com", Mailto(to=("chris@example.com",))),
        (
            "mailto:infobot@example.com?subject=current-issue",
            Mailto(to=("infobot@example.com",), subject="current-issue"),
        ),
        (
            "mailto:infobot@example.com?body=send%20current-issue",
            Mailto(to=("infobot@example.com",), body="send current-issue"),
        ),
        (
            "mailto:infobot@example.com?body=send%20current-issue%0D%0Asend%20index",
            Mailto(to=("infobot@example.com",), body="send current-issue\nsend index"),
        ),
        (
            "mailto:list@example.org?In-Reply-To=%3C3469A91.D10AF4C@example.com%3E",
            Mailto(to=("list@example.org",), in_reply_to="<3469A91.D10AF4C@example.com>"),
        ),
        (
            "mailto:joe@example.com?cc=bob@example.com&body=hello",
            Mailto(to=("joe@example.com",), cc=("bob@example.com",), body="hello"),
        ),
        ("mailto:?to=addr1@an.example,addr2@an.example", Mailto(to=("addr1@an.example", "addr2@an.example"))),
        ("mailto:gorby%25kremvax@example.com", Mailto(to=("gorby%kremvax@example.com",))),
        ("MAILTO:a@b.example?subject=caf%C3%A9", Mailto(to=("a@b.example",), subject="café")),
        ("mailto:bill+ietf@example.org", Mailto(to=("bill+ietf@example.org",))),
    ],
)
def test_the_examples_of_the_standard(address: str, expected: Mailto) -> None:
    assert parse_mailto(address) == expected


@pytest.mark.parametrize("address", ["https://a.example", "", "mail", "javascript:alert(1)"])
def test_anything_else_is_none(address: str) -> None:
    assert parse_mailto(address) is None


def test_no_field_comes_in_that_a_person_does_not_see() -> None:
    found = parse_mailto("mailto:a@b.example?attach=/etc/passwd&From=boss@b.example&subject=x%0ABcc:%20evil@x.example")
    assert found == Mailto(to=("a@b.example",), subject="x Bcc: evil@x.example")


@given(st.text(max_size=300))
def test_nothing_unseen_gets_through(text: str) -> None:
    found = parse_mailto("mailto:" + text)
    assert found is not None
    assert all(one == visible(one) for one in (*found.to, *found.cc, *found.bcc, found.subject))
