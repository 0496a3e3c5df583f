"""Rendering: strict headers, safe encodings, and a round trip through the standard library's parser."""

from __future__ import annotations

import email
import email.message
import email.policy
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.mime import parse_message
from linksec_tui.model.address import Address, Field, Recipient, parse_address
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Attachment, Draft
from linksec_tui.outgoing.attachments import Enclosure, read_attachments
from linksec_tui.outgoing.flowed import render_flowed
from linksec_tui.outgoing.notice import NoticeSetting, render_notice
from linksec_tui.outgoing.render import Setting, check_size, render

NOW = datetime(2026, 10, 3, 12, tzinfo=UTC)
ALICE = Recipient(address=parse_address("alice@a.example"), name="Älice “the” Great, B.")
DRAFT = Draft(
    id="d1",
    account="home",
    sender=parse_address("me@home.example"),
    sender_name='M. "E" <x>',
    recipients=(ALICE,),
    subject="hello",
    body="hi",
)
SETTING = Setting(message_id="<1@home.example>", date=NOW, boundary="seed", recipients=(ALICE,))
PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300)


def parsed(raw: bytes) -> email.message.EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    return message


def read(raw: bytes) -> tuple[email.message.EmailMessage, str]:
    message = parsed(raw)
    body = message.get_body()
    assert body
    return message, str(body.get_content())


@given(PLAIN, PLAIN)
def test_subject_and_names_survive_the_way(subject: str, name: str) -> None:
    raw = render(
        replace(DRAFT, subject=subject, sender_name=name, body="x"),
        replace(SETTING, recipients=(replace(ALICE, name=name),)),
    )
    head = raw.split(b"\r\n\r\n")[0]
    assert re.fullmatch(rb"[\x20-\x7e\r\n]*", head)
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))
    ours = parse_message(raw)
    assert len(ours.headers) == 8
    message = parsed(raw)
    assert " ".join(str(message["Subject"]).split()) == " ".join(subject.split())
    assert not message.defects


@given(st.text(max_size=2000))
def test_the_text_survives_the_way(body: str) -> None:
    raw = render(replace(DRAFT, body=body), SETTING)
    assert raw.isascii()
    assert not re.search(rb"[^\r]\n|\r[^\n]", raw)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    _, text = read(raw)
    assert text.replace("\r\n", "\n") == render_flowed(body).encode("utf-8", "replace").decode().replace("\r\n", "\n")


def unflowed(text: str) -> str:
    """RFC 3676 §4: the reader's side, for unquoted text."""
    joined = ""
    for line in text.split("\r\n")[:-1]:
        line = line.removeprefix(" ")
        joined += line if line.endswith(" ") and line != "-- " else f"{line}\n"
    return joined


@given(st.text(st.sampled_from("ab \n-ü"), max_size=600))
def test_paragraphs_fold_and_unfold(text: str) -> None:
    wanted = "\n".join(line if line == "-- " else line.rstrip(" ") for line in text.split("\n")).rstrip("\n")
    assert unflowed(render_flowed(text)).rstrip("\n") == wanted


def test_quotes_signatures_and_mbox_lines_keep_their_meaning() -> None:
    text = "> quoted\n> > deeper\n From here\nFrom there\n  indented\n-- \nMe"
    assert render_flowed(text).split("\r\n") == [
        *("> quoted", ">> deeper", "  From here", " From there", "   indented", "-- ", "Me", ""),
    ]


HOSTILE = ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\x00b", "a\x1b[31mb", "a\u2028b", "a\x85b", "a\x7fb"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_control_in_a_header_is_refused_in_one_sentence(text: str) -> None:
    for draft in (
        replace(DRAFT, subject=text),
        replace(DRAFT, sender_name=text),
        replace(DRAFT, recipients=(replace(ALICE, name=text),)),
    ):
        with pytest.raises(BadInput, match="control character") as raised:
            render(draft, replace(SETTING, recipients=draft.recipients))
        assert raised.value.next_step


@pytest.mark.parametrize("address", [Address("a", "x> NOTIFY=NEVER"), Address("a\r\nRCPT TO:<b", "x.example")])
def test_an_address_that_is_more_than_one_is_refused(address: Address) -> None:
    with pytest.raises(BadInput):
        render(DRAFT, replace(SETTING, recipients=(Recipient(address=address),)))


def test_foreign_ids_that_are_none_are_left_out() -> None:
    draft = replace(DRAFT, in_reply_to="<x>\r\nBcc: a@b", references=("<ok@x.example>", "<bad@x\n>", "words"))
    message, _ = read(render(draft, SETTING))
    assert message["In-Reply-To"] is None
    assert message["References"] == "<ok@x.example>"


def test_an_endless_thread_keeps_its_first_and_its_newest_messages() -> None:
    references = tuple(f"<{number}@x.example>" for number in range(500))
    message, _ = read(render(replace(DRAFT, references=references), SETTING))
    kept = str(message["References"]).split()
    assert len(kept) == 20
    assert (kept[0], kept[-1]) == (references[0], references[-1])


@pytest.mark.parametrize("name", ["plain.pdf", "with blank.pdf", "Übersicht.pdf", "ü" * 200, '"quoted"\\.pdf', ""])
def test_enclosures_survive_the_way(name: str) -> None:
    content = bytes(range(256)) * 5
    raw = render(DRAFT, SETTING, (Enclosure(name=name, media_type="application/pdf", content=content),))
    (attached,) = parsed(raw).iter_attachments()
    assert attached.get_content() == content
    assert attached.get_content_type() == "application/pdf"
    ours = parse_message(raw).children[1]
    assert ours.decoded(10_000) == content
    assert ours.filename == (name.split("\\")[-1] or "attachment")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [(b"From: x@a.example\n\nHello\n", "7bit"), ("Subject: x\r\n\r\nGrüße\r\n".encode(), "8bit")],
)
def test_a_message_as_an_enclosure_travels_as_a_message(content: bytes, encoding: str) -> None:
    raw = render(DRAFT, SETTING, (Enclosure(name="a.eml", media_type="message/rfc822", content=content),))
    message = parse_message(raw)
    _, attached = message.children
    assert (attached.content_type, attached.encoding) == ("message/rfc822", encoding)
    assert attached.body == content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert message.encoding == encoding


@pytest.mark.parametrize("content", [b"x" * 999, b"a\0b", b"a\rb"])
def test_a_message_that_mail_cannot_carry_as_it_is_travels_as_octets(content: bytes) -> None:
    raw = render(DRAFT, SETTING, (Enclosure(name="a.eml", media_type="message/rfc822", content=content),))
    attached = parse_message(raw).children[1]
    assert attached.content_type == "application/octet-stream"
    assert attached.decoded(10_000) == content


def test_a_text_in_markdown_has_a_page_beside_it() -> None:
    raw = render(replace(DRAFT, body="**Hi**\n", markdown=True), SETTING)
    text, page = parsed(raw).iter_parts()
    assert (text.get_content_type(), text.get_content()) == ("text/plain", "**Hi**\r\n")
    assert page.get_content_type() == "text/html"
    assert "<p><strong>Hi</strong></p>" in page.get_content()
    assert parsed(raw).get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("draft", [replace(DRAFT, subject="", body=" \n")])
def test_an_empty_letter_is_refused(draft: Draft) -> None:
    with pytest.raises(BadInput, match="empty"):
        render(draft, SETTING)


def test_a_letter_above_the_providers_size_is_refused_with_both_numbers() -> None:
    check_size(10, None)
    check_size(10, 0)
    check_size(10, 10)
    with pytest.raises(BadInput, match=r"30\.0 MB.*25\.0 MB"):
        check_size(30_000_000, 25_000_000)


def test_attachments_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"content")
    (enclosure,) = read_attachments([Attachment(name="a.txt", path=path, media_type="text/plain")])
    assert enclosure.content == b"content"


def test_what_is_no_readable_file_is_refused(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (tmp_path / "gone", tmp_path, fifo):
        with pytest.raises(BadInput) as raised:
            read_attachments([Attachment(name="", path=path)])
        assert raised.value.next_step


NOTICE = NoticeSetting(recipient=ALICE, message_id="<2@home.example>", reference="ref0123456", date=NOW)


def test_the_notice_names_sender_date_and_reference_and_has_no_link() -> None:
    message, text = read(render_notice(replace(DRAFT, sender_name="Me"), NOTICE))
    assert message["Subject"] == "A letter is waiting for you (ref0123456)"
    assert message["TLS-Required"] == "No"
    assert all(word in text for word in ("Me", "3 October 2026", "ref0123456"))
    assert "http" not in text
    assert "{" not in text


def test_a_pickup_link_stands_in_the_notice() -> None:
    _, text = read(render_notice(replace(DRAFT, pickup="https://x.example/{reference}"), NOTICE))
    assert "https://x.example/{reference}" in text


@pytest.mark.parametrize(
    "link",
    ["http://x.example/", "javascript:x", "https://", "https://a b", "https://x\r\n.example", "https://a@b.example"],
)
def test_a_pickup_link_that_is_not_https_is_refused(link: str) -> None:
    with pytest.raises(BadInput, match="cannot stand"):
        render_notice(replace(DRAFT, pickup=link), NOTICE)


def test_a_notices_own_words_are_used_where_given() -> None:
    _, text = read(render_notice(DRAFT, replace(NOTICE, template="{reference} {unknown} {sender}")))
    assert text.startswith('ref0123456 {unknown} M. "E" <x>')


def test_bcc_stands_only_where_it_is_asked_for() -> None:
    hidden = replace(ALICE, field=Field.BCC)
    message, _ = read(render(DRAFT, replace(SETTING, recipients=(hidden,))))
    assert "alice@a.example" in str(message["Bcc"])
    message, _ = read(render(DRAFT, replace(SETTING, recipients=())))
    assert message["Bcc"] is None
    assert message["To"] == "undisclosed-recipients:;"
