"""Evidence of any kind, for Hypothesis: what may be found out about a domain, in every combination."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType

from hypothesis import settings
from hypothesis import strategies as st

from linksec_tui.link.assess import assess
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
    KnownEntry,
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
    UserWord,
)
from tests.link.evidence_cases import DOMAIN, NOW, WEEK

ANY_EVIDENCE = settings(max_examples=60)
HOSTS = ("mx1.a.example", "mx2.a.example", "mx.b.example")
NAMES = (DOMAIN, "example", f"sub.{DOMAIN}", "b.example")
VERIFYING = (Mechanism.DANE, Mechanism.MTA_STS)
MECHANISM_SETS = st.frozensets(st.sampled_from(VERIFYING))

exchangers = st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3, unique=True).flatmap(
    lambda names: st.tuples(
        *(
            st.builds(
                Exchanger,
                host=st.just(name),
                dnssec=st.sampled_from((Dnssec.SECURE, *Dnssec)),
                exists=st.sampled_from((True, True, None, False)),
                forbidden=st.sampled_from((False, False, True)),
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
    status=st.sampled_from((StsStatus.ENFORCE, StsStatus.ENFORCE, *StsStatus)),
    id=st.just("1"),
    mx=st.lists(st.sampled_from((*HOSTS, "*.a.example")), max_size=3).map(tuple),
    confirmed=st.booleans(),
    expires_at=st.sampled_from((NOW + WEEK, NOW - WEEK)),
)
providers = st.none() | st.builds(
    ProviderFacts,
    account=st.just("home"),
    insists=st.dictionaries(
        st.sampled_from(Mechanism), st.sampled_from((Answer.YES, Answer.YES, Answer.NO, Answer.UNKNOWN))
    ).map(MappingProxyType),
    requiretls_offered=st.sampled_from((True, True, False, None)),
    local_domains=st.frozensets(st.sampled_from(NAMES[1:])),
)
statements = st.builds(
    Declaration,
    name=st.sampled_from((DOMAIN, *HOSTS)),
    level=st.integers(1, 4),
    source=st.sampled_from((Source.DNS, Source.PROBE, Source.MEMORY, Source.KNOWN)),
    authenticated=st.booleans(),
    observed_at=st.sampled_from((NOW, NOW - timedelta(hours=3), NOW - timedelta(days=3))),
    expires_at=st.sampled_from((NOW + WEEK, NOW + WEEK, NOW - timedelta(hours=1))),
)
declarations = st.lists(statements, max_size=4).map(tuple)
promises = st.lists(
    st.builds(
        Promise,
        mechanism=st.sampled_from(VERIFYING),
        detail=st.sampled_from(HOSTS),
        seen_at=st.just(NOW - WEEK),
        expires_at=st.sampled_from((NOW + WEEK, NOW - timedelta(days=1))),
        acknowledged=st.booleans(),
    ),
    max_size=3,
).map(tuple)
failures = st.builds(
    Unavailable,
    source=st.sampled_from(Source),
    kind=st.sampled_from(Failure),
    detail=st.sampled_from(("no answer in time", "the domain's name servers did not answer", "")),
)
entries = st.lists(
    st.builds(
        KnownEntry,
        matched=st.sampled_from((DOMAIN, "b.example", *HOSTS)),
        kind=st.sampled_from(("domain", "exchanger")),
        starttls=st.booleans(),
        sts_enforce=st.booleans(),
    ),
    max_size=2,
).map(tuple)
users = st.sampled_from((None, None, None, UserWord(exposed=True), *(UserWord(mechanism=one) for one in Mechanism)))


@st.composite
def observations(draw: st.DrawFn, host: str) -> Observation:
    starttls = draw(st.sampled_from((StarttlsStatus.OFFERED, *StarttlsStatus)))
    at = NOW - timedelta(hours=draw(st.sampled_from((1, 30, 1000))))
    verified = draw(MECHANISM_SETS)
    return Observation(
        domain=DOMAIN,
        host=host,
        starttls=starttls,
        source=draw(st.sampled_from((Source.PROBE, Source.BOUNCE))),
        observed_at=at,
        expires_at=expiry_of(starttls, at),
        requiretls=draw(st.booleans()),
        old_tls=draw(st.sampled_from((False, False, True))),
        verified_under=verified,
        failed_under=draw(MECHANISM_SETS) - verified,
    )


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    route = draw(routes)
    names = [exchanger.host for exchanger in route.exchangers]
    statuses = st.sampled_from((DaneStatus.SECURE, DaneStatus.SECURE, *DaneStatus))
    return Evidence(
        domain=DOMAIN,
        route=route,
        dane=MappingProxyType({n: Dane(host=n, status=draw(statuses)) for n in names if draw(st.booleans())}),
        sts=draw(policies),
        declarations=draw(declarations),
        observations=MappingProxyType({n: draw(observations(n)) for n in names if draw(st.booleans())}),
        known=draw(entries),
        promises=draw(promises),
        provider=draw(providers),
        user=draw(users),
        strips_starttls=draw(st.booleans()),
        unavailable=tuple(draw(st.lists(failures, max_size=2))),
    )


@st.composite
def strong_evidences(draw: st.DrawFn) -> Evidence:
    """Evidence that often comes to something: one or two exchangers, much of it good, a provider that insists."""
    names = draw(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=2, unique=True))
    kinds = st.sampled_from((DaneStatus.SECURE, DaneStatus.SECURE, DaneStatus.SECURE, DaneStatus.ABSENT))
    answers = st.sampled_from((Answer.YES, Answer.YES, Answer.YES, Answer.UNKNOWN))
    seen = {name: draw(good_observations(name)) for name in names if draw(st.sampled_from((True, True, False)))}
    levels = [draw(statements) for _ in range(draw(st.integers(0, 3)))]
    return Evidence(
        domain=DOMAIN,
        route=Route(
            status=RouteStatus.FOUND,
            dnssec=Dnssec.SECURE,
            exchangers=tuple(Exchanger(host=name, dnssec=Dnssec.SECURE, exists=True) for name in names),
        ),
        dane=MappingProxyType({name: Dane(host=name, status=draw(kinds), base=name) for name in names}),
        sts=draw(policies),
        declarations=(*levels, *(_level_4(name) for name in (DOMAIN, *names) if draw(st.booleans()))),
        observations=MappingProxyType(seen),
        provider=ProviderFacts(
            account="home",
            insists=MappingProxyType({mechanism: draw(answers) for mechanism in Mechanism}),
            requiretls_offered=draw(st.sampled_from((True, True, False))),
        ),
    )


@st.composite
def good_observations(draw: st.DrawFn, host: str) -> Observation:
    drawn = draw(observations(host))
    at = NOW - timedelta(hours=draw(st.sampled_from((1, 1, 30, 719))))
    return Observation(
        domain=DOMAIN,
        host=host,
        starttls=StarttlsStatus.OFFERED,
        source=Source.PROBE,
        observed_at=at,
        expires_at=expiry_of(StarttlsStatus.OFFERED, at),
        requiretls=draw(st.sampled_from((True, True, True, False))),
        old_tls=False,
        verified_under=drawn.verified_under,
        failed_under=drawn.failed_under,
    )


def _level_4(name: str) -> Declaration:
    return Declaration(
        name=name, level=4, source=Source.DNS, authenticated=True, observed_at=NOW, expires_at=NOW + WEEK
    )


def rung(evidence: Evidence) -> Assurance:
    return assess(evidence, NOW).assurance
