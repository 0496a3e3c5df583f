"""Green is a promise: what it needs, whatever the evidence (link-security.md §2.2, rules 5 to 7; §3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.link.assess import assess
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.evidence import (
    Answer,
    DaneStatus,
    Declaration,
    Dnssec,
    Evidence,
    Exchanger,
    Mechanism,
    Source,
    StarttlsStatus,
    StsStatus,
    UserWord,
)
from tests.link.any_evidence import ANY_EVIDENCE, HOSTS, NAMES, evidences, rung, strong_evidences
from tests.link.evidence_cases import DOMAIN, NOW

EITHER = evidences() | strong_evidences()
GREEN = (Assurance.ENFORCED, Assurance.LINK_SECURE)


def answer(evidence: Evidence, mechanism: Mechanism) -> Answer:
    return evidence.provider.answer(mechanism) if evidence.provider else Answer.UNKNOWN


def insists(evidence: Evidence, mechanism: Mechanism) -> bool:
    return answer(evidence, mechanism) is Answer.YES


def published(evidence: Evidence, exchanger: Exchanger) -> Iterator[Mechanism]:
    """Written anew from the contract: what the domain lets this exchanger be verified by."""
    dane = evidence.dane.get(exchanger.host)
    signed = evidence.route.dnssec is Dnssec.SECURE and (
        exchanger.dnssec is Dnssec.SECURE or (dane is not None and dane.base == exchanger.host)
    )
    if dane is not None and dane.status is DaneStatus.SECURE and signed and evidence.route.status != "literal":
        yield Mechanism.DANE
    sts = evidence.sts
    current = sts.confirmed or (sts.expires_at is not None and sts.expires_at > NOW)
    if sts.status is StsStatus.ENFORCE and current and sts.names(exchanger.host) and evidence.route.status != "literal":
        yield Mechanism.MTA_STS


def may_be_used(evidence: Evidence, exchanger: Exchanger) -> bool:
    """Not proved absent, and not surely passed by for a policy that was confirmed today."""
    signed = evidence.route.dnssec is Dnssec.SECURE and exchanger.dnssec is Dnssec.SECURE
    if exchanger.exists is False and signed:
        return False
    sts = evidence.sts
    followed = insists(evidence, Mechanism.MTA_STS) and sts.status is StsStatus.ENFORCE and sts.confirmed
    return not (followed and evidence.route.status != "literal") or sts.names(exchanger.host)


def held_by_a_mechanism(evidence: Evidence, exchanger: Exchanger) -> bool:
    for mechanism in published(evidence, exchanger):
        confirmed = mechanism is Mechanism.DANE or evidence.sts.confirmed
        if insists(evidence, mechanism) and confirmed:
            return True
    return False


def offers_requiretls(evidence: Evidence, exchanger: Exchanger) -> bool:
    seen = evidence.observations.get(exchanger.host)
    return (
        seen is not None
        and seen.starttls is StarttlsStatus.OFFERED
        and seen.expires_at > NOW
        and seen.requiretls
        and bool(seen.verified_under & set(published(evidence, exchanger)))
    )


@given(EITHER)
@ANY_EVIDENCE
def test_green_needs_a_mechanism_that_the_provider_is_known_to_enforce_on_every_exchanger(evidence: Evidence) -> None:
    assessment = assess(evidence, NOW)
    if assessment.assurance not in GREEN or assessment.needs_requiretls:
        return
    used = [one for one in evidence.route.exchangers if may_be_used(evidence, one)]
    assert used
    assert all(held_by_a_mechanism(evidence, one) for one in used)


@given(strong_evidences())
@ANY_EVIDENCE
def test_whoever_has_all_of_it_is_green(evidence: Evidence) -> None:
    """The other way round, so that the reckoning cannot be right by never being green."""
    used = [one for one in evidence.route.exchangers if may_be_used(evidence, one)]
    held = used and all(held_by_a_mechanism(evidence, one) for one in used)
    # a policy that names none of them leaves nobody to judge by
    if held and (evidence.sts.status is not StsStatus.ENFORCE or any(evidence.sts.names(one.host) for one in used)):
        assert rung(evidence) in GREEN


@given(EITHER)
@ANY_EVIDENCE
def test_requiretls_lifts_only_under_all_of_its_conditions(evidence: Evidence) -> None:
    assessment = assess(evidence, NOW)
    if not assessment.needs_requiretls:
        return
    assert evidence.provider is not None
    assert evidence.provider.requiretls_offered is True
    assert insists(evidence, Mechanism.REQUIRETLS)
    usable = [one for one in evidence.route.exchangers if one.host not in assessment.dropped_hosts]
    assert usable
    assert all(offers_requiretls(evidence, one) for one in usable)


@given(strong_evidences())
@ANY_EVIDENCE
def test_where_they_all_hold_it_does(evidence: Evidence) -> None:
    assessment = assess(evidence, NOW)
    usable = [one for one in evidence.route.exchangers if one.host not in assessment.dropped_hosts]
    provider = evidence.provider
    holds = usable and all(offers_requiretls(evidence, one) for one in usable)
    if holds and provider and provider.requiretls_offered and insists(evidence, Mechanism.REQUIRETLS):
        assert assessment.assurance in GREEN


@given(EITHER, st.frozensets(st.sampled_from(NAMES)))
@ANY_EVIDENCE
def test_a_letter_stays_inside_only_where_the_domain_is_listed_literally(
    evidence: Evidence, listed: frozenset[str]
) -> None:
    if evidence.provider is None:
        return
    provider = replace(evidence.provider, local_domains=listed)
    assessment = assess(replace(evidence, provider=provider, user=None), NOW)
    local = any(reason.code == "local" for reason in assessment.reasons)
    assert local == (DOMAIN in listed)
    if local and not insists_on_nothing(evidence):
        assert assessment.assurance in GREEN
        assert not assessment.warnings


def insists_on_nothing(evidence: Evidence) -> bool:
    return answer(evidence, Mechanism.STARTTLS) is Answer.NO


@given(EITHER)
@ANY_EVIDENCE
def test_green_needs_a_provider_that_is_known_to_insist(evidence: Evidence) -> None:
    if evidence.provider is not None:
        not_yes = {m: a for m, a in evidence.provider.insists.items() if a is not Answer.YES}
        unknown = replace(evidence.provider, insists=MappingProxyType(not_yes))
        assert rung(replace(evidence, provider=unknown)) <= Assurance.VERIFIABLE
    assert rung(replace(evidence, provider=None)) <= Assurance.VERIFIABLE


@given(EITHER)
@ANY_EVIDENCE
def test_what_could_be_forged_never_lifts_above_encrypted(evidence: Evidence) -> None:
    """No signed list of exchangers, no policy in force: whatever handshakes are said to have verified."""
    dnssec = evidence.route.dnssec if evidence.route.dnssec is not Dnssec.SECURE else Dnssec.INSECURE
    status = StsStatus.TESTING if evidence.sts.status is StsStatus.ENFORCE else evidence.sts.status
    forged = replace(
        evidence,
        route=replace(evidence.route, dnssec=dnssec),
        sts=replace(evidence.sts, status=status),
        user=None,
    )
    assert rung(forged) <= Assurance.ENCRYPTED


@given(EITHER)
@ANY_EVIDENCE
def test_a_provider_without_starttls_caps_everybody_at_exposed(evidence: Evidence) -> None:
    if evidence.provider is not None:
        insists = MappingProxyType({**evidence.provider.insists, Mechanism.STARTTLS: Answer.NO})
        capped = replace(evidence, provider=replace(evidence.provider, insists=insists))
        assert rung(capped) <= Assurance.EXPOSED


@given(EITHER)
@ANY_EVIDENCE
def test_the_user_may_lower_anything_to_exposed(evidence: Evidence) -> None:
    assert rung(replace(evidence, user=UserWord(exposed=True))) <= Assurance.EXPOSED


@given(EITHER, st.sampled_from((Source.DNS, Source.MTA_STS, Source.MEMORY)))
@ANY_EVIDENCE
def test_nothing_is_green_while_an_answer_is_missing(evidence: Evidence, missing: Source) -> None:
    assert rung(replace(evidence, pending=frozenset({missing}))) <= Assurance.VERIFIABLE


@given(EITHER)
@ANY_EVIDENCE
def test_a_possible_attack_is_never_more_than_exposed(evidence: Evidence) -> None:
    assessment = assess(evidence, NOW)
    if assessment.warned("possible-attack"):
        assert assessment.assurance <= Assurance.EXPOSED


@given(EITHER)
@ANY_EVIDENCE
def test_it_will_come_back_only_from_a_provider_that_is_known_to_insist(evidence: Evidence) -> None:
    assessment = assess(evidence, NOW)
    if assessment.warned("will-come-back"):
        assert insists(evidence, Mechanism.DANE) or insists(evidence, Mechanism.MTA_STS)
        assert not assessment.warned("may-come-back")


# declared levels


def statements_of(evidence: Evidence, name: str) -> list[Declaration]:
    return [one for one in evidence.declarations if one.name == name and one.authenticated and one.expires_at > NOW]


@given(EITHER)
@ANY_EVIDENCE
def test_the_highest_rung_needs_level_4_of_every_exchanger_that_may_be_used(evidence: Evidence) -> None:
    assessment = assess(evidence, NOW)
    if assessment.assurance is not Assurance.LINK_SECURE:
        return
    assert assessment.declared_level == 4
    domain = statements_of(evidence, DOMAIN)
    for one in (one for one in evidence.route.exchangers if may_be_used(evidence, one)):
        inside = one.host.endswith(f".{DOMAIN}")
        said = statements_of(evidence, one.host) or (domain if inside else [])
        assert any(statement.level == 4 for statement in said)


@given(EITHER)
@ANY_EVIDENCE
def test_a_level_that_could_be_forged_or_has_run_out_is_none(evidence: Evidence) -> None:
    forged = tuple(replace(one, authenticated=False) for one in evidence.declarations)
    assert assess(replace(evidence, declarations=forged), NOW).declared_level == 0
    expired = tuple(replace(one, expires_at=NOW) for one in evidence.declarations)
    assert assess(replace(evidence, declarations=expired), NOW).declared_level == 0


@given(EITHER, st.sampled_from((DOMAIN, *HOSTS)), st.integers(1, 4))
@ANY_EVIDENCE
def test_one_more_statement_of_today_bounds_the_level_of_its_name(evidence: Evidence, name: str, level: int) -> None:
    said = Declaration(
        name=name,
        level=level,
        source=Source.DNS,
        authenticated=True,
        observed_at=NOW,
        expires_at=NOW.replace(year=2027),
    )
    with_it = assess(replace(evidence, declarations=(*evidence.declarations, said)), NOW)
    counts = name == DOMAIN or any(one.host == name and may_be_used(evidence, one) for one in evidence.route.exchangers)
    if counts:
        assert with_it.declared_level <= level


@given(EITHER)
@ANY_EVIDENCE
def test_the_level_is_one_that_somebody_stated(evidence: Evidence) -> None:
    level = assess(evidence, NOW).declared_level
    assert level == 0 or level in {one.level for one in evidence.declarations if one.authenticated}
