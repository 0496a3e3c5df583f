"""The gate: who passes, what is offered to whom, and that nothing goes below the requirement unasked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.address import Address, Field, Recipient, parse_address
from linksec_tui.model.assessment import GATE_WARNINGS, Assessment, Assurance, Reason
from linksec_tui.model.assessment import Warning as Caution
from linksec_tui.model.errors import BadInput, GateRefused
from linksec_tui.model.evidence import Answer, Dnssec, Evidence, Mechanism, ProviderFacts, Route, RouteStatus
from linksec_tui.model.letter import Choice, Draft, Fallback, Requirement
from linksec_tui.outgoing.decide import decide, gate, remainder, stale, unattended, worse
from linksec_tui.outgoing.words import gate_sentence, table

NOW = datetime(2026, 10, 3, 12, tzinfo=UTC)
ME = parse_address("me@home.example")
STRICT = ProviderFacts(
    account="home", insists=MappingProxyType({Mechanism.REQUIRETLS: Answer.YES}), requiretls_offered=True
)
NOTICE, LEAVE_OUT, TRY, LOWER = Choice.NOTICE, Choice.LEAVE_OUT, Choice.TRY, Choice.LOWER


def assessed(domain: str, assurance: Assurance, *codes: str) -> Assessment:
    return Assessment(
        domain=domain,
        assurance=assurance,
        evidence=Evidence(domain=domain, route=Route(status=RouteStatus.FOUND, dnssec=Dnssec.SECURE)),
        checked_at=NOW,
        warnings=tuple(Caution(code=code) for code in codes),
    )


def draft(requirement: Requirement, *addresses: str, tls_optional: bool = False) -> Draft:
    return Draft(
        id="d1",
        account="home",
        sender=ME,
        recipients=tuple(Recipient(address=parse_address(address)) for address in addresses),
        subject="hello",
        requirement=requirement,
        tls_optional=tls_optional,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One recipient before one requirement, and what the gate offers; no choices: it passes."""

    requirement: Requirement
    assessment: Assessment | None
    choices: tuple[Choice, ...] = ()
    provider: ProviderFacts | None = None
    tls_optional: bool = False


ALICE = parse_address("alice@a.example")
EXPOSED = assessed("a.example", Assurance.EXPOSED)
NOWHERE = assessed("a.example", Assurance.UNDELIVERABLE)
OFFERED = {
    "exposed passes any": Case(requirement=Requirement.ANY, assessment=EXPOSED),
    "unasked passes any": Case(requirement=Requirement.ANY, assessment=None),
    "unasked counts as unknown": Case(
        requirement=Requirement.ENCRYPTED, assessment=None, choices=(NOTICE, LEAVE_OUT, LOWER)
    ),
    "unfinished counts as unknown": Case(
        requirement=Requirement.ENCRYPTED,
        assessment=replace(assessed("a.example", Assurance.ENFORCED), complete=False),
        choices=(NOTICE, LEAVE_OUT, LOWER),
    ),
    "the rung itself passes": Case(
        requirement=Requirement.ENFORCED, assessment=assessed("a.example", Assurance.ENFORCED)
    ),
    "one below falls short": Case(
        requirement=Requirement.ENFORCED,
        assessment=assessed("a.example", Assurance.VERIFIABLE),
        choices=(NOTICE, LEAVE_OUT, LOWER),
    ),
    "a strict provider may try": Case(
        requirement=Requirement.ENFORCED,
        assessment=EXPOSED,
        choices=(NOTICE, LEAVE_OUT, TRY, LOWER),
        provider=STRICT,
    ),
    "a lax provider may not": Case(
        requirement=Requirement.ENFORCED,
        assessment=EXPOSED,
        choices=(NOTICE, LEAVE_OUT, LOWER),
        provider=replace(STRICT, insists=MappingProxyType({Mechanism.REQUIRETLS: Answer.UNKNOWN})),
    ),
    "a strict provider that no longer offers it may not": Case(
        requirement=Requirement.ENFORCED,
        assessment=EXPOSED,
        choices=(NOTICE, LEAVE_OUT, LOWER),
        provider=replace(STRICT, requiretls_offered=False),
    ),
    "nobody there, proved": Case(
        requirement=Requirement.ANY, assessment=replace(NOWHERE, securely_undeliverable=True), choices=(LEAVE_OUT,)
    ),
    "nobody there, not proved": Case(
        requirement=Requirement.ANY, assessment=NOWHERE, choices=(LEAVE_OUT, LOWER), provider=STRICT
    ),
    "a warning opens the gate": Case(
        requirement=Requirement.ANY,
        assessment=assessed("a.example", Assurance.ENFORCED, "downgrade"),
        choices=(NOTICE, LEAVE_OUT, TRY, LOWER),
        provider=STRICT,
    ),
    "protection does not help against the wrong person": Case(
        requirement=Requirement.ANY,
        assessment=assessed("a.example", Assurance.ENFORCED, "not-who-you-think"),
        choices=(NOTICE, LEAVE_OUT, LOWER),
        provider=STRICT,
    ),
    "other warnings do not": Case(
        requirement=Requirement.ANY, assessment=assessed("a.example", Assurance.ENCRYPTED, "will-come-back")
    ),
    "delivery even without TLS offers no try": Case(
        requirement=Requirement.ANY,
        assessment=assessed("a.example", Assurance.ENCRYPTED, "downgrade"),
        choices=(NOTICE, LEAVE_OUT, LOWER),
        provider=STRICT,
        tls_optional=True,
    ),
}


@pytest.mark.parametrize("name", OFFERED)
def test_the_gate_offers_what_the_contract_says(name: str) -> None:
    case = OFFERED[name]
    assessments = {"a.example": case.assessment} if case.assessment else {}
    asked = gate(
        draft(case.requirement, "alice@a.example", tls_optional=case.tls_optional), assessments, case.provider, NOW
    )
    (line,) = asked.lines
    assert line.choices == case.choices
    assert line.passes == (not case.choices)
    assert asked.open == bool(case.choices)
    assert bool(line.why) == bool(case.choices)


def test_the_sentences_cover_every_warning_that_opens_the_gate() -> None:
    for code in GATE_WARNINGS:
        asked = gate(
            draft(Requirement.ANY, "alice@a.example"),
            {"a.example": assessed("a.example", Assurance.ENFORCED, code)},
            None,
            NOW,
        )
        assert asked.lines[0].why


def test_what_is_known_of_a_person_counts_before_what_is_known_of_the_domain() -> None:
    assessments = {
        "a.example": assessed("a.example", Assurance.ENFORCED),
        "alice@a.example": assessed("a.example", Assurance.VERIFIABLE, "list"),
    }
    asked = gate(draft(Requirement.ENFORCED, "alice@a.example", "al@a.example"), assessments, None, NOW)
    assert [line.passes for line in asked.lines] == [False, True]


def test_nobody_falls_short_without_a_choice() -> None:
    letter = draft(Requirement.ENCRYPTED, "alice@a.example", "bob@b.example")
    assessments = {"a.example": EXPOSED, "b.example": assessed("b.example", Assurance.ENCRYPTED)}
    asked = gate(letter, assessments, None, NOW)
    with pytest.raises(GateRefused, match=r"1 of 2 .*\n  alice@a.example  Exposed"):
        decide(letter, asked, {}, NOW)
    with pytest.raises(GateRefused):
        decide(letter, asked, {ALICE: TRY}, NOW)
    made = decide(letter, asked, {ALICE: LOWER}, NOW)
    assert [each.choice for each in made.recipients] == [LOWER, Choice.SEND]


def test_who_passes_cannot_be_lowered_but_left_out() -> None:
    letter = draft(Requirement.ANY, "alice@a.example")
    asked = gate(letter, {"a.example": EXPOSED}, None, NOW)
    assert decide(letter, asked, {ALICE: LOWER}, NOW).recipients[0].choice is Choice.SEND
    left_out = decide(letter, asked, {ALICE: LEAVE_OUT}, NOW)
    assert left_out.recipients[0].choice is LEAVE_OUT
    kept = remainder(letter, left_out, "d2")
    assert kept
    assert [recipient.address for recipient in kept.recipients] == [ALICE]
    assert remainder(letter, decide(letter, asked, {}, NOW), "d2") is None


def test_contradictions_are_refused() -> None:
    for letter in (draft(Requirement.ANY), draft(Requirement.ENCRYPTED, "alice@a.example", tls_optional=True)):
        asked = gate(letter, {"a.example": assessed("a.example", Assurance.ENFORCED)}, None, NOW)
        with pytest.raises(BadInput):
            decide(letter, asked, {ALICE: LOWER}, NOW)


def test_a_letter_changed_after_the_gate_is_noticed() -> None:
    asked = gate(draft(Requirement.ANY, "alice@a.example"), {}, None, NOW)
    with pytest.raises(GateRefused, match="recipients have changed"):
        decide(draft(Requirement.ANY, "alice@a.example", "bob@b.example"), asked, {}, NOW)
    with pytest.raises(GateRefused, match="requirement has changed"):
        decide(draft(Requirement.ENFORCED, "alice@a.example"), asked, {}, NOW)


def test_somebody_in_two_fields_is_one_recipient_and_an_open_one() -> None:
    twice = (Recipient(address=ALICE, field=Field.BCC), Recipient(address=ALICE, name="Alice", field=Field.TO))
    asked = gate(replace(draft(Requirement.ANY), recipients=twice), {}, None, NOW)
    assert [line.recipient.name for line in asked.lines] == ["Alice"]


UNATTENDED = {
    "falls short, bounce": (EXPOSED, Fallback.BOUNCE, frozenset[str](), None),
    "falls short, notice": (EXPOSED, Fallback.NOTICE, frozenset[str](), NOTICE),
    "falls short and accepted": (EXPOSED, Fallback.BOUNCE, frozenset({"downgrade"}), None),
    "warning": (assessed("a.example", Assurance.ENCRYPTED, "downgrade"), Fallback.BOUNCE, frozenset[str](), None),
    "warning accepted": (
        assessed("a.example", Assurance.ENCRYPTED, "downgrade"),
        Fallback.BOUNCE,
        frozenset({"downgrade"}),
        LOWER,
    ),
    "another warning accepted": (
        assessed("a.example", Assurance.ENCRYPTED, "downgrade", "possible-attack"),
        Fallback.BOUNCE,
        frozenset({"downgrade"}),
        None,
    ),
    "perhaps somebody else, notice": (
        assessed("a.example", Assurance.ENCRYPTED, "not-who-you-think"),
        Fallback.NOTICE,
        frozenset[str](),
        None,
    ),
    "nobody there, notice": (NOWHERE, Fallback.NOTICE, frozenset[str](), None),
}


@pytest.mark.parametrize("name", UNATTENDED)
def test_a_sender_who_cannot_be_asked_gets_no_more_than_was_allowed(name: str) -> None:
    assessment, fallback, accepted, expected = UNATTENDED[name]
    asked = gate(draft(Requirement.ENCRYPTED, "alice@a.example"), {"a.example": assessment}, None, NOW)
    assert unattended(asked, fallback, accepted).get(ALICE) == expected


def test_worse_is_a_lower_rung_a_new_warning_or_a_rung_that_rests_on_another_tag() -> None:
    letter = draft(Requirement.VERIFIABLE, "alice@a.example")
    before = assessed("a.example", Assurance.ENFORCED)
    made = decide(letter, gate(letter, {"a.example": before}, None, NOW), {}, NOW)
    assert worse(made, {"a.example": before}, NOW) == ()
    assert worse(made, {"a.example": assessed("a.example", Assurance.LINK_SECURE)}, NOW) == ()
    assert worse(made, {"a.example": assessed("a.example", Assurance.VERIFIABLE)}, NOW) == (ALICE,)
    assert worse(made, {"a.example": assessed("a.example", Assurance.ENFORCED, "downgrade")}, NOW) == (ALICE,)
    assert worse(made, {"a.example": replace(before, needs_requiretls=True)}, NOW) == (ALICE,)
    assert worse(made, {}, NOW) == (ALICE,)


def test_who_gets_only_the_notice_cannot_be_worse_off() -> None:
    letter = draft(Requirement.ENCRYPTED, "alice@a.example")
    made = decide(letter, gate(letter, {"a.example": EXPOSED}, None, NOW), {ALICE: NOTICE}, NOW)
    assert worse(made, {}, NOW) == ()
    assert not stale(made, NOW + timedelta(days=1))


@pytest.mark.parametrize(("minutes", "expected"), [(0, False), (9, False), (10, True), (-1, True)])
def test_evidence_of_ten_minutes_is_asked_again(minutes: int, expected: bool) -> None:
    letter = draft(Requirement.ANY, "alice@a.example")
    made = decide(letter, gate(letter, {"a.example": EXPOSED}, None, NOW), {}, NOW)
    assert stale(made, NOW + timedelta(minutes=minutes)) is expected


@given(
    st.sampled_from(Requirement),
    st.lists(st.tuples(st.sampled_from(Assurance), st.booleans(), st.sampled_from(["", "downgrade", "list"]))),
    st.sampled_from([None, STRICT]),
    st.lists(st.sampled_from(Choice)),
)
def test_whatever_is_chosen_nothing_goes_below_the_requirement_by_itself(
    requirement: Requirement,
    recipients: list[tuple[Assurance, bool, str]],
    provider: ProviderFacts | None,
    chosen: list[Choice],
) -> None:
    letter = draft(requirement, *(f"r@d{number}.example" for number in range(len(recipients))))
    assessments = {
        f"d{number}.example": replace(
            assessed(f"d{number}.example", assurance, *filter(None, [code])), complete=complete
        )
        for number, (assurance, complete, code) in enumerate(recipients)
    }
    choices: dict[Address, Choice] = {
        recipient.address: choice for recipient, choice in zip(letter.recipients, chosen, strict=False)
    }
    asked = gate(letter, assessments, provider, NOW)
    assert table(asked.lines).count("\n") + 1 >= len(asked.lines)
    try:
        made = decide(letter, asked, choices, NOW)
    except (GateRefused, BadInput):
        return
    for decided, line in zip(made.recipients, asked.lines, strict=True):
        if decided.choice is Choice.SEND:
            assert line.passes
            assert decided.assurance >= requirement.minimum
        else:
            assert choices[decided.recipient.address] is decided.choice


def test_a_domain_that_does_not_exist_is_told_from_one_that_takes_no_mail() -> None:
    told = {
        status: gate_sentence(_undeliverable(status), Assurance.UNDELIVERABLE, Requirement.ANY)
        for status in (RouteStatus.NO_SUCH_DOMAIN, RouteStatus.NULL_MX)
    }
    assert told == {
        RouteStatus.NO_SUCH_DOMAIN: "There is no domain universty.example. Check the spelling.",
        RouteStatus.NULL_MX: "universty.example does not accept mail.",
    }


def _undeliverable(status: RouteStatus) -> Assessment:
    return Assessment(
        domain="universty.example",
        assurance=Assurance.UNDELIVERABLE,
        evidence=Evidence(domain="universty.example", route=Route(status=status, dnssec=Dnssec.SECURE)),
        checked_at=NOW,
        securely_undeliverable=True,
    )


COMES_BACK = "This letter will be held, perhaps for days, and then come back."


@pytest.mark.parametrize(("offered", "told"), [(False, True), (None, True), (True, False)])
def test_the_gate_says_what_will_come_back_and_the_notice_with_it_unless_the_provider_can_tell_them_apart(
    offered: bool | None, told: bool
) -> None:
    facts = replace(STRICT, requiretls_offered=offered)
    short = assessed("x.example", Assurance.UNKNOWN)
    short = replace(
        short,
        evidence=replace(short.evidence, provider=facts),
        warnings=(Caution(code="will-come-back", text=COMES_BACK),),
    )
    asked = gate(draft(Requirement.VERIFIABLE, "a@x.example"), {"x.example": short}, facts, NOW)
    assert COMES_BACK in asked.lines[0].why
    assert ("So would the notice." in asked.lines[0].why) is told


@pytest.mark.parametrize(
    ("requiretls_offered", "tls_optional", "comes_back"),
    [(True, True, False), (True, False, True), (False, True, True), (None, True, True)],
)
def test_what_may_travel_in_the_clear_comes_back_only_from_who_does_not_heed_that(
    requiretls_offered: bool | None, tls_optional: bool, comes_back: bool
) -> None:
    """Postfix 3.11, which knows RFC 8689, passes such letters on; 3.7 sends them back (docs/lab.md)."""
    provider = ProviderFacts(account="home", requiretls_offered=requiretls_offered)
    judged = assessed("a.example", Assurance.ENFORCED, "will-come-back", "old-tls")
    judged = replace(judged, evidence=replace(judged.evidence, provider=provider))
    letter = draft(Requirement.ANY, "alice@a.example", tls_optional=tls_optional)
    [line] = gate(letter, {"a.example": judged}, provider, NOW).lines
    assert line.assessment.warned("will-come-back") is comes_back
    assert line.assessment.warned("old-tls")


@pytest.mark.parametrize(
    ("code", "rung"),
    [
        ("starttls-missing", Assurance.EXPOSED),
        ("starttls-failed", Assurance.EXPOSED),
        ("starttls-seen", Assurance.ENCRYPTED),
    ],
)
def test_what_may_travel_in_the_clear_is_exposed_where_a_server_lacks_tls(code: str, rung: Assurance) -> None:
    judged = replace(assessed("a.example", Assurance.ENFORCED), reasons=(Reason(code=code),))
    [line] = gate(draft(Requirement.ANY, "a@a.example", tls_optional=True), {"a.example": judged}, None, NOW).lines
    assert line.assessment.assurance is rung
    [line] = gate(draft(Requirement.ANY, "a@a.example"), {"a.example": judged}, None, NOW).lines
    assert line.assessment.assurance is Assurance.ENFORCED


def test_where_a_domain_cannot_be_looked_up_its_letters_come_back_whatever_they_say() -> None:
    judged = assessed("a.example", Assurance.UNKNOWN, "will-come-back")
    route = Route(status=RouteStatus.FAILED, dnssec=Dnssec.BOGUS)
    judged = replace(judged, evidence=replace(judged.evidence, route=route, provider=STRICT))
    assert judged.in_the_clear_too().warned("will-come-back")
