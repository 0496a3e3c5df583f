"""What holds of the reckoning whatever the evidence: link-security.md §2.2, last paragraph."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.link.assess import assess
from linksec_tui.link.explain import explain
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.evidence import (
    Answer,
    Dane,
    DaneStatus,
    Declaration,
    Dnssec,
    Evidence,
    Failure,
    KnownEntry,
    Mechanism,
    Observation,
    ProviderFacts,
    Route,
    RouteStatus,
    Source,
    StarttlsStatus,
    Sts,
    StsStatus,
    Unavailable,
    UserWord,
)
from tests.link.any_evidence import ANY_EVIDENCE, HOSTS, VERIFYING, evidences, failures, rung, strong_evidences
from tests.link.evidence_cases import DOMAIN, NOW, WEEK

EITHER = evidences() | strong_evidences()
FAILED_DNS = (Dnssec.INSECURE, Dnssec.UNCHECKED, Dnssec.BOGUS, Dnssec.ERROR)


def with_dane(evidence: Evidence, status: DaneStatus, *hosts: str) -> Evidence:
    changed = {
        host: replace(evidence.dane.get(host, Dane(host=host, status=DaneStatus.ABSENT)), status=status)
        for host in hosts
    }
    return replace(evidence, dane=MappingProxyType({**evidence.dane, **changed}))


def hosts_of(evidence: Evidence) -> list[str]:
    return [exchanger.host for exchanger in evidence.route.exchangers]


def with_answers(evidence: Evidence, answers: dict[Mechanism, Answer]) -> Evidence:
    provider = evidence.provider or ProviderFacts(account="home")
    return replace(evidence, provider=replace(provider, insists=MappingProxyType({**provider.insists, **answers})))


# more good news never lowers


@given(EITHER)
@ANY_EVIDENCE
def test_dane_on_every_exchanger_never_lowers(evidence: Evidence) -> None:
    assert rung(with_dane(evidence, DaneStatus.SECURE, *hosts_of(evidence))) >= rung(evidence)


@given(EITHER, st.sampled_from(HOSTS))
@ANY_EVIDENCE
def test_dane_on_one_exchanger_never_lowers(evidence: Evidence, host: str) -> None:
    silent = with_dane(evidence, DaneStatus.ABSENT, host)
    assert rung(with_dane(evidence, DaneStatus.SECURE, host)) >= rung(silent)


@given(EITHER)
@ANY_EVIDENCE
def test_a_policy_that_names_every_exchanger_never_lowers(evidence: Evidence) -> None:
    silent = replace(evidence, sts=Sts(status=StsStatus.ABSENT))
    names = tuple(hosts_of(evidence))
    policy = Sts(status=StsStatus.ENFORCE, mx=names, confirmed=True, expires_at=NOW + WEEK)
    assert rung(replace(evidence, sts=policy)) >= rung(silent)


@given(EITHER)
@ANY_EVIDENCE
def test_a_policy_that_is_confirmed_never_lowers(evidence: Evidence) -> None:
    policy = replace(evidence.sts, expires_at=NOW + WEEK)
    sure, unsure = (replace(policy, confirmed=confirmed) for confirmed in (True, False))
    assert rung(replace(evidence, sts=sure)) >= rung(replace(evidence, sts=unsure))


@given(EITHER)
@ANY_EVIDENCE
def test_an_exchanger_seen_to_take_tls_never_lowers(evidence: Evidence) -> None:
    seen = {
        host: Observation(
            domain=DOMAIN,
            host=host,
            starttls=StarttlsStatus.OFFERED,
            source=Source.PROBE,
            observed_at=NOW,
            expires_at=NOW + WEEK,
        )
        for host in hosts_of(evidence)
        if host not in evidence.observations or evidence.observations[host].starttls is not StarttlsStatus.OFFERED
    }
    assert rung(replace(evidence, observations=MappingProxyType({**evidence.observations, **seen}))) >= rung(evidence)


@given(EITHER, st.sampled_from(VERIFYING))
@ANY_EVIDENCE
def test_a_handshake_that_verified_and_offered_requiretls_never_lowers(
    evidence: Evidence, mechanism: Mechanism
) -> None:
    better = {
        host: replace(
            seen,
            requiretls=True,
            verified_under=seen.verified_under | {mechanism},
            failed_under=seen.failed_under - {mechanism},
        )
        for host, seen in evidence.observations.items()
    }
    assert rung(replace(evidence, observations=MappingProxyType(better))) >= rung(evidence)


@given(EITHER, st.sampled_from((Mechanism.MTA_STS, Mechanism.REQUIRETLS, Mechanism.STARTTLS)))
@ANY_EVIDENCE
def test_learning_that_the_provider_insists_never_lowers(evidence: Evidence, mechanism: Mechanism) -> None:
    unknown = with_answers(evidence, {mechanism: Answer.UNKNOWN})
    assert rung(with_answers(evidence, {mechanism: Answer.YES})) >= rung(unknown)


@given(EITHER)
@ANY_EVIDENCE
def test_a_submission_server_that_offers_requiretls_never_lowers(evidence: Evidence) -> None:
    provider = evidence.provider or ProviderFacts(account="home")
    offered, not_offered = (
        replace(evidence, provider=replace(provider, requiretls_offered=offers)) for offers in (True, False)
    )
    assert rung(offered) >= rung(not_offered)


@given(EITHER, st.sampled_from((DOMAIN, *HOSTS)), st.sampled_from((Source.DNS, Source.PROBE)))
@ANY_EVIDENCE
def test_one_more_authenticated_promise_of_the_highest_level_never_lowers(
    evidence: Evidence, name: str, source: Source
) -> None:
    promise = Declaration(name=name, level=4, source=source, authenticated=True, observed_at=NOW, expires_at=NOW + WEEK)
    assert rung(replace(evidence, declarations=(*evidence.declarations, promise))) >= rung(evidence)


@given(EITHER)
@ANY_EVIDENCE
def test_a_higher_declared_level_never_lowers(evidence: Evidence) -> None:
    higher = tuple(replace(declaration, level=4) for declaration in evidence.declarations)
    assert rung(replace(evidence, declarations=higher)) >= rung(evidence)


@given(EITHER, st.sampled_from(HOSTS))
@ANY_EVIDENCE
def test_an_entry_of_the_known_list_never_lowers(evidence: Evidence, host: str) -> None:
    entry = KnownEntry(matched=host, kind="exchanger", starttls=True)
    assert rung(replace(evidence, known=(*evidence.known, entry))) >= rung(evidence)


@given(EITHER, st.sampled_from(VERIFYING))
@ANY_EVIDENCE
def test_the_user_naming_a_mechanism_never_lowers_and_makes_nothing_green(
    evidence: Evidence, mechanism: Mechanism
) -> None:
    silent = replace(evidence, user=None)
    named = rung(replace(evidence, user=UserWord(mechanism=mechanism)))
    assert named >= rung(silent)
    assert named <= max(Assurance.VERIFIABLE, rung(silent))


# an error never raises


@given(EITHER, st.sampled_from((DaneStatus.ERROR, DaneStatus.BOGUS)))
@ANY_EVIDENCE
def test_an_error_about_tlsa_never_raises(evidence: Evidence, error: DaneStatus) -> None:
    failed = rung(with_dane(evidence, error, *hosts_of(evidence)))
    assert failed <= rung(with_dane(evidence, DaneStatus.ABSENT, *hosts_of(evidence)))
    assert failed <= rung(with_dane(evidence, DaneStatus.SECURE, *hosts_of(evidence)))


@given(EITHER, st.sampled_from((Dnssec.ERROR, Dnssec.BOGUS)))
@ANY_EVIDENCE
def test_an_error_about_the_addresses_never_raises(evidence: Evidence, dnssec: Dnssec) -> None:
    lost = tuple(replace(one, dnssec=dnssec, exists=None, addresses=()) for one in evidence.route.exchangers)
    error = DaneStatus.BOGUS if dnssec is Dnssec.BOGUS else DaneStatus.ERROR
    failed = with_dane(evidence, error, *hosts_of(evidence))
    there = tuple(replace(one, exists=True, forbidden=False) for one in evidence.route.exchangers)
    had = replace(evidence, route=replace(evidence.route, exchangers=there))
    without = replace(failed, route=replace(evidence.route, exchangers=lost))
    assert rung(without) <= rung(with_dane(had, DaneStatus.ABSENT, *hosts_of(evidence)))


@given(EITHER)
@ANY_EVIDENCE
def test_an_error_about_the_policy_is_worth_no_more_than_silence(evidence: Evidence) -> None:
    failed = replace(evidence, sts=Sts(status=StsStatus.ERROR))
    assert rung(failed) <= rung(replace(evidence, sts=Sts(status=StsStatus.ABSENT)))


@given(EITHER, st.sampled_from(FAILED_DNS))
@ANY_EVIDENCE
def test_a_failed_lookup_of_the_exchangers_is_worth_unknown_at_most(evidence: Evidence, dnssec: Dnssec) -> None:
    failure = Unavailable(source=Source.DNS, kind=Failure.TIMEOUT)
    failed = replace(evidence, route=Route(status=RouteStatus.FAILED, dnssec=dnssec, failure=failure))
    assert rung(failed) <= Assurance.UNKNOWN


@given(EITHER, st.lists(failures, max_size=4))
@ANY_EVIDENCE
def test_a_source_that_failed_changes_no_rung_and_no_warning_and_is_told(
    evidence: Evidence, failed: list[Unavailable]
) -> None:
    well = assess(replace(evidence, unavailable=()), NOW)
    ill = explain(assess(replace(evidence, unavailable=tuple(failed)), NOW))
    assert (ill.assurance, [w.code for w in ill.warnings]) == (well.assurance, [w.code for w in well.warnings])
    told = {reason.source for reason in ill.reasons if "cannot" in reason.text.lower()}
    assert {one.source for one in failed} <= told


@given(EITHER)
@ANY_EVIDENCE
def test_an_exchanger_that_is_not_seen_any_more_never_raises(evidence: Evidence) -> None:
    """Where all that was seen was good, forgetting it is worth no more."""
    good = {h: s for h, s in evidence.observations.items() if s.starttls is StarttlsStatus.OFFERED}
    seen = replace(evidence, observations=MappingProxyType(good))
    assert rung(replace(seen, observations=MappingProxyType({}))) <= rung(seen)


# what does not matter


@given(EITHER)
@ANY_EVIDENCE
def test_order_never_matters(evidence: Evidence) -> None:
    turned = replace(
        evidence,
        route=replace(evidence.route, exchangers=evidence.route.exchangers[::-1]),
        dane=MappingProxyType(dict(reversed(list(evidence.dane.items())))),
        observations=MappingProxyType(dict(reversed(list(evidence.observations.items())))),
        declarations=evidence.declarations[::-1],
        known=evidence.known[::-1],
        promises=evidence.promises[::-1],
        unavailable=evidence.unavailable[::-1],
    )
    one, other = assess(evidence, NOW), assess(turned, NOW)
    assert one.assurance is other.assurance
    assert one.declared_level == other.declared_level
    assert one.needs_requiretls == other.needs_requiretls
    assert set(one.warnings) == set(other.warnings)
    assert set(one.reasons) == set(other.reasons)
    assert set(one.dropped_hosts) == set(other.dropped_hosts)


@given(EITHER)
@ANY_EVIDENCE
def test_what_was_seen_for_another_domain_is_worth_nothing(evidence: Evidence) -> None:
    elsewhere = {host: replace(seen, domain="b.example") for host, seen in evidence.observations.items()}
    nothing = replace(evidence, observations=MappingProxyType({}))
    assert rung(replace(evidence, observations=MappingProxyType(elsewhere))) is rung(nothing)


@given(EITHER)
@ANY_EVIDENCE
def test_memory_warns_and_never_moves_the_rung(evidence: Evidence) -> None:
    assert rung(replace(evidence, promises=())) is rung(evidence)


@given(EITHER)
@ANY_EVIDENCE
def test_everything_that_can_be_said_has_its_words(evidence: Evidence) -> None:
    assessment = explain(assess(evidence, NOW))
    texts = [assessment.headline, *(r.text for r in assessment.reasons), *(w.text for w in assessment.warnings)]
    assert all(texts)
    assert not any("{" in text for text in texts)
