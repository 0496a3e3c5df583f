"""Reports made to cost time, memory or somebody's judgement: read in part, and quickly."""

from __future__ import annotations

from pathlib import Path

import pytest

from linksec_tui.formats.report import MAX_RECIPIENTS
from linksec_tui.outgoing.bounce import parse_bounce

MEGABYTE = 1 << 20
ROBOT = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@x.example\r\nSubject: failure notice\r\nMIME-Version: 1.0\r\n"
PERSON = b"Return-Path: <bob@x.example>\r\nFrom: bob@x.example\r\nSubject: hi\r\nMIME-Version: 1.0\r\n"
REPORT = b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
STATUS = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n"
GROUP = b"Final-Recipient: rfc822; u%d@plain.example\r\nAction: failed\r\nStatus: 5.0.0\r\n%s\r\n\r\n"
GAVE_UP = b"\r\ncould not be delivered\r\n"
# what regular expressions stumble over, again and again without end
FILLINGS = (
    b" ",
    b"\t",
    b"-",
    b"<",
    b">",
    b"a",
    b"@",
    b".",
    b"a@",
    b"\n",
    b"\n ",
    b" \n",
    b"\r\n\t",
    b"RCPT TO:",
    b"550 ",
)
MORE_FILLINGS = (b"Message-ID: ", b"<a ", b"mailer-daemon", b"From: mailer-daemon\n", b"deliver", b"a@b.c ", b"TLS ")


@pytest.mark.parametrize("filling", [*FILLINGS, *MORE_FILLINGS], ids=repr)
@pytest.mark.parametrize(
    "head", [ROBOT, PERSON, PERSON + b"\r\nFrom: mailer-daemon\r\n"], ids=["robot", "person", "quoting"]
)
def test_a_text_of_many_megabytes_is_read_at_its_beginning(head: bytes, filling: bytes) -> None:
    parse_bounce(head + GAVE_UP + filling * (8 * MEGABYTE // len(filling)))
    parse_bounce(head + b"Content-Type: text/html\r\n" + GAVE_UP + filling * (MEGABYTE // len(filling)))


def test_a_report_of_fifty_megabytes_keeps_its_first_recipient() -> None:
    group = GROUP % (1, b"Diagnostic-Code: smtp; " + b"x " * (25 * MEGABYTE))
    bounce = parse_bounce(ROBOT + REPORT + STATUS + group)
    assert bounce
    assert [report.recipient for report in bounce.reports] == ["u1@plain.example"]
    assert len(bounce.reports[0].diagnostic) <= 500


def test_ten_thousand_recipients_are_cut_at_more_than_anybody_has() -> None:
    groups = b"".join(GROUP % (number, b"Diagnostic-Code: smtp; 550 no") for number in range(10_000))
    said = b"".join(b"<u%d@plain.example>: 550 no\r\n\r\n" % number for number in range(10_000))
    bounce = parse_bounce(ROBOT + REPORT + b"\r\n" + said + b"--b\r\n" + STATUS + groups)
    assert bounce
    assert len(bounce.reports) == MAX_RECIPIENTS
    assert len(bounce.explanation) < 2000


def test_a_text_that_names_ten_thousand_people_is_cut() -> None:
    said = b"".join(b"<u%d@plain.example>: 550 no\r\n" % number for number in range(10_000))
    bounce = parse_bounce(ROBOT + GAVE_UP + said)
    assert bounce
    assert len(bounce.reports) == 200


@pytest.mark.parametrize("head", [ROBOT, PERSON], ids=["robot", "person"])
@pytest.mark.parametrize(
    "level",
    [b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n', b"Content-Type: message/rfc822\r\n\r\n"],
)
def test_a_report_two_hundred_levels_down_is_not_looked_for(head: bytes, level: bytes) -> None:
    levels = b"".join(level % (number, number) if b"%d" in level else level for number in range(200))
    assert parse_bounce(head + levels + STATUS + GROUP % (1, b"")) is None


def test_of_many_enclosed_reports_the_first_are_tried() -> None:
    enclosed = b"--zz\r\nContent-Type: message/rfc822\r\n\r\n" + ROBOT + GAVE_UP
    many = b'Content-Type: multipart/mixed; boundary="zz"\r\n\r\n' + (enclosed + b"x " * 20_000 + b"\r\n") * 900
    assert parse_bounce(PERSON + many + b"--zz--") is None


def test_the_case_files_themselves_cut_anywhere_are_read_without_a_fault() -> None:
    shapes = Path(__file__).parent.parent / "cases" / "bounces" / "shapes"
    for path in shapes.glob("*.eml"):
        raw = path.read_bytes()
        for end in range(0, len(raw), 7):
            parse_bounce(raw[:end])
