"""What holds of the reckoning whatever the evidence: link-security.md §2.2, last paragraph."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st

from linksec_tui.link.assess import assess
from linksec_tui.link.explain import explain
from linksec_tui.link.memory import expiry_of
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.evidence import (
    Answer,
    Dane,
    DaneStatus,
    Declaration,
    Dnssec,
    Evidence,
    Exchanger,
    Failure,
    Mechanism,
    Observation,
    Promise,
    ProviderFacts,
    Route,
    RouteStatus,
    Source,
    StarttlsStatus,
    Sts,
    StsStatus,
    Unavailable,
)
from tests.link.evidence_cases import DOMAIN, NOW, WEEK

# No deadline: a slow machine is not a wrong answer.
ANY_EVIDENCE = settings(max_examples=60, deadline=None)
HOSTS = ("mx1.a.example", "mx2.a.example", "mx.b.example")
LIFTED_BY_DNS = (Dnssec.INSECURE, Dnssec.UNCHECKED, Dnssec.BOGUS, Dnssec.ERROR)
MECHANISM_SETS = st.frozensets(st.sampled_from((Mechanism.DANE, Mechanism.MTA_STS)))

exchangers = st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3, unique=True).flatmap(
    lambda names: st.tuples(
        *(
            st.builds(
                Exchanger, host=st.just(name), dnssec=st.sampled_from(Dnssec), exists=st.sampled_from((True, None))
            )
            for name in names
        )
    )
)
routes = st.builds(
    Route,
    status=st.sampled_from((RouteStatus.FOUND, RouteStatus.FOUND, RouteStatus.IMPLICIT, RouteStatus.LITERAL)),
    dnssec=st.sampled_from((Dnssec.SECURE, Dnssec.SECURE, Dnssec.INSECURE, Dnssec.UNCHECKED)),
    exchangers=exchangers,
)
policies = st.builds(
    Sts,
    status=st.sampled_from(StsStatus),
    id=st.just("1"),
    mx=st.lists(st.sampled_from((*HOSTS, "*.a.example")), max_size=3).map(tuple),
    confirmed=st.booleans(),
    expires_at=st.just(NOW + WEEK),
)
providers = st.none() | st.builds(
    ProviderFacts,
    account=st.just("home"),
    insists=st.dictionaries(st.sampled_from(Mechanism), st.sampled_from(Answer)).map(MappingProxyType),
    requiretls_offered=st.sampled_from((True, False, None)),
)
declarations = st.lists(
    st.builds(
        Declaration,
        name=st.sampled_from((DOMAIN, *HOSTS)),
        level=st.integers(1, 4),
        source=st.sampled_from((Source.DNS, Source.PROBE, Source.MEMORY, Source.KNOWN)),
        authenticated=st.booleans(),
        observed_at=st.sampled_from((NOW, NOW - timedelta(hours=3))),
        expires_at=st.sampled_from((NOW + WEEK, NOW - timedelta(hours=1))),
    ),
    max_size=4,
).map(tuple)
promises = st.lists(
    st.builds(
        Promise,
        mechanism=st.sampled_from((Mechanism.DANE, Mechanism.MTA_STS)),
        detail=st.sampled_from(HOSTS),
        seen_at=st.just(NOW - WEEK),
        expires_at=st.sampled_from((NOW + WEEK, NOW - timedelta(days=1))),
    ),
    max_size=3,
).map(tuple)


@st.composite
def observations(draw: st.DrawFn, host: str) -> Observation:
    starttls = draw(st.sampled_from(StarttlsStatus))
    at = NOW - timedelta(hours=draw(st.sampled_from((1, 30))))
    verified = draw(MECHANISM_SETS)
    return Observation(
        domain=DOMAIN,
        host=host,
        starttls=starttls,
        source=draw(st.sampled_from((Source.PROBE, Source.BOUNCE))),
        observed_at=at,
        expires_at=expiry_of(starttls, at),
        requiretls=draw(st.booleans()),
        old_tls=draw(st.booleans()),
        verified_under=verified,
        failed_under=draw(MECHANISM_SETS) - verified,
    )


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    route = draw(routes)
    names = [exchanger.host for exchanger in route.exchangers]
    return Evidence(
        domain=DOMAIN,
        route=route,
        dane=MappingProxyType(
            {n: Dane(host=n, status=draw(st.sampled_from(DaneStatus))) for n in names if draw(st.booleans())}
        ),
        sts=draw(policies),
        declarations=draw(declarations),
        observations=MappingProxyType({n: draw(observations(n)) for n in names if draw(st.booleans())}),
        promises=draw(promises),
        provider=draw(providers),
        strips_starttls=draw(st.booleans()),
    )


def rung(evidence: Evidence) -> Assurance:
    return assess(evidence, NOW).assurance


@given(evidences())
@ANY_EVIDENCE
def test_dane_on_every_exchanger_never_lowers(evidence: Evidence) -> None:
    secured = {
        one.host: replace(
            evidence.dane.get(one.host, Dane(host=one.host, status=DaneStatus.ABSENT)), status=DaneStatus.SECURE
        )
        for one in evidence.route.exchangers
    }
    assert rung(replace(evidence, dane=MappingProxyType(secured))) >= rung(evidence)


@given(evidences())
@ANY_EVIDENCE
def test_a_policy_that_names_every_exchanger_never_lowers(evidence: Evidence) -> None:
    names = tuple(exchanger.host for exchanger in evidence.route.exchangers)
    silent = replace(evidence, sts=Sts(status=StsStatus.ABSENT))
    policy = Sts(status=StsStatus.ENFORCE, mx=names, confirmed=True, expires_at=NOW + WEEK)
    assert rung(replace(evidence, sts=policy)) >= rung(silent)


@given(evidences())
@ANY_EVIDENCE
def test_a_policy_that_is_confirmed_never_lowers(evidence: Evidence) -> None:
    sure, unsure = (replace(evidence.sts, confirmed=confirmed) for confirmed in (True, False))
    assert rung(replace(evidence, sts=sure)) >= rung(replace(evidence, sts=unsure))


@given(evidences())
@ANY_EVIDENCE
def test_an_exchanger_seen_to_take_tls_never_lowers(evidence: Evidence) -> None:
    seen = {
        exchanger.host: Observation(
            domain=DOMAIN,
            host=exchanger.host,
            starttls=StarttlsStatus.OFFERED,
            source=Source.PROBE,
            observed_at=NOW,
            expires_at=NOW + WEEK,
        )
        for exchanger in evidence.route.exchangers
        if exchanger.host not in evidence.observations
        or evidence.observations[exchanger.host].starttls is not StarttlsStatus.OFFERED
    }
    assert rung(replace(evidence, observations=MappingProxyType({**evidence.observations, **seen}))) >= rung(evidence)


@given(evidences(), st.sampled_from((Mechanism.MTA_STS, Mechanism.REQUIRETLS, Mechanism.STARTTLS)))
@ANY_EVIDENCE
def test_learning_that_the_provider_insists_never_lowers(evidence: Evidence, mechanism: Mechanism) -> None:
    provider = evidence.provider or ProviderFacts(account="home")
    told = {**provider.insists, mechanism: Answer.UNKNOWN}
    unknown = replace(evidence, provider=replace(provider, insists=MappingProxyType(told)))
    known = replace(provider, insists=MappingProxyType({**told, mechanism: Answer.YES}))
    assert rung(replace(evidence, provider=known)) >= rung(unknown)


@given(evidences())
@ANY_EVIDENCE
def test_a_higher_declared_level_never_lowers(evidence: Evidence) -> None:
    higher = tuple(replace(declaration, level=4) for declaration in evidence.declarations)
    assert rung(replace(evidence, declarations=higher)) >= rung(evidence)


@given(evidences(), st.sampled_from((DaneStatus.ERROR, DaneStatus.BOGUS)))
@ANY_EVIDENCE
def test_an_error_about_tlsa_never_raises(evidence: Evidence, error: DaneStatus) -> None:
    names = [exchanger.host for exchanger in evidence.route.exchangers]
    failed = MappingProxyType({name: Dane(host=name, status=error) for name in names})
    absent = MappingProxyType({name: Dane(host=name, status=DaneStatus.ABSENT) for name in names})
    assert rung(replace(evidence, dane=failed)) <= rung(replace(evidence, dane=absent))


@given(evidences())
@ANY_EVIDENCE
def test_an_error_about_the_policy_is_worth_no_more_than_silence(evidence: Evidence) -> None:
    failed = replace(evidence, sts=Sts(status=StsStatus.ERROR))
    assert rung(failed) <= rung(replace(evidence, sts=Sts(status=StsStatus.ABSENT)))


@given(evidences(), st.sampled_from(LIFTED_BY_DNS))
@ANY_EVIDENCE
def test_a_failed_lookup_of_the_exchangers_is_worth_unknown_at_most(evidence: Evidence, dnssec: Dnssec) -> None:
    failure = Unavailable(source=Source.DNS, kind=Failure.TIMEOUT)
    failed = replace(evidence, route=Route(status=RouteStatus.FAILED, dnssec=dnssec, failure=failure))
    assert rung(failed) <= Assurance.UNKNOWN


@given(evidences())
@ANY_EVIDENCE
def test_what_could_be_forged_never_lifts_above_encrypted(evidence: Evidence) -> None:
    unproved = {
        host: replace(seen, verified_under=frozenset[Mechanism]()) for host, seen in evidence.observations.items()
    }
    dnssec = evidence.route.dnssec if evidence.route.dnssec is not Dnssec.SECURE else Dnssec.INSECURE
    forged = replace(
        evidence,
        route=replace(evidence.route, dnssec=dnssec),
        sts=replace(evidence.sts, status=StsStatus.TESTING),
        observations=MappingProxyType(unproved),
    )
    assert rung(forged) <= Assurance.ENCRYPTED


@given(evidences())
@ANY_EVIDENCE
def test_green_needs_a_provider_that_is_known_to_insist(evidence: Evidence) -> None:
    provider = evidence.provider or ProviderFacts(account="home")
    not_yes = {m: a for m, a in provider.insists.items() if a is not Answer.YES}
    unknown = replace(evidence, provider=replace(provider, insists=MappingProxyType(not_yes)))
    assert rung(unknown) <= Assurance.VERIFIABLE
    assert rung(replace(evidence, provider=None)) <= Assurance.VERIFIABLE


@given(evidences())
@ANY_EVIDENCE
def test_order_never_matters(evidence: Evidence) -> None:
    turned = replace(
        evidence,
        route=replace(evidence.route, exchangers=evidence.route.exchangers[::-1]),
        dane=MappingProxyType(dict(reversed(list(evidence.dane.items())))),
        observations=MappingProxyType(dict(reversed(list(evidence.observations.items())))),
        declarations=evidence.declarations[::-1],
        promises=evidence.promises[::-1],
    )
    one, other = assess(evidence, NOW), assess(turned, NOW)
    assert one.assurance is other.assurance
    assert one.declared_level == other.declared_level
    assert one.needs_requiretls == other.needs_requiretls
    assert set(one.warnings) == set(other.warnings)
    assert set(one.reasons) == set(other.reasons)
    assert set(one.dropped_hosts) == set(other.dropped_hosts)


@given(evidences())
@ANY_EVIDENCE
def test_everything_that_can_be_said_has_its_words(evidence: Evidence) -> None:
    assessment = explain(assess(evidence, NOW))
    texts = [assessment.headline, *(r.text for r in assessment.reasons), *(w.text for w in assessment.warnings)]
    assert all(texts)
    assert not any("{" in text for text in texts)
