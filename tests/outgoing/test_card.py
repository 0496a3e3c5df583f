"""What a card offers, to whom, and when: to lower anything, only for a report that is ours and sure of its cause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linksec_tui.model.address import Recipient, parse_address
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.evidence import Dnssec, Evidence, Route, RouteStatus
from linksec_tui.model.letter import (
    Bounce,
    BounceCard,
    BounceClass,
    CardAction,
    Choice,
    Confidence,
    Kind,
    OurTag,
    RecipientDecision,
    Report,
    Requirement,
    SentRecord,
)
from linksec_tui.outgoing.bounce import parse_bounce
from linksec_tui.outgoing.card import MAX_LINES, Surroundings, card, concerned
from linksec_tui.outgoing.match import came_back, match, reports_about
from linksec_tui.outgoing.sighting import observations

NOW = datetime(2026, 10, 3, 12, tzinfo=UTC)
CASES = Path(__file__).parent.parent / "cases" / "bounces" / "shapes"
CAROL, BOB, DAN = "carol@plain.example", "bob@good.example", "dan@dane.example"
ALWAYS = (CardAction.NOTICE, CardAction.LATER, CardAction.CHECK_AGAIN)


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
    recipients=(decided(CAROL), decided(BOB), decided(DAN)),
    requirement=Requirement.ENFORCED,
    requiretls=True,
    submitted_at=NOW,
)
DANE = Report(recipient=DAN, bounce_class=BounceClass.DANE_FAILED, confidence=Confidence.STRUCTURED)
TAGGED = Report(
    recipient=CAROL,
    bounce_class=BounceClass.REQUIRETLS_UNSUPPORTED,
    confidence=Confidence.STRUCTURED,
    tag=OurTag.REQUIRETLS,
)
UNKNOWN_USER = Report(recipient=BOB, bounce_class=BounceClass.NO_SUCH_USER, confidence=Confidence.STRUCTURED)


def bounce(*reports: Report) -> Bounce:
    return Bounce(
        reports=reports, envelope_id=RECORD.envid, original_message_id=RECORD.message_id, null_return_path=True
    )


def told(*reports: Report, record: SentRecord = RECORD, made_inside: bool = True) -> BounceCard:
    found = match(bounce(*reports), [record], made_inside=made_inside)
    return card(bounce(*reports), found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    report: Report
    offered: frozenset[CardAction]
    record: SentRecord = RECORD


WITHOUT, EVEN = CardAction.WITHOUT_REQUIREMENT, CardAction.EVEN_WITHOUT_TLS
LOWERING = {
    "REQUIRETLS could not be kept": Case(report=TAGGED, offered=frozenset({WITHOUT})),
    "held for it": Case(report=replace(TAGGED, action="delayed"), offered=frozenset({WITHOUT})),
    "the text speaks of REQUIRETLS, and we never asked for it": Case(
        report=TAGGED, offered=frozenset(), record=replace(RECORD, requiretls=False)
    ),
    "the level that our field asks for is missing": Case(
        report=replace(TAGGED, bounce_class=BounceClass.LEVEL_TOO_LOW, tag=OurTag.LINK_SECURITY),
        offered=frozenset({WITHOUT}),
    ),
    "a level is missing that we never asked for": Case(
        report=replace(TAGGED, bounce_class=BounceClass.LEVEL_TOO_LOW, tag=OurTag.LINK_SECURITY),
        offered=frozenset(),
        record=replace(RECORD, requirement=Requirement.ANY, requiretls=False),
    ),
    "their own demand failed": Case(report=DANE, offered=frozenset({EVEN})),
    "only a guess": Case(report=replace(DANE, confidence=Confidence.GUESS), offered=frozenset()),
    "a guess about our tag": Case(report=replace(TAGGED, confidence=Confidence.GUESS), offered=frozenset()),
    "they want TLS of our provider": Case(
        report=replace(DANE, bounce_class=BounceClass.ENCRYPTION_NEEDED), offered=frozenset()
    ),
    "an ordinary reason": Case(report=UNKNOWN_USER, offered=frozenset()),
    "no reason given": Case(report=Report(recipient=CAROL, diagnostic="retry timeout exceeded"), offered=frozenset()),
    "it was delivered": Case(report=replace(TAGGED, action="relayed"), offered=frozenset()),
    "a notice came back": Case(report=DANE, offered=frozenset(), record=replace(RECORD, kind=Kind.NOTICE)),
}


@pytest.mark.parametrize("name", LOWERING)
def test_less_is_offered_only_where_it_would_have_helped(name: str) -> None:
    case = LOWERING[name]
    actions = told(case.report, record=case.record).actions
    assert {action for action in actions if action.lowers} == case.offered


@pytest.mark.parametrize("name", LOWERING)
def test_a_report_from_outside_offers_to_lower_nothing(name: str) -> None:
    case = LOWERING[name]
    assert set(told(case.report, record=case.record, made_inside=False).actions) <= set(ALWAYS)


def test_each_action_is_about_those_whom_it_helps() -> None:
    everybody = bounce(TAGGED, UNKNOWN_USER, DANE)
    found = match(everybody, [RECORD], made_inside=True)
    about = {
        action: [str(each.recipient.address) for each in concerned(everybody, found, action)] for action in CardAction
    }
    assert about[CardAction.WITHOUT_REQUIREMENT] == [CAROL]
    assert about[CardAction.EVEN_WITHOUT_TLS] == [DAN]
    assert about[CardAction.NOTICE] == [CAROL, DAN]
    assert about[CardAction.RESEND] == [CAROL, BOB, DAN]


def test_another_address_is_offered_where_one_is_known() -> None:
    found = match(bounce(DANE), [RECORD], made_inside=True)
    known = Surroundings(elsewhere=[parse_address(DAN)])
    assert CardAction.OTHER_ADDRESS in card(bounce(DANE), found, known).actions
    assert CardAction.OTHER_ADDRESS not in card(bounce(DANE), found).actions


def test_of_contradicting_statements_nothing_is_concluded() -> None:
    raw = (CASES / "contradicting.eml").read_bytes()
    said = parse_bounce(raw)
    assert said
    found = match(said, [RECORD], made_inside=True)
    assert found.ours
    [report] = reports_about(said, RECORD).values()
    assert (report.action, report.confidence) == ("failed", Confidence.GUESS)
    assert not observations(said, found, {"plain.example": ("mx.plain.example",)}, NOW)
    shown = card(said, found)
    assert not shown.did_not_happen
    assert not any(action.lowers for action in shown.actions)


def test_a_recipient_of_ours_under_somebody_elses_name_is_not_believed() -> None:
    said = parse_bounce((CASES / "under-another-name.eml").read_bytes())
    assert said
    found = match(said, [RECORD], made_inside=True)
    assert (found.matched, found.ours) == (True, False)


def test_a_copy_for_one_of_ours_that_went_on_to_another_of_ours_is_the_first_ones() -> None:
    forwarded = replace(DANE, recipient=CAROL, original_recipient=DAN)
    assert [str(address) for address in reports_about(bounce(forwarded), RECORD)] == [DAN]


def test_a_domain_in_letters_is_the_one_that_we_wrote_to() -> None:
    record = replace(RECORD, recipients=(decided("gr\u00fcn@xn--bcher-kva.example"),))
    report = replace(DANE, recipient="gr\u00fcn@b\u00fccher.example")
    assert len(reports_about(bounce(report), record)) == 1


def test_while_a_copy_is_held_a_second_one_is_named_as_such() -> None:
    held = told(replace(DANE, action="delayed", retry_until=NOW))
    assert held.caution == "The first copy is still waiting and can't be recalled; this sends a second."
    assert "is held and tried again until 2026-10-03 12:00 UTC" in held.happened
    assert not held.did_not_happen, "it may yet be sent"
    assert not told(DANE).caution


def test_where_no_reason_is_given_what_was_known_and_what_is_known_tell() -> None:
    silent = bounce(Report(recipient=CAROL, diagnostic="Envelope expired"))
    found = match(silent, [RECORD], made_inside=True)
    now = Assessment(
        domain="plain.example",
        assurance=Assurance.EXPOSED,
        evidence=Evidence(
            domain="plain.example", route=Route(status=RouteStatus.FOUND, dnssec=Dnssec.SECURE, exchangers=())
        ),
        checked_at=NOW,
        headline="Exposed: mx.plain.example does not take TLS.",
    )
    [line] = card(silent, found, Surroundings(now={"plain.example": now})).lines
    assert line.happened == f"The letter to {CAROL} came back: refused after retries, reason not given."
    assert line.known_then == "When you sent it (2026-10-03): plain.example was Encrypted, unproven."
    assert line.known_now == "Now (2026-10-03 12:00 UTC): Exposed: mx.plain.example does not take TLS."
    [line] = card(bounce(DANE), match(bounce(DANE), [RECORD], made_inside=True), Surroundings(now={})).lines
    assert (line.unexplained, line.known_then, line.known_now) == (False, "", "")


def test_a_letter_to_a_thousand_people_is_summed_up() -> None:
    addresses = [f"u{number}@plain.example" for number in range(1000)]
    record = replace(RECORD, recipients=tuple(map(decided, addresses)))
    shown = told(*(replace(DANE, recipient=address) for address in addresses), record=record)
    assert shown.happened == "The letter came back from 1000 recipients."
    assert len(shown.lines) == MAX_LINES


def test_who_came_back_by_another_report_is_not_among_those_of_whom_nothing_came_back() -> None:
    found = match(bounce(DANE), [RECORD], made_inside=True)
    assert card(bounce(DANE), found, Surroundings(letter=[RECORD])).arrived == (CAROL, BOB)
    known = Surroundings(letter=[RECORD], back=[parse_address(CAROL)])
    assert card(bounce(DANE), found, known).arrived == (BOB,)


def test_only_copies_that_are_given_up_have_come_back() -> None:
    reports = bounce(DANE, replace(TAGGED, action="delayed"), replace(UNKNOWN_USER, action="relayed"))
    assert came_back(reports, RECORD) == (parse_address(DAN),)


def test_a_notice_that_came_back_is_called_a_notice() -> None:
    notice = told(DANE, record=replace(RECORD, kind=Kind.NOTICE))
    assert notice.happened.startswith(f"The notice to {DAN} came back: ")
    assert notice.lines[0].happened == notice.happened
    assert notice.did_not_happen == "Nothing of the letter was in it."
    assert told(DANE).happened.startswith(f"The letter to {DAN} came back: ")
