"""docs/protocol.md agrees with the program: its examples read as it says, and its grammars are the parsers'."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.declaration_record import DeclarationRecord, parse_declaration, parse_linksec_keyword
from linksec_tui.formats.link_security_field import LinkSecurity, parse_link_security
from linksec_tui.formats.mime import parse_message
from linksec_tui.formats.sts_policy import Invalid
from linksec_tui.incoming.text import read_message
from linksec_tui.model.letter import BounceClass, Requirement
from linksec_tui.model.message import Header
from linksec_tui.outgoing.bounce import parse_bounce
from tests import abnf

DOCUMENT = (Path(__file__).parents[1] / "docs" / "protocol.md").read_text()
HEADER = Header(
    id=1, account="home", mailbox=1, uid=1, sender_name="", sender_address="", recipients="", subject="",
    received_at=datetime(2026, 1, 1, tzinfo=UTC),
)  # fmt: skip
GRAMMAR = "\n".join(re.findall(r"```abnf\n(.*?)```", DOCUMENT, re.DOTALL))


def examples(heading: str) -> list[tuple[str, str]]:
    """The rows of the table whose head is `heading`."""
    table = DOCUMENT.partition(f"| {heading} | reads as |\n| --- | --- |\n")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(.*)` \| (.*) \|$", table, re.MULTILINE)
    assert len(rows) == len(table.splitlines()) > 4
    return rows


def declared(record: DeclarationRecord | Invalid | None) -> str:
    match record:
        case DeclarationRecord():
            return f"level {record.level} for {record.max_age} seconds"
        case Invalid():
            return "nothing"
        case None:
            return "ignored"


def requested(field: LinkSecurity | Invalid) -> str:
    return "unreadable" if isinstance(field, Invalid) else f"{field.require.value}, {field.fallback.value}"


def pattern(rule: str) -> re.Pattern[str]:
    return re.compile(abnf.expression(GRAMMAR, rule))


@pytest.mark.parametrize(("text", "reading"), examples("record"))
def test_a_record_reads_as_the_document_says(text: str, reading: str) -> None:
    assert declared(parse_declaration([text])) == reading


@pytest.mark.parametrize(("text", "reading"), examples("EHLO line"))
def test_an_ehlo_line_reads_as_the_document_says(text: str, reading: str) -> None:
    assert declared(parse_linksec_keyword(text[len("LINKSEC") :])) == reading


@pytest.mark.parametrize(("text", "reading"), examples("field"))
def test_a_field_reads_as_the_document_says(text: str, reading: str) -> None:
    assert requested(parse_link_security(text)) == reading


# Near misses of what the grammars know: pieces of them in any order.
PIECES = st.lists(
    st.sampled_from([
        "v=LINKSEC1", "level=4", "max-age=60", "id=a", "LINKSEC", "3", "require=enforced", "fallback=notice",
        "colour=blue", ";", "; ", " ", "\t", "=", "-", "ä", "\n", "any", "require = link-secure", "level = 2",
        "max-age = 1",
    ])
).map("".join)  # fmt: skip


@given(PIECES | st.from_regex(pattern("record"), fullmatch=True))
def test_the_grammar_of_the_record_is_the_parsers(text: str) -> None:
    parsed = parse_declaration([text])
    follows = pattern("record").fullmatch(text) is not None
    if isinstance(parsed, DeclarationRecord):
        assert follows
    if follows:
        assert parsed is not None
        assert not (isinstance(parsed, Invalid) and "is not tag=value" in parsed.reason)


@given(PIECES | st.from_regex(pattern("value"), fullmatch=True))
def test_the_grammar_of_the_field_is_the_parsers(text: str) -> None:
    parsed = parse_link_security(text)
    follows = pattern("value").fullmatch(text) is not None
    if isinstance(parsed, LinkSecurity):
        assert follows
    if follows and isinstance(parsed, Invalid):
        assert "twice" in parsed.reason or "fallback" in parsed.reason or "longer" in parsed.reason


@given(PIECES | st.from_regex(pattern("linksec-line"), fullmatch=True))
def test_the_grammar_of_the_ehlo_line_is_the_parsers(text: str) -> None:
    if pattern("linksec-line").fullmatch(text) is None:
        return
    parsed = parse_linksec_keyword(text[len("LINKSEC") :])
    assert isinstance(parsed, DeclarationRecord) or "max-age" in parsed.reason


def test_the_words_of_the_field_are_the_requirements() -> None:
    for requirement in Requirement:
        follows = pattern("require").fullmatch(f"require={requirement.value}") is not None
        assert follows is (requirement is not Requirement.ANY)


def test_the_letter_with_a_notice_in_it_is_shown_without_the_notice() -> None:
    letter = DOCUMENT.partition("```eml\n")[2].partition("```")[0].encode()
    message = parse_message(letter)
    assert [part.content_type for part in message.children] == ["text/x-link-security-notice", "text/plain"]
    assert requested(parse_link_security(message.header("Link-Security"))) == "verifiable, notice"
    reading = read_message(HEADER, letter)
    assert reading.text == "Dear Grace, all values are as they should be."
    assert (reading.parts, reading.problem) == ((), "")


REPORT = """\
From: MAILER-DAEMON@relay.example
To: alice@home.example
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

The letter was not sent on.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Original-Envelope-Id: 1234

{recipient}
--b--
"""


@pytest.mark.parametrize(
    ("word", "bounce_class"),
    [
        ("tls-missing", BounceClass.TLS_NOT_OFFERED),
        ("tls-unverified", BounceClass.CERTIFICATE_UNVERIFIED),
        ("level-too-low", BounceClass.LEVEL_TOO_LOW),
    ],
)
def test_the_report_of_the_document_is_understood(word: str, bounce_class: BounceClass) -> None:
    assert f"LINKSEC {word}" in DOCUMENT
    recipient = DOCUMENT.partition("```text\nFinal-Recipient")[2].partition("```")[0]
    said = f"Final-Recipient{recipient}".replace("LINKSEC tls-missing: mx.oldserver.example does not offer TLS", "")
    bounce = parse_bounce(REPORT.format(recipient=said.rstrip() + f" LINKSEC {word}: as it says").encode())
    assert bounce is not None
    (report,) = bounce.reports
    assert (report.recipient, report.bounce_class) == ("grace@oldserver.example", bounce_class)
    assert bounce_class.downgrade
