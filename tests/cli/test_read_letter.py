"""What another program wrote becomes a draft's parts, or is refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.cli.send import until_lone_dot
from linksec_tui.desk.read_letter import read_letter
from linksec_tui.model.address import Field
from linksec_tui.model.errors import BadInput

LETTER = b"""From: Alice <alice@home.example>
To: "Bob, the builder" <bob@bank.example>, carol@university.example
Cc: dave@shop.example
Bcc: erin@club.example
Subject: =?utf-8?q?Caf=C3=A9?=
In-Reply-To: <1@a.example>
References: <0@a.example> <1@a.example>
Reply-To: team@home.example
X-Priority: 1
Date: Thu, 1 Jan 2026 00:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe=
, A.
"""


def test_a_letter_is_read_whole() -> None:
    letter = read_letter(LETTER.replace(b"\n", b"\r\n"))
    assert letter.sender is not None
    assert (letter.sender.name, letter.sender.address) == ("Alice", "alice@home.example")
    assert [(field, named.name, named.address) for field, named in letter.recipients] == [
        (Field.TO, "Bob, the builder", "bob@bank.example"),
        (Field.TO, "", "carol@university.example"),
        (Field.CC, "", "dave@shop.example"),
        (Field.BCC, "", "erin@club.example"),
    ]
    assert letter.subject == "Café"
    assert letter.body == "Grüße, A.\n"
    assert letter.in_reply_to == "<1@a.example>"
    assert letter.references == ("<0@a.example>", "<1@a.example>")


def test_what_a_draft_has_no_place_for_is_named() -> None:
    assert read_letter(LETTER).left_out == ("Reply-To", "X-Priority")


@pytest.mark.parametrize("raw", [b"Hello Bob,\nhow are you?\n", b"\nHello Bob,\nhow are you?\n"])
def test_text_without_a_header_is_all_text(raw: bytes) -> None:
    letter = read_letter(raw)
    assert letter.sender is None
    assert letter.recipients == ()
    assert letter.body.lstrip("\n") == "Hello Bob,\nhow are you?\n"


def test_an_mbox_separator_is_no_text() -> None:
    letter = read_letter(b"From alice Thu Jan  1 00:00:00 2026\nSubject: Hi\n\nHello\n")
    assert (letter.subject, letter.body) == ("Hi", "Hello\n")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x--\n", "multipart/mixed"),
        (b"Content-Type: text/html\n\n<p>hi\n", "text/html"),
        (b"Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nhi\n", "only to plain text"),
        (b"From: a@b.example, c@d.example\n\nhi\n", "more than one sender"),
        (b"Content-Transfer-Encoding: x-uuencode\n\nhi\n", "x-uuencode"),
    ],
)
def test_what_cannot_be_sent_as_it_is_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        read_letter(raw)
    assert refused.value.next_step


def test_a_line_end_hidden_in_a_subject_adds_no_header() -> None:
    letter = read_letter(b"Subject: =?utf-8?q?Hi=0D=0ABcc=3A_eve=40evil.example?=\n\nhello\n")
    assert letter.recipients == ()
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject


@given(st.binary(max_size=400))
def test_any_octets_are_a_letter_or_a_sentence(raw: bytes) -> None:
    try:
        letter = read_letter(raw)
    except BadInput as refused:
        message = str(refused)
        assert "\n" not in message
        return
    assert "\n" not in letter.subject


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b"one\n.\ntwo\n", b"one\n"),
        (b"one\r\n.\r\ntwo\r\n", b"one\r\n"),
        (b"one\n..\n. two\n", b"one\n..\n. two\n"),
        (b"", b""),
        (b".", b""),
    ],
)
def test_a_lone_dot_ends_the_message_as_with_sendmail(raw: bytes, kept: bytes) -> None:
    assert until_lone_dot(raw) == kept


def test_a_large_letter_is_taken_apart_in_linear_time(tmp_path: Path) -> None:
    body = b"x" * 70 + b"\n"
    assert len(read_letter(b"Subject: big\n\n" + body * 100_000).body) == 7_100_000
