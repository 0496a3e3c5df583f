"""Delivery status fields, as servers really write them (RFC 3464)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.report import MAX_RECIPIENTS, parse_delivery_status

REPORT = """Reporting-MTA: dns; smtp.home.example
Original-Envelope-Id: abc

Final-Recipient: rfc822; a@x.example
Original-Recipient: rfc822;A@x.example
Action: Failed
Status: 4.7.5 (delivery time expired)
Remote-MTA: dns; mx.x.example
Diagnostic-Code: X-Postfix; Server certificate
    not verified

Action: delayed
Final-Recipient: rfc822;b@x.example
Status: 4.4.1
"""


def test_fields_of_the_message_and_of_each_recipient() -> None:
    status = parse_delivery_status(REPORT.replace("\n", "\r\n"))
    assert (status.reporting_mta, status.envelope_id) == ("smtp.home.example", "abc")
    first, second = status.recipients
    assert (first.recipient, first.original_recipient) == ("a@x.example", "A@x.example")
    assert (first.action, first.status, first.comment) == ("failed", "4.7.5", "delivery time expired")
    assert (first.remote_mta, first.diagnostic) == ("mx.x.example", "Server certificate not verified")
    assert (second.recipient, second.action, second.diagnostic) == ("b@x.example", "delayed", "")


def test_a_missing_blank_line_loses_nobody() -> None:
    status = parse_delivery_status("Reporting-MTA: dns; x\nFinal-Recipient: rfc822; a@x.example\nAction: failed\n")
    assert [each.recipient for each in status.recipients] == ["a@x.example"]


def test_a_diagnostic_with_semicolons_stays_whole() -> None:
    status = parse_delivery_status("Final-Recipient: rfc822; a@x\nDiagnostic-Code: smtp; 550 no; really no\n")
    assert status.recipients[0].diagnostic == "550 no; really no"
    status = parse_delivery_status("Final-Recipient: rfc822; a@x\nDiagnostic-Code: 550 no; really no\n")
    assert status.recipients[0].diagnostic == "550 no; really no"


def test_more_recipients_than_anybody_has_are_cut() -> None:
    status = parse_delivery_status("Final-Recipient: rfc822; a@x\n\n" * 10_000)
    assert len(status.recipients) <= MAX_RECIPIENTS + 1


@given(st.text(max_size=500))
def test_any_text_is_read(text: str) -> None:
    parse_delivery_status(text)
    parse_delivery_status(f"Final-Recipient: {text}")
