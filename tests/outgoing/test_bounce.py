"""Reports of real servers: each recipient found, each cause named, and no ordinary failure taken for a downgrade."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.letter import Bounce, BounceClass, Confidence
from linksec_tui.outgoing.bounce import parse_bounce
from linksec_tui.outgoing.diagnosis import Clues, Pattern, diagnose, gives_no_reason, known_text, patterns

CASES = Path(__file__).parent.parent / "cases" / "bounces"
REPORTS: list[dict[str, str | list[dict[str, str]]]] = json.loads((CASES / "reports.json").read_text())
OTHERS = sorted(path.name for path in (CASES / "others").glob("*.eml"))


def read(name: str) -> Bounce:
    bounce = parse_bounce((CASES / name).read_bytes())
    assert bounce
    return bounce


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: str(report["file"]))
def test_what_real_servers_return_is_read_as_they_meant_it(report: dict[str, str | list[dict[str, str]]]) -> None:
    bounce = read(str(report["file"]))
    expected = [entry for entry in report["recipients"] if isinstance(entry, dict)]
    assert [(found.recipient, found.action, found.status) for found in bounce.reports] == [
        (entry["recipient"], entry["action"], entry["status"]) for entry in expected
    ]
    for found, entry in zip(bounce.reports, expected, strict=True):
        if "class" in entry:
            assert found.bounce_class.value == entry["class"]
        else:  # Exim and OpenSMTPD hide the reason
            assert not found.bounce_class.downgrade
            assert found.confidence is Confidence.GUESS
    assert bounce.null_return_path
    assert bounce.original_message_id.startswith("<")


def test_a_report_with_an_envelope_id_tells_it() -> None:
    assert read("postfix/ret-full-envid.eml").envelope_id


@pytest.mark.parametrize("name", OTHERS)
def test_no_report_of_another_kind_is_called_a_downgrade(name: str) -> None:
    bounce = parse_bounce((CASES / "others" / name).read_bytes())
    downgrades = [report for report in bounce.reports if report.bounce_class.downgrade] if bounce else []
    assert bool(downgrades) == (name == "lhost-gmail-07.eml")


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
    assert gives_no_reason("")
    assert not gives_no_reason("Server certificate not verified")


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: pattern.id)
def test_every_known_text_is_taken_by_its_own_meaning(pattern: Pattern) -> None:
    found = known_text(pattern.text)
    assert found
    assert found.bounce_class is pattern.bounce_class


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


def test_a_huge_report_is_read_in_part() -> None:
    head, tail = (CASES / "shapes" / "delayed.eml").read_bytes().split(b"Final-Recipient", 1)
    group = b"Final-Recipient: rfc822; u%d@plain.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    bounce = parse_bounce(head + b"".join(group % number for number in range(100_000)) + b"Final-Recipient" + tail)
    assert bounce
    assert 0 < len(bounce.reports) <= 200
