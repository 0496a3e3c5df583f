"""What `check` says about an assessment: the JSON of the contract, and the lines for people."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from linksec_tui.cli.check_tally import Tally
from linksec_tui.cli.check_text import Table, entry_of
from linksec_tui.cli.output import Output, Style
from linksec_tui.model.address import Address
from linksec_tui.model.assessment import Assessment, Assurance, Reason, Warning  # noqa: A004 - the contract's word
from linksec_tui.model.checked import Result, Wanted
from linksec_tui.model.contract import render_result, render_summary
from linksec_tui.model.evidence import (
    Answer,
    CertificateState,
    Dane,
    DaneStatus,
    Declaration,
    Dnssec,
    Evidence,
    Exchanger,
    Failure,
    Mechanism,
    Observation,
    ProviderFacts,
    Route,
    RouteStatus,
    Source,
    StarttlsStatus,
    Sts,
    StsStatus,
    Tlsa,
    Unavailable,
)
from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.letter import Requirement

NOW = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
HOST = "mx.example.org"

ROUTE = Route(
    status=RouteStatus.FOUND,
    dnssec=Dnssec.SECURE,
    exchangers=(Exchanger(host=HOST, preference=10, addresses=("192.0.2.1",), dnssec=Dnssec.SECURE),),
)
DANE = Dane(
    host=HOST, status=DaneStatus.SECURE, records=(Tlsa(usage=3, selector=1, matching=1, association=b"\xab\xcd"),)
)
POLICY = Sts(status=StsStatus.ENFORCE, id="1", max_age=604800, mx=("*.example.org",), confirmed=True)
DECLARATION = Declaration(
    name="example.org",
    level=4,
    source=Source.DNS,
    authenticated=True,
    observed_at=NOW,
    expires_at=NOW + timedelta(days=7),
)
OBSERVATION = Observation(
    domain="example.org",
    host=HOST,
    starttls=StarttlsStatus.OFFERED,
    source=Source.PROBE,
    observed_at=NOW,
    expires_at=NOW + timedelta(days=30),
    version="TLSv1.3",
    certificate=CertificateState.VALID,
)
PROVIDER = ProviderFacts(
    account="home",
    insists=MappingProxyType({Mechanism.DANE: Answer.YES, Mechanism.MTA_STS: Answer.NO}),
    requiretls_offered=True,
)
EVIDENCE = Evidence(
    domain="example.org",
    route=ROUTE,
    dane=MappingProxyType({HOST: DANE}),
    sts=POLICY,
    declarations=(DECLARATION,),
    observations=MappingProxyType({HOST: OBSERVATION}),
    provider=PROVIDER,
)
ASSESSMENT = Assessment(
    domain="example.org",
    assurance=Assurance.ENFORCED,
    evidence=EVIDENCE,
    checked_at=NOW,
    headline="Enforced: example.org can prove its servers with DANE",
    reasons=(Reason(code="dane-secure", text="Its servers are named in signed DNS.", authenticated=True),),
    warnings=(Warning(code="old-tls", text="An old TLS.", since=NOW),),
    declared_level=4,
    elapsed_ms=43,
)


def bare(assurance: Assurance, status: RouteStatus = RouteStatus.NO_SUCH_DOMAIN) -> Assessment:
    """An assessment of which next to nothing is known."""
    route = Route(status=status, dnssec=Dnssec.UNCHECKED)
    evidence = Evidence(domain="example.org", route=route)
    return Assessment(domain="example.org", assurance=assurance, evidence=evidence, checked_at=NOW)


def result(assessment: Assessment = ASSESSMENT, requirement: Requirement = Requirement.ENCRYPTED) -> Result:
    wanted = Wanted(domain="example.org", shown_domain="example.org", address=Address("alice", "example.org"))
    return Result(wanted=wanted, assessment=assessment, requirement=requirement)


def test_a_result_is_the_contract_word_for_word() -> None:
    assert render_result(result()) == {
        "address": "alice@example.org",
        "domain": "example.org",
        "domain_unicode": "example.org",
        "assurance": "enforced",
        "meets": True,
        "required": "encrypted",
        "headline": "Enforced: example.org can prove its servers with DANE",
        "reasons": [
            {
                "code": "dane-secure",
                "text": "Its servers are named in signed DNS.",
                "authenticated": True,
                "source": "dns",
                "host": None,
            }
        ],
        "warnings": [{"code": "old-tls", "text": "An old TLS.", "since": "2026-01-02T03:04:05Z", "host": None}],
        "route": {"status": "found", "dnssec": "secure"},
        "mx": [
            {
                "host": HOST,
                "preference": 10,
                "addresses": ["192.0.2.1"],
                "dnssec": "secure",
                "dane": {"status": "secure", "records": ["3 1 1 abcd"]},
                "mta_sts_match": True,
                "starttls": {
                    "status": "offered",
                    "version": "TLSv1.3",
                    "certificate": "valid",
                    "requiretls": False,
                    "source": "probe",
                    "observed_at": "2026-01-02T03:04:05Z",
                },
                "used": True,
            }
        ],
        "mta_sts": {"status": "enforce", "id": "1", "max_age": 604800, "reason": None},
        "declared": {
            "level": 4,
            "source": "dns",
            "authenticated": True,
            "expires_at": "2026-01-09T03:04:05Z",
            "effective": 4,
        },
        "cannot_tell": [],
        "sender": {"account": "home", "enforces": ["dane"], "requiretls": True},
        "checked_at": "2026-01-02T03:04:05Z",
        "elapsed_ms": 43,
        "from_cache": False,
    }


def test_what_was_not_asked_is_said_to_be_so() -> None:
    rendered = render_result(result(replace(ASSESSMENT, evidence=Evidence(domain="example.org", route=ROUTE))))
    (exchanger,) = rendered["mx"]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]  # a list
    assert exchanger == {
        "host": HOST,
        "preference": 10,
        "addresses": ["192.0.2.1"],
        "dnssec": "secure",
        "dane": {"status": "unchecked", "records": []},
        "mta_sts_match": None,
        "starttls": {
            "status": "not-tried",
            "version": None,
            "certificate": None,
            "requiretls": None,
            "source": None,
        },
        "used": True,
    }
    assert rendered["declared"] is None
    assert rendered["sender"] is None
    assert rendered["mta_sts"] == {"status": "absent", "id": None, "max_age": None, "reason": None}


def test_a_policy_from_the_cache_says_so() -> None:
    evidence = replace(EVIDENCE, sts=replace(POLICY, cached=True))
    assert '"cached": true' in json.dumps(render_result(result(replace(ASSESSMENT, evidence=evidence))))


@pytest.mark.parametrize(("answer", "enforces"), [(Answer.UNKNOWN, "null"), (Answer.NO, "[]")])
def test_not_known_to_insist_and_known_not_to_insist_are_different(answer: Answer, enforces: str) -> None:
    provider = ProviderFacts(account="home", insists=MappingProxyType({Mechanism.DANE: answer}))
    rendered = render_result(result(replace(ASSESSMENT, evidence=replace(EVIDENCE, provider=provider))))
    assert f'"sender": {{"account": "home", "enforces": {enforces}, "requiretls": null}}' in json.dumps(rendered)


def test_a_server_without_tls_has_no_certificate_to_speak_of() -> None:
    seen = replace(OBSERVATION, starttls=StarttlsStatus.NOT_OFFERED, version="", certificate=CertificateState.UNKNOWN)
    evidence = replace(EVIDENCE, observations=MappingProxyType({HOST: seen}))
    text = json.dumps(render_result(result(replace(ASSESSMENT, evidence=evidence))))
    assert '"status": "not-offered", "version": null, "certificate": null, "requiretls": null' in text


@pytest.mark.parametrize(
    ("assurance", "requirement", "meets"),
    [
        (Assurance.UNDELIVERABLE, Requirement.ANY, False),
        (Assurance.EXPOSED, Requirement.ANY, True),
        (Assurance.UNKNOWN, Requirement.ENCRYPTED, False),
        (Assurance.VERIFIABLE, Requirement.VERIFIABLE, True),
        (Assurance.VERIFIABLE, Requirement.ENFORCED, False),
        (Assurance.ENFORCED, Requirement.LINK_SECURE, False),
        (Assurance.LINK_SECURE, Requirement.LINK_SECURE, True),
    ],
)
def test_a_recipient_meets_what_is_at_most_as_high(
    assurance: Assurance, requirement: Requirement, *, meets: bool
) -> None:
    assert result(replace(ASSESSMENT, assurance=assurance), requirement).meets is meets


@pytest.mark.parametrize(
    ("code", "meets"),
    [("downgrade", False), ("possible-attack", False), ("not-who-you-think", False), ("old-tls", True), ("list", True)],
)
def test_only_warnings_that_open_the_gate_count_against_a_recipient(code: str, *, meets: bool) -> None:
    warned = replace(ASSESSMENT, warnings=(Warning(code=code),))
    assert result(warned, Requirement.ANY).meets is meets


def test_the_summary_counts_every_rung() -> None:
    counts = {Assurance.UNDELIVERABLE: 1, Assurance.ENFORCED: 1}
    assert render_summary(counts, 1) == {
        "total": 2,
        "meet": 1,
        "fall_short": 1,
        "by_assurance": {
            "undeliverable": 1,
            "exposed": 0,
            "unknown": 0,
            "encrypted": 0,
            "verifiable": 0,
            "enforced": 1,
            "link-secure": 0,
        },
    }


def test_a_source_that_could_not_tell_is_named_and_adds_nothing() -> None:
    failure = Unavailable(source=Source.MTA_STS, kind=Failure.TIMEOUT, detail="no answer in time")
    lookup = Unavailable(source=Source.DNS, kind=Failure.SERVER)
    route = replace(ROUTE, status=RouteStatus.FAILED, failure=lookup)
    evidence = replace(EVIDENCE, route=route, unavailable=(failure, failure))
    assert render_result(result(replace(ASSESSMENT, evidence=evidence)))["cannot_tell"] == [
        {"source": "dns", "kind": "server", "detail": None},
        {"source": "mta-sts", "kind": "timeout", "detail": "no answer in time"},
    ]


def shown(one: Result, style: Style, *, explain: bool = False) -> list[str]:
    stream = io.StringIO()
    table = Table(Output(stream, io.StringIO(), style), [one.wanted])
    table.show(entry_of(one))
    if explain:
        table.explain(one, None)
    return stream.getvalue().splitlines()


def test_without_a_terminal_a_recipient_is_one_line() -> None:
    line, warning = shown(result(), Style())
    assert line == "◕ Enforced             alice@example.org  example.org can prove its servers with DANE"
    assert warning == "    ! An old TLS."


def test_on_a_narrow_terminal_the_headline_goes_below() -> None:
    lines = shown(result(), Style(width=50))
    assert lines[0] == "◕ Enforced             alice@example.org"
    assert lines[1:3] == ["    example.org can prove its servers with DANE", "    ! An old TLS."]
    assert all(len(line) <= 50 for line in lines)


def test_ascii_terminals_get_ascii_signs() -> None:
    lines = shown(result(), Style(glyphs=Glyphs.ASCII), explain=True)
    assert lines[0].startswith("* Enforced")
    assert all(line.isascii() for line in lines)


def test_green_is_only_for_promises() -> None:
    for assurance in Assurance:
        green = "32m" in shown(result(replace(ASSESSMENT, assurance=assurance)), Style(colour=True))[0]
        assert green is (assurance in (Assurance.ENFORCED, Assurance.LINK_SECURE))


def test_an_explanation_names_the_evidence_and_its_exchangers() -> None:
    text = "\n".join(shown(result(), Style(), explain=True))
    assert "┃ Its servers are named in signed DNS. (signed DNS)" in text
    assert "▼ alice@example.org" in text
    assert "DANE, named by their policy, took TLS on 2026-01-02, TLS 1.3, certificate valid" in text


def test_who_falls_short_is_told_so() -> None:
    assert "    Does not meet Link-secure." in shown(result(requirement=Requirement.LINK_SECURE), Style())
    tally = Tally(requirement=Requirement.LINK_SECURE)
    tally.add("alice@example.org", Assurance.ENFORCED, meets=False)
    assert tally.sentence() == "0 of 1 meet Link-secure · alice@example.org is Enforced"
