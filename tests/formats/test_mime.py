"""Messages are read in one bounded pass: ordinary ones as the standard library reads them, hostile ones at all."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.mime import MAX_DEPTH, MAX_PARTS, MimePart, parse_message

BOUNCES = sorted((Path(__file__).parent.parent / "cases" / "bounces").rglob("*.eml"))
MIXED = b"""Subject: hello
Content-Type: multipart/mixed; boundary="b"

preamble
--b
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

gr=FCn
--inner
Content-Type: text/html

<p>x
--inner--
--b
Content-Type: application/pdf; name="ignored.pdf"
Content-Disposition: attachment; filename*0*=utf-8''%C3%9Cber; filename*1=sicht.pdf
Content-Transfer-Encoding: base64

AAEC
/w==
--b
Content-Type: message/rfc822

Subject: inside

body
--b--
epilogue
"""


def types(part: MimePart) -> list[tuple[str, str]]:
    return [(each.number, each.content_type) for each in part.walk()]


@pytest.mark.parametrize("raw", [MIXED, MIXED.replace(b"\n", b"\r\n")])
def test_parts_are_found_and_decoded(raw: bytes) -> None:
    message = parse_message(raw)
    assert types(message) == [
        ("", "multipart/mixed"),
        ("1", "multipart/alternative"),
        ("1.1", "text/plain"),
        ("1.2", "text/html"),
        ("2", "application/pdf"),
        ("3", "message/rfc822"),
        ("3.1", "text/plain"),
    ]
    plain, html = message.children[0].children
    assert plain.text(100) == "grün"
    assert html.text(100) == "<p>x"
    assert (message.children[1].filename, message.children[1].decoded(100)) == ("Übersicht.pdf", b"\x00\x01\x02\xff")
    assert message.children[1].is_attachment
    assert message.children[2].children[0].header("subject") == "inside"
    assert not message.problem


def test_every_part_keeps_its_place_in_the_raw_bytes() -> None:
    message = parse_message(MIXED)
    assert message.source == MIXED
    for part in message.walk():
        assert part.source in MIXED
        assert part.source.endswith(part.body)


@pytest.mark.parametrize("path", BOUNCES, ids=lambda path: path.name)
def test_real_messages_have_the_parts_that_the_standard_library_sees(path: Path) -> None:
    raw = path.read_bytes()
    theirs = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(theirs, EmailMessage)
    ours = [part.content_type for part in parse_message(raw).children]
    # one message forgets the semicolon behind the type, and the library takes the rest for a part of the name
    assert ours == [part.get_content_type().split()[0] for part in theirs.iter_parts()]


HOSTILE = {
    "nested multiparts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth) for depth in range(5000)
    ),
    "nested messages": b"Content-Type: message/rfc822\n\n" * 5000,
    "50 000 parts": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 50_000,
    "boundaries inside lines": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a" * 1_000_000,
    "a million header lines": b"A: b\n" * 1_000_000,
    "one endless header": b"Subject: " + b"=?utf-8?q?a?= " * 100_000,
    "5000 pieces of a name": b"Content-Type: a/b" + b"; a*%d=x" * 5000 % tuple(range(5000)),
    "no boundary": b"Content-Type: multipart/mixed\n\n--\n",
    "a boundary of blanks": b'Content-Type: multipart/mixed; boundary="   "\n\n--\n',
    "quotes without end": b'Content-Type: text/plain; charset="' + b"\\" * 100_000,
    "unknown charset": b"Content-Type: text/plain; charset=klingon\n\n\xff",
    "a codec that is no charset": b"Content-Type: text/plain; charset=zip\n\nx",
    "a slow codec": b"Content-Type: text/plain; charset=punycode\n\n" + b"a-b" * 10_000,
    "broken base64": b"Content-Transfer-Encoding: base64\n\nAA=A=!!=B",
    "base64 without end": b"Content-Transfer-Encoding: base64\n\nAAAAA",
    "nothing": b"",
    "line ends only": b"\r\n\n\r",
    "no header": b"just text",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_messages_are_read_in_part(name: str) -> None:
    message = parse_message(HOSTILE[name])
    parts = list(message.walk())
    assert len(parts) <= MAX_PARTS
    assert max(part.number.count(".") for part in parts) <= MAX_DEPTH
    assert len(message.headers) <= 2000
    for part in parts:
        assert isinstance(part.text(10_000), str)


def test_what_lies_too_deep_is_said_not_to_be_shown() -> None:
    problems = [part.problem for part in parse_message(HOSTILE["nested messages"]).walk() if part.problem]
    assert problems == ["The message is nested too deeply; what lies deeper is not shown."]


def test_bytes_beyond_ascii_in_a_header_are_utf8_or_windows() -> None:
    assert parse_message("Subject: grün\n\n".encode()).header("Subject") == "grün"
    assert parse_message("Subject: grün\n\n".encode("cp1252")).header("Subject") == "grün"


def test_a_name_that_would_disturb_the_terminal_is_made_visible() -> None:
    raw = b'Content-Disposition: attachment; filename="a\x1b]0;x\x07\xe2\x97\x8f.pdf"\n\n'
    assert parse_message(raw).filename == "a\ufffd]0;x\ufffd·.pdf"


def test_a_limit_holds_before_decoding() -> None:
    raw = b"Content-Transfer-Encoding: base64\n\n" + b"QUFB\n" * 1_000_000
    assert parse_message(raw).decoded(10) == b"AAAAAAAAAA"


@given(st.binary(max_size=3000))
def test_any_bytes_can_be_read(raw: bytes) -> None:
    for part in parse_message(raw).walk():
        part.text(1000)
    for part in parse_message(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + raw + b"\n--b--").walk():
        part.decoded(1000)
