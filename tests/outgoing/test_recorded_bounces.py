"""Reports that real servers wrote: each cause named as the server meant it, and no other kind taken for a downgrade.

What is expected comes from elsewhere: from the manifests of the lab that made the reports, from a table of the texts of
known servers, and from the labels that the sisimai project gave to its messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from linksec_tui.formats.xtext import decode_typed_address
from linksec_tui.model.letter import BounceClass, Confidence, OurTag
from linksec_tui.outgoing.bounce import parse_bounce
from linksec_tui.outgoing.diagnosis import Clues, diagnose, gives_no_reason
from linksec_tui.outgoing.known_texts import Pattern, book, known_text, literal_of

CASES = Path(__file__).parent.parent / "cases" / "bounces"
HIDE_THE_REASON = ("exim", "opensmtpd")

# docs/link-security.md, "Bounces": the table's classes in our words; what is not here keeps its name
IN_OUR_WORDS = {
    "tls-handshake": "tls-handshake-failed",
    "cert-unverified": "certificate-unverified",
    "cert-untrusted": "certificate-untrusted",
    "cert-expired": "certificate-expired",
    "cert-host-mismatch": "certificate-name-mismatch",
    "dane-mismatch": "dane-failed",
    "dane-unusable": "dane-failed",
    "dane-lookup": "dane-failed",
    "dane-required-absent": "dane-failed",
    "dnssec-invalid": "dane-failed",
    "sts-mx-mismatch": "mta-sts-failed",
    "sts-lookup": "mta-sts-failed",
    "tls-weak": "tls-too-weak",
    "tls-downgrade": "level-too-low",
    "tls-local": "provider-tls-unavailable",
    "tls-required-by-receiver": "encryption-needed",
}


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


VECTORS = cast("dict[str, list[dict[str, str]]]", _read(CASES / "tls-diagnostics.json"))
TEXTS = [entry for entry in VECTORS["strings"] if entry["cls"] != "submission"]
LABELS = cast("list[dict[str, Any]]", _read(CASES / "others" / "labels.json"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One report of the lab, and what its manifest says of each recipient."""

    server: str
    file: str
    recipients: list[dict[str, str]]


def _recorded() -> Iterator[Recorded]:
    for server in ("postfix", "postfix311", *HIDE_THE_REASON):
        for row in _read(CASES / server / "manifest.json"):
            yield Recorded(server=server, file=row["file"], recipients=row["recipients"])


RECORDED = list(_recorded())


@cache
def _expressions() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(entry["regex"], re.IGNORECASE), _class(entry["cls"])) for entry in TEXTS]


def _class(name: str) -> str:
    return IN_OUR_WORDS.get(name, name)


def _meant(diagnostic: str) -> str | None:
    """The class that the table gives to a text; None where it is not about TLS."""
    flat = " ".join(diagnostic.split())
    return next((found for expression, found in _expressions() if expression.search(flat)), None)


def test_every_report_of_the_lab_is_there() -> None:
    for server in ("postfix", "postfix311", *HIDE_THE_REASON):
        listed = {one.file for one in RECORDED if one.server == server}
        assert listed == {path.name for path in (CASES / server).glob("*.eml")}
    assert len(RECORDED) == 260


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda one: f"{one.server}/{one.file}")
def test_what_real_servers_return_is_read_as_they_meant_it(recorded: Recorded) -> None:
    bounce = parse_bounce((CASES / recorded.server / recorded.file).read_bytes())
    assert bounce
    assert bounce.null_return_path
    assert bounce.original_message_id.startswith("<")
    assert [(each.recipient, each.action, each.status) for each in bounce.reports] == [
        (decode_typed_address(each["Final-Recipient"]), each["Action"], each["Status"]) for each in recorded.recipients
    ]
    for report, said in zip(bounce.reports, recorded.recipients, strict=True):
        meant = _meant(said.get("Diagnostic-Code", ""))
        if meant:
            assert (report.bounce_class.value, report.confidence) == (meant, Confidence.STRUCTURED)
        else:
            assert not report.bounce_class.downgrade


@pytest.mark.parametrize("server", HIDE_THE_REASON)
def test_where_a_server_hides_the_reason_none_is_made_up(server: str) -> None:
    for recorded in RECORDED:
        if recorded.server == server:
            bounce = parse_bounce((CASES / server / recorded.file).read_bytes())
            assert bounce
            for report in bounce.reports:
                # "all hosts for … have been failing", a nullMX: said in words, and no more than a guess
                assert gives_no_reason(report.diagnostic) or report.bounce_class is BounceClass.NO_SUCH_DOMAIN
                assert report.confidence is Confidence.GUESS


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text["id"])
def test_every_text_of_a_known_server_means_what_the_table_says(text: dict[str, str]) -> None:
    said = text.get("example") or re.sub(r"\{[a-z0-9_]+\}", "x1", text["text"])
    diagnosis = diagnose(Clues(diagnostic=said))
    assert (diagnosis.bounce_class.value, diagnosis.confidence) == (_class(text["cls"]), Confidence.STRUCTURED)


@pytest.mark.parametrize("text", VECTORS["not_tls"], ids=lambda text: text["text"][:40])
def test_texts_that_look_alike_are_no_downgrade(text: dict[str, str]) -> None:
    said = re.sub(r"\{[a-z0-9_]+\}", "x1", text["text"])
    assert not diagnose(Clues(diagnostic=said)).bounce_class.downgrade


@pytest.mark.parametrize("pattern", book().patterns, ids=lambda pattern: pattern.id)
def test_every_known_text_is_taken_by_its_own_meaning(pattern: Pattern) -> None:
    found = known_text(pattern.text)
    assert found
    assert (found.bounce_class, found.tag) == (pattern.bounce_class, pattern.tag)
    assert pattern.literal in " ".join(pattern.text.split()).casefold()


@pytest.mark.parametrize(
    ("expression", "literal"),
    [
        (r"TLS\s+is\s+required,\s+but\s+.{1,200}?\[.{1,200}?\]\s+refused", "tls is required, but "),
        (r"no\s+(?:matching|trusted)\s+server\s+certificate", " server certificate"),
        (r"403 4\.7\.0 (?:a(?:b|c)+d) not", "403 4.7.0 "),
        (r"\bover ?quota", ""),
        (r"this|that", ""),
        (r"\S+\.\S+ not found in \S+", " not found in "),
    ],
)
def test_the_literal_piece_of_an_expression_stands_in_all_that_it_matches(expression: str, literal: str) -> None:
    assert literal_of(expression) == literal


def test_what_we_asked_for_is_known_to_be_the_cause_only_where_the_text_says_so() -> None:
    tags = {pattern.id: pattern.tag for pattern in book().patterns if pattern.tag}
    assert tags["postfix-018"] is OurTag.REQUIRETLS
    assert tags["linksec-003"] is OurTag.LINK_SECURITY
    for pattern in book().patterns:
        if pattern.tag:
            assert pattern.bounce_class.downgrade
            assert re.search(r"(?i)requiretls|linksec|verification mechanism", pattern.text)


# Reports of sixty kinds of server

NO_REPORTS = frozenset({"feedback", "vacation"})  # a complaint, an answer of somebody on holiday
# a list's alarm, a web service's JSON, a notice in the name of nobody, one without any address, broken MIME headers
UNREADABLE = frozenset(
    {
        *("lhost-fml-03.eml", "lhost-amazonses-10.eml", "lhost-kddi-01.eml", "lhost-v5sendmail-01.eml"),
        *("lhost-apachejames-01.eml", "lhost-verizon-02.eml", "lhost-x5-01.eml"),
    }
)
# what a label allows besides OTHER, which is never wrong
ALLOWED = {
    "authfailure": {BounceClass.AUTHENTICATION_FAILED, BounceClass.REJECTED_POLICY},
    "exceedlimit": {BounceClass.TOO_BIG},
    "expired": {BounceClass.UNREACHABLE},
    "failedstarttls": {BounceClass.TLS_NOT_OFFERED},
    "filtered": {BounceClass.NO_SUCH_USER, BounceClass.REJECTED_POLICY},
    "hostunknown": {BounceClass.NO_SUCH_DOMAIN},
    "mailboxfull": {BounceClass.MAILBOX_FULL},
    "mesgtoobig": {BounceClass.TOO_BIG},
    "networkerror": {BounceClass.UNREACHABLE, BounceClass.LOOP, BounceClass.NO_SUCH_DOMAIN},
    "notaccept": {BounceClass.NO_SUCH_DOMAIN, BounceClass.REJECTED_POLICY},
    "onhold": {BounceClass.NO_SUCH_USER},
    "systemerror": {BounceClass.UNREACHABLE},
    "userunknown": {BounceClass.NO_SUCH_USER, BounceClass.REJECTED_POLICY},
}
REJECTED = {BounceClass.REJECTED_POLICY, BounceClass.UNREACHABLE}  # every other label is some receiver's policy


def test_the_labels_name_every_message() -> None:
    assert {str(label["file"]) for label in LABELS} == {path.name for path in (CASES / "others").glob("*.eml")}
    assert [label["file"] for label in LABELS if label["tls_policy_failure"]] == ["lhost-gmail-07.eml"]


@pytest.mark.parametrize("label", LABELS, ids=lambda label: str(label["file"]))
def test_no_report_of_another_kind_is_called_a_downgrade(label: dict[str, Any]) -> None:
    bounce = parse_bounce((CASES / "others" / label["file"]).read_bytes())
    reports = bounce.reports if bounce else ()
    assert any(report.bounce_class.downgrade for report in reports) == label["tls_policy_failure"]


@pytest.mark.parametrize("label", LABELS, ids=lambda label: str(label["file"]))
def test_reports_are_told_from_other_mail_and_named_as_their_label_has_it(label: dict[str, Any]) -> None:
    bounce = parse_bounce((CASES / "others" / label["file"]).read_bytes())
    reasons = cast("list[str]", label["reasons"])
    assert (bounce is None) == (label["file"] in UNREADABLE or bool(NO_REPORTS & set(reasons)))
    for report, reason in zip(bounce.reports if bounce else (), reasons, strict=False):
        if report.bounce_class is not BounceClass.OTHER and report.status != "5.1.1":
            assert report.bounce_class in ALLOWED.get(reason, REJECTED)
