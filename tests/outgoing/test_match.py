"""Forged bounces: what is believed, what enters memory, what a card offers (link-security.md §7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linksec_tui.model.address import Recipient, parse_address
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.evidence import Mechanism, StarttlsStatus
from linksec_tui.model.letter import (
    Bounce,
    BounceClass,
    CardAction,
    Choice,
    Confidence,
    Kind,
    RecipientDecision,
    Report,
    Requirement,
    SentRecord,
)
from linksec_tui.outgoing.bounce import parse_bounce
from linksec_tui.outgoing.card import Surroundings, card
from linksec_tui.outgoing.match import in_context, match
from linksec_tui.outgoing.sighting import observations

NOW = datetime(2026, 10, 3, 12, tzinfo=UTC)
CASES = Path(__file__).parent.parent / "cases" / "bounces"


def decided(address: str, assurance: Assurance = Assurance.ENCRYPTED) -> RecipientDecision:
    return RecipientDecision(
        recipient=Recipient(address=parse_address(address)), choice=Choice.SEND, assurance=assurance, checked_at=NOW
    )


RECORD = SentRecord(
    submission="s1",
    letter="l1",
    kind=Kind.LETTER,
    account="home",
    envid="env0123456789",
    message_id="<letter@home.example>",
    subject="hello",
    recipients=(decided("carol@plain.example"), decided("bob@good.example", Assurance.ENFORCED)),
    requirement=Requirement.ENCRYPTED,
    requiretls=False,
    submitted_at=NOW,
)
REPORT = Report(
    recipient="carol@plain.example",
    status="5.7.4",
    diagnostic="TLS is required, but was not offered by host mx.plain.example[192.0.2.1]",
    bounce_class=BounceClass.TLS_NOT_OFFERED,
    confidence=Confidence.STRUCTURED,
)
BOUNCE = Bounce(
    reports=(REPORT,), envelope_id=RECORD.envid, original_message_id=RECORD.message_id, null_return_path=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    bounce: Bounce
    matched: bool
    ours: bool
    made_inside: bool = True


CASES_OF_MATCH = {
    "our envelope id, made inside": Case(bounce=BOUNCE, matched=True, ours=True),
    "our envelope id, made elsewhere": Case(bounce=BOUNCE, matched=True, ours=False, made_inside=False),
    "our Message-ID alone": Case(bounce=replace(BOUNCE, envelope_id=""), matched=True, ours=True),
    "our Message-ID with an envelope id that we never gave": Case(
        bounce=replace(BOUNCE, envelope_id="forged"), matched=True, ours=False
    ),
    "our envelope id without the letter": Case(bounce=replace(BOUNCE, original_message_id=""), matched=True, ours=True),
    "neither": Case(bounce=replace(BOUNCE, envelope_id="x", original_message_id="<x@y>"), matched=False, ours=False),
    "nothing named": Case(bounce=replace(BOUNCE, envelope_id="", original_message_id=""), matched=False, ours=False),
    "a return path": Case(bounce=replace(BOUNCE, null_return_path=False), matched=False, ours=False),
    "no return path told": Case(bounce=replace(BOUNCE, null_return_path=None), matched=False, ours=False),
    "somebody we did not write to": Case(
        bounce=replace(BOUNCE, reports=(replace(REPORT, recipient="eve@plain.example"),)), matched=False, ours=False
    ),
    "our recipient under a name that we never wrote to": Case(
        bounce=replace(BOUNCE, reports=(replace(REPORT, original_recipient="eve@plain.example"),)),
        matched=True,
        ours=False,
    ),
    "our recipient in the encoding of the envelope": Case(
        bounce=replace(BOUNCE, reports=(replace(REPORT, recipient="", original_recipient="c+61rol@plain.example"),)),
        matched=True,
        ours=True,
    ),
    "our recipient under the name we used": Case(
        bounce=replace(
            BOUNCE,
            reports=(replace(REPORT, recipient="c@inner.example", original_recipient="Carol@plain.example"),),
        ),
        matched=True,
        ours=True,
    ),
}


@pytest.mark.parametrize("name", CASES_OF_MATCH)
def test_a_bounce_is_believed_as_far_as_it_proves_itself(name: str) -> None:
    case = CASES_OF_MATCH[name]
    found = match(case.bounce, [RECORD], made_inside=case.made_inside)
    assert (found.matched, found.ours) == (case.matched, case.ours)


@pytest.mark.parametrize("name", CASES_OF_MATCH)
def test_only_what_is_ours_enters_memory_and_says_what_did_not_happen(name: str) -> None:
    case = CASES_OF_MATCH[name]
    found = match(case.bounce, [RECORD], made_inside=case.made_inside)
    seen = observations(case.bounce, found, {"plain.example": ("mx.plain.example",)}, NOW)
    assert bool(seen) == case.ours
    assert bool(card(case.bounce, found).did_not_happen) == case.ours


def test_the_record_of_the_right_part_of_a_split_letter_is_found() -> None:
    other = replace(RECORD, envid="other", recipients=(decided("bob@good.example"),))
    found = match(replace(BOUNCE, envelope_id=""), [other, RECORD], made_inside=True)
    assert found.record == RECORD
    assert [str(address) for address in found.recipients] == ["carol@plain.example"]


def test_a_host_that_the_domain_does_not_have_is_not_remembered() -> None:
    found = match(BOUNCE, [RECORD], made_inside=True)
    assert not observations(BOUNCE, found, {"plain.example": ("other.plain.example",)}, NOW)
    assert not observations(BOUNCE, found, {}, NOW)


def test_a_failed_handshake_of_the_only_exchanger_is_remembered_for_a_day() -> None:
    report = replace(REPORT, diagnostic="Cannot start TLS", bounce_class=BounceClass.TLS_HANDSHAKE_FAILED)
    bounce = replace(BOUNCE, reports=(report,))
    found = match(bounce, [RECORD], made_inside=True)
    (seen,) = observations(bounce, found, {"plain.example": ("mx.plain.example",)}, NOW)
    assert (seen.host, seen.starttls) == ("mx.plain.example", StarttlsStatus.FAILED)
    assert (seen.expires_at - NOW).total_seconds() == 24 * 3600


def test_an_exchanger_without_requiretls_is_remembered_where_that_is_told_in_words() -> None:
    words = (
        "Sender requested REQUIRETLS, but no server was found that supports REQUIRETLS. The last attempted server was"
        " mx.plain.example[192.0.2.1]"
    )
    told = replace(REPORT, bounce_class=BounceClass.REQUIRETLS_UNSUPPORTED, diagnostic=words, remote_mta="")
    for report, hosts in ((told, ["mx.plain.example"]), (replace(told, diagnostic="5.7.30"), [])):
        bounce = replace(BOUNCE, reports=(report,))
        found = match(bounce, [RECORD], made_inside=True)
        exchangers = {"plain.example": ("mx.plain.example", "mx2.plain.example")}
        seen = observations(bounce, found, exchangers, NOW)
        assert [each.host for each in seen] == hosts
        assert all(not each.requiretls and not each.failed_under for each in seen)


def test_a_guess_is_not_remembered_and_denies_nothing() -> None:
    bounce = replace(BOUNCE, reports=(replace(REPORT, confidence=Confidence.GUESS),))
    found = match(bounce, [RECORD], made_inside=True)
    assert not observations(bounce, found, {"plain.example": ("mx.plain.example",)}, NOW)
    assert not card(bounce, found).did_not_happen


def test_a_bare_code_on_a_letter_with_requiretls_means_that_it_could_not_be_kept() -> None:
    bounce = parse_bounce((CASES / "shapes" / "bare-code.eml").read_bytes())
    assert bounce
    record = replace(RECORD, requiretls=True)
    found = match(bounce, [record], made_inside=True)
    assert in_context(bounce, found).reports[0].bounce_class is BounceClass.REQUIRETLS_UNSUPPORTED
    plain = match(bounce, [RECORD], made_inside=True)
    assert in_context(bounce, plain).reports[0].bounce_class is BounceClass.ENCRYPTION_NEEDED


def test_the_card_says_what_happened_what_did_not_and_who_has_it() -> None:
    found = match(BOUNCE, [RECORD], made_inside=True)
    told = card(BOUNCE, found, Surroundings(letter=[RECORD]))
    assert told.happened == "The letter to carol@plain.example came back: their server did not offer encryption."
    assert told.did_not_happen == "Your provider reports that it did not send the letter over that link."
    assert told.arrived == ("bob@good.example",)
    assert told.lines[0].then is Assurance.ENCRYPTED
    assert told.actions == (
        *(CardAction.NOTICE, CardAction.LATER, CardAction.CHECK_AGAIN, CardAction.RESEND),
        CardAction.EVEN_WITHOUT_TLS,
    )


def test_a_card_for_a_strangers_report_offers_nothing() -> None:
    bounce = replace(BOUNCE, envelope_id="x", original_message_id="")
    told = card(bounce, match(bounce, [], made_inside=False))
    assert told.actions == ()
    assert "not about anything" in told.happened
    assert all(line.happened.startswith("It says: ") for line in told.lines)


def test_a_card_for_a_report_from_outside_says_so() -> None:
    told = card(BOUNCE, match(BOUNCE, [RECORD], made_inside=False))
    assert "may be false" in told.happened
    assert not told.did_not_happen


def test_a_card_without_a_reason_tells_what_was_known_when_the_letter_was_sent() -> None:
    report = replace(REPORT, diagnostic="Envelope expired", bounce_class=BounceClass.OTHER, confidence=Confidence.GUESS)
    bounce = replace(BOUNCE, reports=(report,))
    told = card(bounce, match(bounce, [RECORD], made_inside=True))
    assert "refused after retries, reason not given" in told.lines[0].happened
    assert told.lines[0].known_then == "When you sent it (2026-10-03): plain.example was Encrypted, unproven."


def test_a_returned_notice_offers_no_further_notice() -> None:
    record = replace(RECORD, kind=Kind.NOTICE)
    told = card(BOUNCE, match(BOUNCE, [record], made_inside=True))
    assert CardAction.NOTICE not in told.actions


@pytest.mark.parametrize(
    ("bounce_class", "mechanisms"),
    [
        (BounceClass.DANE_FAILED, {Mechanism.DANE}),
        (BounceClass.MTA_STS_FAILED, {Mechanism.MTA_STS}),
        (BounceClass.CERTIFICATE_UNVERIFIED, {Mechanism.DANE, Mechanism.MTA_STS}),
    ],
)
def test_a_certificate_that_was_refused_is_remembered_under_what_it_failed(
    bounce_class: BounceClass, mechanisms: set[Mechanism]
) -> None:
    bounce = replace(BOUNCE, reports=(replace(REPORT, bounce_class=bounce_class),))
    found = match(bounce, [RECORD], made_inside=True)
    (seen,) = observations(bounce, found, {"plain.example": ("mx.plain.example",)}, NOW)
    assert (seen.starttls, seen.failed_under) == (StarttlsStatus.OFFERED, mechanisms)
