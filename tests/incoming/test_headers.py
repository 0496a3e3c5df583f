"""What the list shows of a message, from whatever the sender put into its header."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.mime import parse_message
from linksec_tui.incoming.headers import MAX_RECIPIENTS, MAX_SUBJECT, header_fields, parse_header
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header
from linksec_tui.model.visible import visible, visible_name
from linksec_tui.wire.imap_answers import HeaderFetch

INBOX = Mailbox(id=7, account="home", name="INBOX", wire_name="INBOX")
FETCH = HeaderFetch(
    uid=3,
    flags=frozenset({"\\Seen"}),
    internaldate=datetime(2026, 1, 1, tzinfo=UTC),
    size=99,
    header_bytes=b"",
)


def header(text: str) -> Header:
    return parse_header(replace(FETCH, header_bytes=text.replace("\n", "\r\n").encode()), INBOX)


def test_an_ordinary_message_is_one_line_of_the_list() -> None:
    one = header(
        "From: =?utf-8?q?J=C3=B6rg?= <joerg@x.example>\nTo: Alice <alice@home.example>, bob@y.example\n"
        "Subject: =?utf-8?b?w6TDtsO8?=\n and more\nMessage-ID: <1@x.example>\nReferences: <8@x> <9@x>\n\n"
    )
    assert (one.sender_name, one.sender_address) == ("Jörg", "joerg@x.example")
    assert one.recipients == "Alice, bob@y.example"
    assert one.subject == "äöü and more"
    assert (one.message_id, one.in_reply_to) == ("<1@x.example>", "<9@x>")
    assert (one.account, one.mailbox, one.uid, one.size) == ("home", 7, 3, 99)
    assert one.received_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert not one.unread
    assert not one.is_bounce
    assert not one.has_attachment


def test_the_parent_is_the_one_replied_to_before_the_last_reference() -> None:
    assert header("In-Reply-To: <1@x>\nReferences: <8@x> <9@x>\n\n").in_reply_to == "<1@x>"


def test_without_a_received_date_the_senders_date_counts_and_without_that_the_beginning() -> None:
    undated = replace(FETCH, internaldate=None)
    dated = replace(undated, header_bytes=b"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\n")
    assert parse_header(dated, INBOX).received_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert parse_header(undated, INBOX).received_at == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "bounce"),
    [
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n", True),
        ('Content-Type: multipart/report; boundary=b; report-type="Delivery-Status"\n\n', True),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n", False),
        ("Return-Path: <>\nX-Failed-Recipients: a@b.example\n\n", True),
        ("Return-Path: < >\nFrom: Mail Delivery <MAILER-DAEMON@b.example>\n\n", True),
        ("Return-Path: <>\nFrom: Vacation <a@b.example>\nAuto-Submitted: auto-replied\n\n", False),
        ("Return-Path: <m@b.example>\nX-Failed-Recipients: a@b.example\nFrom: mailer-daemon@b.example\n\n", False),
    ],
)
def test_a_report_is_told_from_other_mail(text: str, *, bounce: bool) -> None:
    assert header(text).is_bounce is bounce


@pytest.mark.parametrize(
    ("content_type", "marked"),
    [
        ("multipart/mixed; boundary=b", True),
        ("application/pdf", True),
        ("text/html", False),
        ("multipart/alternative", False),
    ],
)
def test_the_outermost_type_lets_one_expect_an_attachment(content_type: str, *, marked: bool) -> None:
    assert header(f"Content-Type: {content_type}\n\n").has_attachment is marked


def test_a_badge_in_a_name_is_replaced() -> None:
    one = header("From: \u25cf Link-secure <\u25cf@x.example>\nTo: \u25cf <a@b>\n\n")
    assert "\u25cf" not in one.sender_name + one.sender_address + one.recipients


HOSTILE = {
    "encoded words": "Subject: " + "=?utf-8?b?YQ==?= " * 2000,
    "recipients": "To: " + ", ".join(f"a{n}@x.example" for n in range(2000)),
    "comments": "To: " + "(" * 5000,
    "brackets": "Message-ID: <<<>@[[\nReferences: " + "<" * 20_000,
    "unknown charset": "Subject: =?no-such?q?x?=\nFrom: =?zip?b?eJw=?= <a@b>",
    "nothing": "",
    "no end": "Subject: x",
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_headers_become_short_visible_lines(text: str) -> None:
    one = header(text)
    assert len(one.subject) <= MAX_SUBJECT
    assert len(one.recipients) <= MAX_RECIPIENTS


@given(st.binary(max_size=300), st.sampled_from([b"From", b"Subject", b"To", b"Message-ID", b"Content-Type", b"Date"]))
def test_any_bytes_make_a_header(value: bytes, name: bytes) -> None:
    one = parse_header(replace(FETCH, internaldate=None, header_bytes=name + b": " + value), INBOX)
    assert one.subject == visible(one.subject)
    for shown in (one.sender_name, one.sender_address, one.recipients):
        assert shown == visible_name(shown)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["From", "SUBJECT", "X-Failed-Recipients", "To "]),
            st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40),
            st.sampled_from(["", "\r\n folded", "\n\tand more", "\r\n "]),
        ),
        max_size=6,
    ),
    st.sampled_from(["\r\n", "\n"]),
)
def test_fields_are_read_as_the_whole_message_reads_them(fields: list[tuple[str, str, str]], end: str) -> None:
    block = "".join(f"{name}: {value}{folded}{end}" for name, value, folded in fields).encode() + end.encode()
    expected: dict[str, str] = {}
    for name, value in parse_message(block).headers:
        expected.setdefault(name.lower(), value)
    assert header_fields(block) == expected
