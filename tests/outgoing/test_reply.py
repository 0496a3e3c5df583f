"""Replies and forwards: to whom, with what, and nothing of a stranger's message taken unchecked."""

from __future__ import annotations

import pytest

from linksec_tui.formats.mime import parse_message
from linksec_tui.model.address import Field, Origin, parse_address
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Draft
from linksec_tui.outgoing.reply import Whom, Writer, as_new, forward, reply

ME = parse_address("me@home.example")
WRITER = Writer(draft_id="d1", account="home", address=ME, name="Me", own=frozenset({parse_address("I@other.example")}))
MESSAGE = b"""From: =?utf-8?q?=C3=84lice?= <alice@a.example>
To: Me <me@home.example>, Bob <bob@b.example>, broken@
Cc: carol@c.example, I@other.example, alice@a.example
Subject: RE: hello
Date: Sat, 3 Oct 2026 12:00:00 +0000
Message-ID: <3@a.example>
References: <1@a.example>
 <2@a.example>

text
"""


def answered(raw: bytes, whom: Whom = Whom.SENDER, text: str = "one\n> two\n\n-- \nAlice") -> Draft:
    return reply(parse_message(raw), text, WRITER, whom)


def whom(draft: Draft) -> list[tuple[str, Field]]:
    return [(str(recipient.address), recipient.field) for recipient in draft.recipients]


def test_a_reply_goes_to_the_sender_in_the_thread() -> None:
    draft = answered(MESSAGE)
    assert whom(draft) == [("alice@a.example", Field.TO)]
    assert draft.recipients[0].name == "Älice"
    assert draft.subject == "Re: hello"
    assert draft.in_reply_to == "<3@a.example>"
    assert draft.references == ("<1@a.example>", "<2@a.example>", "<3@a.example>")
    assert draft.sender == ME


def test_a_reply_quotes_without_the_signature() -> None:
    assert answered(MESSAGE).body == "On Sat, 3 Oct 2026 12:00:00 +0000, Älice wrote:\n> one\n>> two\n>\n"


def test_a_reply_to_all_names_each_once_and_never_the_writer() -> None:
    assert whom(answered(MESSAGE, Whom.ALL)) == [
        ("alice@a.example", Field.TO),
        ("bob@b.example", Field.CC),
        ("carol@c.example", Field.CC),
    ]


def test_ones_own_address_is_known_in_capitals_too() -> None:
    shouted = MESSAGE.replace(b"me@home.example", b"ME@Home.example").replace(b"I@other", b"i@OTHER")
    assert whom(answered(shouted, Whom.ALL)) == whom(answered(MESSAGE, Whom.ALL))
    own = MESSAGE.replace(b"<alice@a.example>", b"<Me@home.example>")
    assert ("bob@b.example", Field.TO) in whom(answered(own))


def test_reply_to_is_followed() -> None:
    assert whom(answered(b"Reply-To: list@l.example\n" + MESSAGE)) == [("list@l.example", Field.TO)]


@pytest.mark.parametrize(
    ("asked", "origin"),
    [
        ("alice@a.example", Origin.TYPED),
        ("office@a.example", Origin.TYPED),
        ("alice@mail.shop.example", Origin.REPLY_TO),
        ("mallory@evil.example", Origin.REPLY_TO),
    ],
)
def test_a_reply_to_elsewhere_is_marked(asked: str, origin: Origin) -> None:
    (recipient,) = answered(f"Reply-To: {asked}\n".encode() + MESSAGE).recipients
    assert (str(recipient.address), recipient.origin) == (asked, origin)


def test_the_list_that_a_letter_came_through_is_marked_wherever_it_stands() -> None:
    listed = b"List-Post: <mailto:carol@c.example?subject=x>, <https://c.example/post>\n" + MESSAGE
    origins = {str(each.address): each.origin for each in answered(listed, Whom.ALL).recipients}
    assert origins["carol@c.example"] is Origin.LIST
    assert origins["bob@b.example"] is Origin.TYPED
    munged = b"Reply-To: carol@c.example\n" + listed
    assert [each.origin for each in answered(munged).recipients] == [Origin.LIST]


def test_an_answer_to_ones_own_letter_goes_where_that_went() -> None:
    own = MESSAGE.replace(b"<alice@a.example>", b"<me@home.example>")
    assert ("bob@b.example", Field.TO) in whom(answered(own))


def test_an_internationalised_domain_becomes_its_a_label() -> None:
    draft = answered("From: bücher <a@bücher.example>\n\nx\n".encode())
    assert whom(draft) == [("a@xn--bcher-kva.example", Field.TO)]


def test_hostile_headers_are_cut_and_made_visible() -> None:
    raw = b"From: \x1b]0;x\x07 <alice@a.example>\nSubject: Re[2]: \x1b[31m" + b"x" * 100_000
    raw += b"\nMessage-ID: <a b>\nReferences: " + b"<r@x.example> <%d@x.example> " * 500 + b"\n\nx\n"
    draft = answered(raw, text="\x1b[2J" + "y" * 10**6)
    assert "\x1b" not in repr(draft)
    assert len(draft.subject) <= 1000
    assert len(draft.body) < 300_000
    assert draft.in_reply_to == ""
    assert len(draft.references) <= 20


def test_a_message_without_anything_can_be_answered() -> None:
    draft = answered(b"")
    assert draft.recipients == ()
    assert draft.subject == "Re: "


def test_a_forward_says_where_it_came_from() -> None:
    draft = forward(parse_message(MESSAGE), "text", WRITER)
    assert draft.subject == "Fwd: RE: hello"
    assert draft.recipients == ()
    assert "From: Älice <alice@a.example>" in draft.body
    assert draft.body.endswith("\n\ntext")
    assert draft.in_reply_to == ""


LISTED = MESSAGE.replace(b"\n\ntext", b"\nList-Post: <mailto:hikers%2Bwalks@lists.example?subject=x>\n\ntext")


def test_a_reply_to_the_list_goes_there_and_nowhere_else() -> None:
    draft = answered(LISTED, Whom.LIST)
    assert whom(draft) == [("hikers+walks@lists.example", Field.TO)]
    assert draft.recipients[0].origin is Origin.LIST
    assert draft.in_reply_to == "<3@a.example>"


@pytest.mark.parametrize("post", [b"", b"\nList-Post: NO", b"\nList-Post: <https://lists.example/post>"])
def test_where_no_list_takes_letters_that_is_said(post: bytes) -> None:
    with pytest.raises(BadInput, match="where it takes letters"):
        answered(MESSAGE.replace(b"\n\ntext", post + b"\n\ntext"), Whom.LIST)


def test_an_answer_to_all_goes_where_its_sender_wants_and_strangers_are_marked() -> None:
    raw = MESSAGE.replace(b"\n\ntext", b"\nMail-Followup-To: bob@b.example, eve@evil.example\n\ntext")
    draft = answered(raw, Whom.ALL)
    assert whom(draft) == [("bob@b.example", Field.TO), ("eve@evil.example", Field.TO)]
    assert [each.origin for each in draft.recipients] == [Origin.TYPED, Origin.REPLY_TO]
    assert whom(answered(raw)) == [("alice@a.example", Field.TO)]


def test_a_letter_edited_as_new_keeps_people_and_words_and_no_thread() -> None:
    draft = as_new(parse_message(MESSAGE), "one\n", WRITER)
    assert [each for each, _ in whom(draft)][:2] == ["me@home.example", "bob@b.example"]
    assert (draft.subject, draft.body) == ("RE: hello", "one")
    assert (draft.in_reply_to, draft.references) == ("", ())


def test_a_forward_without_text_is_for_the_message_itself() -> None:
    draft = forward(parse_message(MESSAGE), None, WRITER)
    assert (draft.subject, draft.body) == ("Fwd: RE: hello", "")
