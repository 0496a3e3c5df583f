"""Every shape of report is read: each recipient found, each cause named, whatever else stands in the message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.letter import Bounce, BounceClass, Confidence
from linksec_tui.outgoing.bounce import parse_bounce
from linksec_tui.outgoing.diagnosis import Clues, diagnose, gives_no_reason

CASES = Path(__file__).parent.parent / "cases" / "bounces"


def read(name: str) -> Bounce:
    bounce = parse_bounce((CASES / name).read_bytes())
    assert bounce
    return bounce


def test_a_report_with_an_envelope_id_tells_it() -> None:
    assert read("postfix/ret-full-envid.eml").envelope_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What must be found in a report of a certain shape, per recipient."""

    recipients: tuple[tuple[str, str, BounceClass, Confidence], ...]
    envelope_id: str = ""


CAROL, DAN = "carol@plain.example", "dan@dane.example"
SHAPES = {
    "mox": Shape(
        recipients=((CAROL, "failed", BounceClass.REQUIRETLS_UNSUPPORTED, Confidence.STRUCTURED),),
        envelope_id="env0123456789",
    ),
    "stalwart": Shape(
        recipients=(
            (CAROL, "failed", BounceClass.TLS_NOT_OFFERED, Confidence.PATTERN),
            (DAN, "failed", BounceClass.DANE_FAILED, Confidence.PATTERN),
        )
    ),
    "delayed": Shape(
        recipients=((CAROL, "delayed", BounceClass.TLS_NOT_OFFERED, Confidence.STRUCTURED),),
        envelope_id="env0123456789",
    ),
    "smtputf8": Shape(
        recipients=(("grün@plain.example", "failed", BounceClass.CERTIFICATE_UNVERIFIED, Confidence.STRUCTURED),),
        envelope_id="env0123456789",
    ),
    "qmail": Shape(recipients=((CAROL, "failed", BounceClass.NO_SUCH_USER, Confidence.PATTERN),)),
    "exim-text": Shape(recipients=((CAROL, "failed", BounceClass.OTHER, Confidence.GUESS),)),
    "exchange": Shape(recipients=((CAROL, "failed", BounceClass.DANE_FAILED, Confidence.STRUCTURED),)),
    "exchange-expired": Shape(recipients=((CAROL, "failed", BounceClass.TLS_NOT_OFFERED, Confidence.STRUCTURED),)),
    "exchange-expired-bare": Shape(recipients=((CAROL, "failed", BounceClass.OTHER, Confidence.GUESS),)),
    "zonemta": Shape(recipients=((CAROL, "failed", BounceClass.TLS_NOT_OFFERED, Confidence.STRUCTURED),)),
    "maddy": Shape(
        recipients=(
            (CAROL, "failed", BounceClass.CERTIFICATE_UNTRUSTED, Confidence.STRUCTURED),
            (DAN, "failed", BounceClass.TLS_NOT_OFFERED, Confidence.STRUCTURED),
        )
    ),
    "sendmail-delayed": Shape(recipients=((CAROL, "delayed", BounceClass.DANE_FAILED, Confidence.STRUCTURED),)),
    "opensmtpd-delayed": Shape(recipients=((CAROL, "delayed", BounceClass.TLS_NOT_OFFERED, Confidence.PATTERN),)),
    "gmail": Shape(recipients=((CAROL, "failed", BounceClass.CERTIFICATE_NAME_MISMATCH, Confidence.PATTERN),)),
    "forwarded-attached": Shape(
        recipients=((CAROL, "failed", BounceClass.CERTIFICATE_UNVERIFIED, Confidence.STRUCTURED),),
        envelope_id="env0123456789",
    ),
    "forwarded-inline": Shape(recipients=((CAROL, "failed", BounceClass.TLS_NOT_OFFERED, Confidence.PATTERN),)),
    "replied": Shape(recipients=((CAROL, "failed", BounceClass.TLS_NOT_OFFERED, Confidence.PATTERN),)),
    "gmail-dkim": Shape(
        recipients=(("carol@gmail.example", "failed", BounceClass.AUTHENTICATION_FAILED, Confidence.STRUCTURED),)
    ),
    "bare-code": Shape(
        recipients=((CAROL, "failed", BounceClass.ENCRYPTION_NEEDED, Confidence.GUESS),), envelope_id="env0123456789"
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_report_is_read(name: str) -> None:
    bounce, expected = read(f"shapes/{name}.eml"), SHAPES[name]
    found = tuple((each.recipient, each.action, each.bounce_class, each.confidence) for each in bounce.reports)
    assert found == expected.recipients
    assert bounce.envelope_id == expected.envelope_id
    assert bounce.original_message_id in ("<letter@home.example>", "")
    assert bounce.explanation


@pytest.mark.parametrize("name", ["forwarded-attached", "forwarded-inline", "replied"])
def test_a_report_that_somebody_sends_on_has_no_return_path_of_its_own(name: str) -> None:
    assert read(f"shapes/{name}.eml").null_return_path is None


def test_a_report_inside_the_returned_letter_is_the_letter_and_not_the_server() -> None:
    bounce = read("shapes/report-within-returned-letter.eml")
    assert [(each.recipient, each.bounce_class) for each in bounce.reports] == [
        ("eve@evil.example", BounceClass.NO_SUCH_USER)
    ]
    assert not bounce.envelope_id


def test_what_is_said_of_several_people_is_no_clue_about_any_of_them() -> None:
    raw = (CASES / "shapes" / "stalwart.eml").read_bytes().replace(b"\r\n\r\n<dan", b" and <dan")
    bounce = parse_bounce(raw)
    assert bounce
    assert [each.bounce_class for each in bounce.reports] == [BounceClass.OTHER, BounceClass.OTHER]


def test_what_stands_behind_an_address_on_its_line_is_about_that_one() -> None:
    raw = (CASES / "shapes" / "stalwart.eml").read_bytes().replace(b"\r\n\r\n<dan", b"\r\n<dan")
    bounce = parse_bounce(raw)
    assert bounce
    assert [each.bounce_class for each in bounce.reports] == [BounceClass.TLS_NOT_OFFERED, BounceClass.DANE_FAILED]


def test_a_copy_that_was_delivered_did_not_fail_whatever_else_is_said() -> None:
    raw = (CASES / "shapes" / "delayed.eml").read_bytes().replace(b"Action: delayed", b"Action: relayed")
    bounce = parse_bounce(raw)
    assert bounce
    assert (bounce.reports[0].action, bounce.reports[0].bounce_class) == ("relayed", BounceClass.OTHER)


def test_a_delay_notice_tells_until_when_it_is_tried() -> None:
    assert read("shapes/delayed.eml").reports[0].retry_until == datetime(2026, 10, 8, 10, tzinfo=UTC)


def test_a_tag_in_an_address_is_no_encoding() -> None:
    raw = (CASES / "shapes" / "delayed.eml").read_bytes().replace(b"carol@plain", b"carol+2024@plain")
    bounce = parse_bounce(raw)
    assert bounce
    assert bounce.reports[0].recipient == "carol+2024@plain.example"


def test_what_the_returned_letter_says_is_not_what_the_server_says() -> None:
    assert [report.recipient for report in read("shapes/qmail.eml").reports] == [CAROL]


def test_a_person_writing_about_a_bounce_sends_no_report() -> None:
    assert parse_bounce((CASES / "shapes" / "person.eml").read_bytes()) is None


def test_a_held_letter_is_no_downgrade_yet() -> None:
    assert not read("shapes/delayed.eml").downgrade
    assert read("postfix/default--dane-strip.test.eml").downgrade


def test_servers_that_hide_the_reason_are_recognised() -> None:
    assert gives_no_reason(read("exim/default--dane-strip.test.eml").reports[0].diagnostic)
    assert gives_no_reason(read("opensmtpd/opensmtpd--dane-tls10.test.eml").reports[0].diagnostic)
    assert gives_no_reason(read("shapes/exchange-expired-bare.eml").reports[0].diagnostic)
    assert gives_no_reason("")
    assert not gives_no_reason("Server certificate not verified")


@pytest.mark.parametrize("code", ["4.7.4", "5.7.4", "5.7.5", "4.7.5", "5.7.0", "5.7.1", "5.7.8", "5.7.9"])
def test_a_code_that_some_use_otherwise_proves_nothing(code: str) -> None:
    assert not diagnose(Clues(status=code)).bounce_class.downgrade


def test_a_code_in_the_text_never_says_that_protection_was_missing() -> None:
    assert not diagnose(Clues(status="5.0.0", diagnostic="550 5.7.30 we do not know you")).bounce_class.downgrade


@given(st.binary(max_size=2000))
def test_any_bytes_are_either_a_report_or_not(raw: bytes) -> None:
    parse_bounce(raw)
    parse_bounce(b"Return-Path: <>\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n" + raw)
    parse_bounce(b"From: MAILER-DAEMON@x.example\r\n\r\ncould not be delivered\r\n" + raw)


def test_terminal_escapes_in_a_report_are_made_visible() -> None:
    raw = (CASES / "shapes" / "delayed.eml").read_bytes().replace(b"not offered", b"not \x1b]0;owned\x07offered")
    bounce = parse_bounce(raw)
    assert bounce
    assert "\x1b" not in repr(bounce)
