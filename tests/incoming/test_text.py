"""Messages made readable: the right part, the whole text, and a word about whatever cannot be shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.incoming.text import read_message
from linksec_tui.model.message import Header, Reading
from linksec_tui.model.reading import MOST_TEXT
from linksec_tui.model.visible import visible, visible_text

CASES = Path(__file__).parent.parent / "cases"
HEADER = Header(
    id=1, account="home", mailbox=1, uid=1, sender_name="", sender_address="", recipients="", subject="",
    received_at=datetime(2026, 1, 1, tzinfo=UTC),
)  # fmt: skip


def read(text: str) -> Reading:
    return read_message(HEADER, text.replace("\n", "\r\n").encode())


def multipart(kind: str, *parts: str) -> str:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary=b\n\n{body}--b--\n"


PLAIN = "Content-Type: text/plain\n\nplain words"
HTML = "Content-Type: text/html\n\n<p>html <a href=https://a.example/>words</a></p>"
PICTURE = "Content-Type: image/png; name=cat.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
NOTICE = "Content-Type: text/x-link-security-notice\n\na letter is waiting"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (PLAIN, "plain words"),
        (multipart("alternative", PLAIN, HTML), "plain words"),
        (multipart("alternative", HTML), "html words [1]\n\n[1] https://a.example/"),
        (multipart("alternative", "Content-Type: text/plain\n\n \n", HTML), "html words [1]\n\n[1] https://a.example/"),
        (multipart("alternative", NOTICE, PLAIN), "plain words"),
        (multipart("mixed", PLAIN, PICTURE, PLAIN), "plain words\n\nplain words"),
        ("Content-Type: text/plain; format=flowed\n\none \ntwo\n> quoted \n> more", "one two\n> quoted more"),
        ("Content-Type: text/plain; charset=no-such\n\nwords", "words"),
        ("\nno header at all", "no header at all"),
    ],
)
def test_the_text_is_what_was_written_to_be_read(message: str, text: str) -> None:
    assert read(message).text == text


def test_other_parts_are_listed_with_name_and_size() -> None:
    reading = read(multipart("mixed", PLAIN, PICTURE))
    (part,) = reading.parts
    assert (part.number, part.media_type, part.name, part.size) == ("2", "image/png", "cat.png", 8)


def test_a_message_that_is_nothing_but_a_picture_is_its_own_part() -> None:
    reading = read(PICTURE)
    assert reading.text == ""
    assert reading.parts[0].number == "1"


def test_a_forwarded_message_is_shown_under_its_own_heading() -> None:
    inner = (
        "Content-Type: message/rfc822\n\nFrom: Carol <carol@x.example>\nSubject: =?utf-8?q?gr=C3=BCn?=\n\ninner words"
    )
    text = read(multipart("mixed", PLAIN, inner)).text
    assert (
        text == "plain words\n\n──────── Forwarded message\nFrom: Carol <carol@x.example>\nSubject: grün\n\ninner words"
    )


def test_a_report_shows_its_text_and_its_status() -> None:
    status = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; smtp.home.example\n\nStatus: 5.7.4"
    reading = read(multipart("report; report-type=delivery-status", PLAIN, status))
    assert reading.text == "plain words\n\nReporting-MTA: dns; smtp.home.example\n\nStatus: 5.7.4"


def test_header_lines_are_shown_in_one_order_and_made_visible() -> None:
    reading = read(
        'Subject: =?utf-8?b?G1swbSDil48=?= x\nTo: b@x.example, "C \u25cf" <c@x.example>\nFrom: Alice <a@x.example>\n'
        "X-Other: no\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\nx"
    )
    assert [name for name, _ in reading.fields] == ["From", "To", "Date", "Subject"]
    fields = dict(reading.fields)
    assert fields["From"] == "Alice <a@x.example>"
    assert fields["To"] == "b@x.example, C · <c@x.example>"
    assert "\x1b" not in fields["Subject"]


def test_a_text_with_a_name_is_still_a_text_unless_it_is_attached() -> None:
    named = "Content-Type: text/plain; name=report.txt\n\nwords"
    assert read(named).text == "words"
    attached = read(f"Content-Disposition: attachment\n{named}")
    assert (attached.text, [part.name for part in attached.parts]) == ("", ["report.txt"])


def test_a_broken_part_is_shown_as_it_came() -> None:
    reading = read("Content-Type: multipart/mixed;\nboundary=b\n\n--b\n\nwords\n--b--")
    assert "words" in reading.text
    assert "broken" in reading.problem


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("Content-Type: multipart/mixed\n\nx", "does not say where its parts begin"),
        (multipart("mixed", *[PICTURE] * 250), "more parts"),
        (f"\n{'x' * (MOST_TEXT + 1)}", "very long"),
    ],
)
def test_what_cannot_be_shown_is_said(message: str, problem: str) -> None:
    assert problem in read(message).problem


def test_an_ordinary_message_has_no_problem() -> None:
    assert read(multipart("mixed", PLAIN, PICTURE)).problem == ""


def test_nothing_but_visible_text_comes_out() -> None:
    reading = read_message(HEADER, b"From: \x1b]0;x\x07 <a@b>\r\n\r\nbody \x1b[2J \xe2\x80\xae \x9b31m")
    assert reading.text == visible_text(reading.text)
    assert all(text == visible(text) for _, text in reading.fields)


HOSTILE = {
    "nested parts": "Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 2000,
    "nested messages": "Content-Type: message/rfc822\n\n" * 5000,
    "many parts": "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 50_000,
    "a long subject": "Subject: " + "=?utf-8?b?YQ==?= " * 60_000 + "\n\nx",
    "many recipients": "To: " + ", ".join(f"a{n}@x.example" for n in range(20_000)) + "\n\nx",
    "nested comments": "To: " + "(" * 500 + ")" * 500 + "\n\nx",
    "many parameters": "Content-Type: text/plain" + "".join(f"; a*{n}=x" for n in range(5000)) + "\n\nx",
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("message", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_messages_are_read_in_bounded_time(message: str) -> None:
    read(message)


@given(st.binary(max_size=400))
def test_any_bytes_make_a_reading(raw: bytes) -> None:
    reading = read_message(HEADER, b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + raw)
    assert reading.text == visible_text(reading.text)


@pytest.mark.parametrize("path", sorted((CASES / "bounces").rglob("*.eml")), ids=lambda path: path.stem)
def test_real_reports_are_readable(path: Path) -> None:
    reading = read_message(HEADER, path.read_bytes())
    assert re.search(r"\w{3}", reading.text)
