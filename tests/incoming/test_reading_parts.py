"""What a message consists of besides its words: wordings, links, parts, notes, and what is wrong with it."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linksec_tui.incoming.links import link_to, links_in
from linksec_tui.incoming.quotes import stretches
from linksec_tui.incoming.risk import risk_of
from linksec_tui.incoming.taken_out import content_of, read_inner, text_of
from linksec_tui.incoming.text import has_attachment, read_message
from linksec_tui.incoming.unsubscribe import parse_unsubscribe
from linksec_tui.model.errors import BadInput
from linksec_tui.model.message import Header, Reading
from linksec_tui.model.reading import PartKind, Sort, Unsubscribe, Wish
from linksec_tui.model.wording import Wording

CASES = Path(__file__).parent.parent / "cases"
HEADER = Header(
    id=1, account="home", mailbox=1, uid=1, sender_name="", sender_address="", recipients="", subject="",
    received_at=datetime(2026, 1, 1, tzinfo=UTC),
)  # fmt: skip
PLAIN = "Content-Type: text/plain\n\nplain words"
HTML = "Content-Type: text/html\n\n<p>html words"


def read(text: str, wish: Wish | None = None) -> Reading:
    return read_message(HEADER, octets(text), wish, UTC)


def octets(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def multipart(kind: str, *parts: str) -> str:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary=b\n\n{body}--b--\n"


# Wordings


def test_the_wording_is_chosen_by_hand() -> None:
    both = multipart("alternative", PLAIN, HTML)
    assert (read(both).text, read(both).others) == ("plain words", (Wording.HTML,))
    page = read(both, Wish(wording=Wording.HTML))
    assert (page.text, page.others) == ("html words", (Wording.TEXT,))
    assert read(PLAIN).others == ()


def test_a_page_with_its_pictures_beside_it_is_a_wording_too() -> None:
    related = (
        multipart("related", HTML, "Content-Type: image/png\nContent-ID: <1>\n\nx")
        .replace("=b\n", "=c\n")
        .replace("--b", "--c")
    )
    page = read(multipart("alternative", PLAIN, related), Wish(wording=Wording.HTML))
    assert page.text == "html words"
    assert page.others == (Wording.TEXT,)


def test_an_excuse_is_no_text() -> None:
    excuse = "Content-Type: text/plain\n\nThis message is in HTML. Please use a mail client that can display it."
    page = f"Content-Type: text/html\n\n<p>{'the letter itself ' * 100}"
    assert read(multipart("alternative", excuse, page)).text.startswith("the letter itself")


def test_the_beginning_of_a_long_message_comes_first() -> None:
    long = "Content-Type: text/plain\n\n" + "a line of words\n" * 50_000
    beginning = read(long, Wish().beginning)
    whole = read(long)
    assert beginning.goes_on
    assert whole.text.startswith(beginning.text)
    assert (whole.goes_on, whole.problem, beginning.problem) == (False, "", "")


# Quotations and signatures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\n> b\n> c\nd", [(Sort.QUOTE, "> b\n> c\n")]),
        ("> a\n\n> b\n", [(Sort.QUOTE, "> a\n\n> b\n")]),
        ("a\n-- \nBob", [(Sort.SIGNATURE, "-- \nBob")]),
        ("a\n--\nb", []),
        ("a\n-----Original Message-----\nFrom: b\nc", [(Sort.QUOTE, "-----Original Message-----\nFrom: b\nc")]),
        ("a\n---------- Forwarded message ---------\nFrom: b\nc\n> d", [(Sort.QUOTE, "> d")]),
        ("> a\n-- \nBob\n> b", [(Sort.QUOTE, "> a\n"), (Sort.QUOTE, "> b")]),
    ],
)
def test_what_is_quoted_and_what_is_a_signature(text: str, found: list[tuple[Sort, str]]) -> None:
    assert [(one.sort, text[one.start : one.end]) for one in stretches(text)] == found


# Links


@pytest.mark.parametrize(
    ("href", "words", "odd"),
    [
        ("https://bank.example/", "bank.example", ""),
        ("https://evil.example/", "https://bank.example", "name bank.example, but it leads to evil.example"),
        ("https://bank.example@evil.example/", "here", "looks like another"),
        ("https://b\u200bank.example/", "here", "looks like another"),
        ("https://xn--bnk-6cd.example/", "here", "can be mistaken"),
        ("http://192.0.2.7/", "here", "number of a machine"),
        ("http://0x7f000001/", "here", "number of a machine"),
        ("https://a.example:8443/", "here", "port 8443"),
    ],
)
def test_what_is_odd_about_a_link_is_said(href: str, words: str, odd: str) -> None:
    link = link_to(href, words)
    assert link is not None
    assert odd in link.odd
    assert bool(odd) == bool(link.odd)


def test_addresses_in_a_text_are_links_without_the_sentence_around_them() -> None:
    found = links_in(
        "See https://a.example/x, (https://b.example/y_(z)) and <https://a.example/x>. javascript:alert(1)"
    )
    assert [link.target for link in found] == ["https://a.example/x", "https://b.example/y_(z)"]


# What it asks for


def test_a_list_says_how_it_is_left() -> None:
    # RFC 2369 §3.2
    assert parse_unsubscribe("<mailto:list@host.example?subject=unsubscribe>") == Unsubscribe(
        letter="mailto:list@host.example?subject=unsubscribe"
    )
    both = parse_unsubscribe(
        "(Use this) <http://www.host.example/list.cgi?cmd=unsub&lst=list>,\n "
        "<mailto:list-request@host.example?subject=unsubscribe>"
    )
    assert both.page.startswith("http://www.host.example/")
    assert both.letter.startswith("mailto:list-request@")
    assert parse_unsubscribe("<javascript:alert(1)>, <file:/etc/passwd>") == Unsubscribe()


def test_a_receipt_that_is_asked_for_is_said_and_not_sent() -> None:
    (note,) = read(f"Disposition-Notification-To: Spy <spy@a.example>\n{PLAIN}").notes
    assert note == "spy@a.example asks to be told when you read this. Nothing was sent."


SIGNED = 'Content-Type: multipart/signed; protocol="application/{}-signature"; boundary=b\n\n--b\n' + PLAIN + "\n--b--"
SMIME = "Content-Type: application/pkcs7-mime; smime-type={}\n\nx"


@pytest.mark.parametrize(
    ("message", "note"),
    [
        (SIGNED.format("pgp"), "Signed (OpenPGP)"),
        (SIGNED.format("pkcs7"), "Signed (S/MIME)"),
        (SMIME.format("signed-data"), "Signed (S/MIME) in a form"),
        (SMIME.format("enveloped-data"), "encrypted for its recipient (S/MIME)"),
        (multipart("encrypted", PLAIN), "encrypted for its recipient (OpenPGP)"),
        ("\n-----BEGIN PGP MESSAGE-----\n\nx", "encrypted for its recipient (OpenPGP)"),
    ],
)
def test_what_is_signed_or_encrypted_is_called_so(message: str, note: str) -> None:
    assert note in " ".join(read(message).notes)


def test_what_a_page_would_have_loaded_is_counted() -> None:
    page = (
        '<img src=https://t.example/a.gif width=1 height=1><img src="//t.example/b.png">'
        '<p style="background:url(https://t.example/c)">x<img src=cid:1>'
    )
    (note,) = read(f"Content-Type: text/html\n\n{page}").notes
    assert note == "3 pictures on the net were not loaded, 1 of them too small to be seen."


@pytest.mark.parametrize(
    "page",
    [
        "<style>.pre, .x{color:red;display:none !important}</style>shown<p class='a pre'>secret",
        "shown<p style='opacity:0'>secret",
        "shown<p style='color:#FFFFFF;background-color:#ffffff'>secret",
        "shown<p style='max-height:0;overflow:hidden'>secret",
        "shown<p style='font-size:1px'>secret",
    ],
)
def test_text_that_no_eye_sees_is_left_out(page: str) -> None:
    reading = read(f"Content-Type: text/html\n\n{page}")
    assert reading.text == "shown"
    assert "hid some" in " ".join(reading.notes)


def test_what_is_hidden_on_other_screens_alone_is_shown() -> None:
    page = "<style>@media (max-width:600px){.wide{display:none}} .b{color:red}</style><p class=wide>shown"
    assert read(f"Content-Type: text/html\n\n{page}").text == "shown"


# Parts


def test_every_part_is_listed_with_what_it_is() -> None:
    reading = read_message(HEADER, (CASES / "reading" / "newsletter.eml").read_bytes(), Wish(), UTC)
    assert [(part.number, part.kind, part.shown) for part in reading.every_part] == [
        ("1.1", PartKind.TEXT, True),
        ("2", PartKind.INVITATION, False),
        ("3", PartKind.FILE, False),
        ("4", PartKind.MESSAGE, True),
        ("4.1", PartKind.TEXT, True),
    ]
    assert has_attachment(reading)


@pytest.mark.parametrize("octets_within", [0, 1, 2, 3, 56, 57, 58, 1000])
def test_the_size_of_a_part_is_that_of_what_it_holds(octets_within: int) -> None:
    held = base64.encodebytes(b"x" * octets_within).decode()
    kind = "Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64"
    (part,) = read(multipart("mixed", PLAIN, f"{kind}\n\n{held}")).parts
    assert part.size == octets_within


def test_a_message_within_is_read_with_the_numbers_of_the_whole() -> None:
    inner = (
        multipart("mixed", PLAIN, "Content-Type: image/png; name=a.png\n\nx")
        .replace("=b\n", "=c\n")
        .replace("--b", "--c")
    )
    raw = octets(
        multipart(
            "mixed",
            PLAIN,
            f"Content-Disposition: attachment\nContent-Type: message/rfc822\n\nSubject: =?utf-8?q?gr=C3=BCn?=\n{inner}",
        )
    )
    found = read_inner(HEADER, raw, "2", Wish())
    assert found.header.subject == "grün"
    assert [part.number for part in found.every_part] == ["2.1.1", "2.1.2"]
    assert content_of(raw, "2.1.2", 100) == b"x"
    with pytest.raises(BadInput):
        read_inner(HEADER, raw, "1", Wish())
    with pytest.raises(BadInput):
        content_of(raw, "7", 100)


def test_a_file_in_a_text_is_a_part() -> None:
    file = bytes(range(256))
    lines = "".join(binascii.b2a_uu(file[at : at + 45]).decode() for at in range(0, 256, 45))
    raw = octets(f"\nHere it is:\n\nbegin 644 ../cat.bin\n{lines}`\nend\n\nBye")
    reading = read_message(HEADER, raw)
    assert reading.text == "Here it is:\n\n[A file in the text: ../cat.bin]\n\nBye"
    assert [(part.number, part.name) for part in reading.parts] == [("1.u1", "../cat.bin")]
    assert content_of(raw, "1.u1", 10_000) == file


def test_a_part_is_looked_at_as_text() -> None:
    raw = octets(
        multipart(
            "mixed",
            PLAIN,
            "Content-Type: text/html; name=a.html\nContent-Disposition: attachment\n\n<a href=https://a.example>x</a>",
        )
    )
    assert text_of(raw, "2") == "x [1]\n\n[1] https://a.example"


@pytest.mark.parametrize(
    ("name", "media_type", "beginning", "risk"),
    [
        ("report.pdf", "application/pdf", b"%PDF-1.7", ""),
        ("photo.jpg", "image/jpeg", b"\xff\xd8", ""),
        ("setup.exe", "application/octet-stream", b"", "a program"),
        ("photo.jpg", "image/jpeg", b"MZ\x90", "a program"),
        ("notes", "text/plain", b"#!/bin/sh\n", "a script"),
        ("invoice.pdf.js", "text/plain", b"", "made to look like another"),
        ("letter.docm", "application/msword", b"", "macros"),
        ("look.html", "text/html", b"<html>", "a page"),
        ("x.lnk", "", b"", "a shortcut"),
        ("a.deb", "", b"!<arch>\ndebian", "an installer"),
    ],
)
def test_what_opening_a_file_may_do_is_said(name: str, media_type: str, beginning: bytes, risk: str) -> None:
    found = risk_of(name, media_type, beginning)
    assert risk in found
    assert bool(risk) == bool(found)


# What is wrong with it


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("Subject: a\nSubject: b\n\nx", "2 lines “Subject”"),
        ("Date: the day after tomorrow\n\nx", "date cannot be read"),
        ("Content-Type: text/plain; charset=no-such\n\nwords", "“no-such” is not known"),
        ("Content-Transfer-Encoding: base64\n\n*** not base64 ***", "not encoded as it should be"),
        ("Content-Transfer-Encoding: quoted-printable\n\nwrong =ZZ here", "not encoded as it should be"),
        ("Content-Transfer-Encoding: x-rot13\n\njbeqf", "not encoded as it should be"),
        ("\nnul \x00 and \x1b[31m", "cannot be shown"),
        (multipart("mixed", *["Content-Type: text/plain\n\nx"] * 1100), "too many parts"),
        ("Content-Type: text/calendar\n\nno event", "no event"),
        ("Content-Type: multipart/mixed\n\n--x\n\nwords\n--x--", "does not say where its parts begin"),
    ],
)
def test_what_is_wrong_is_said_in_a_calm_line(message: str, problem: str) -> None:
    assert problem in read(message).problem


def test_a_header_line_of_thirty_megabytes_is_cut() -> None:
    reading = read_message(HEADER, b"Subject: " + b"x" * 30_000_000 + b"\r\n\r\nwords")
    assert "too long" in reading.problem
    assert reading.text == "words"


def test_nesting_is_read_as_far_as_it_goes() -> None:
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(1000)) + PLAIN
    assert "nested too deeply" in read(deep).problem


@pytest.mark.parametrize(
    ("encoded", "text"), [("YQ==YQ==", "aa"), ("YWE=YWJj", "aaabc"), ("A", ""), ("=====", ""), ("YWJjZ=YQ", "abca")]
)
def test_base64_with_padding_in_the_middle_is_read_on(encoded: str, text: str) -> None:
    assert read(f"Content-Transfer-Encoding: base64\n\n{encoded}").text == text


def test_base64_garbage_is_decoded_as_far_as_it_goes() -> None:
    encoded = base64.b64encode(b"the words of the letter").decode()
    assert read(f"Content-Transfer-Encoding: base64\n\n{encoded[:8]}!!{encoded[8:]}").text == "the words of the letter"
