"""The cases of tests/cases/assess/ as evidence; tests/cases/assess.toml says how they are read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from linksec_tui.link.declaration import from_known, from_observation
from linksec_tui.link.memory import LACKING, expiry_of
from linksec_tui.link.provider import provider_facts, with_offers
from linksec_tui.model.account import Account
from linksec_tui.model.address import Address
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
from linksec_tui.wire.smtp_offers import Offers

Case = Mapping[str, Any]

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
DOMAIN = "a.example"
WEEK = timedelta(days=7)
EHLO_MAX_AGE = 86_400  # seconds; a day, as a server means it that names none
CASES = Path(__file__).parent.parent / "cases"
_SEEN = {
    "starttls": StarttlsStatus.OFFERED,
    "none": StarttlsStatus.NOT_OFFERED,
    "failed": StarttlsStatus.FAILED,
    "unreachable": StarttlsStatus.UNREACHABLE,
}


def read_rules() -> list[Case]:
    """The table of contents."""
    return tomllib.loads((CASES / "assess.toml").read_text(encoding="utf-8"))["rule"]


def read_cases() -> list[Case]:
    """All cases, with the section that their file is about."""
    cases: list[Case] = []
    for path in sorted((CASES / "assess").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        cases += [{**case, "section": path.stem} for case in table["case"]]
    return cases


def evidence_of_case(case: Case) -> Evidence:
    hosts: list[Case] = [*case.get("hosts", []), *_many(case.get("many", {}))]
    dnssec = Dnssec(case["mx"])
    domain = case.get("domain", DOMAIN)
    observations = {host["host"]: _observation(host, domain) for host in hosts if "seen" in host}
    known = tuple(_listed(row) for row in case.get("listed", []))
    return Evidence(
        domain=domain,
        route=Route(
            status=RouteStatus(case.get("route", "found")),
            dnssec=dnssec,
            exchangers=tuple(_exchanger(host, dnssec, place) for place, host in enumerate(hosts)),
            failure=_failure({"source": "dns", "kind": "timeout", "detail": case["route_failure"]})
            if "route_failure" in case
            else None,
        ),
        dane=MappingProxyType({host["host"]: _dane(host) for host in hosts if "dane" in host}),
        sts=_policy(case, hosts),
        declarations=_declarations(case, observations, known),
        observations=MappingProxyType(observations),
        known=known,
        promises=tuple(_promise(row) for row in case.get("remembered", [])),
        provider=_provider(case),
        user=_user(case),
        strips_starttls=case.get("strips", False),
        unavailable=tuple(_failure(row) for row in case.get("failed", [])),
        pending=frozenset(Source(name) for name in case.get("pending", [])),
    )


def _many(many: Case) -> list[Case]:
    """A long list: some that were looked at, and others beyond the number that is."""
    looked_at: list[Case] = [
        {"host": f"mx{number}.a.example", "dane": "insecure", "seen": many["seen"]}
        for number in range(many.get("looked_at", 0))
    ]
    others: list[Case] = [
        {"host": f"other{number}.a.example", "no_address_had": True} for number in range(many.get("others", 0))
    ]
    return [*looked_at, *others]


def _exchanger(host: Case, dnssec: Dnssec, place: int) -> Exchanger:
    return Exchanger(
        host=host["host"],
        preference=10 * place,
        dnssec=Dnssec(host.get("address", dnssec)),
        exists=None if host.get("no_address_had") else not host.get("absent", False),
        addresses=() if host.get("absent") or host.get("no_address_had") else (host.get("private", "192.0.2.1"),),
        forbidden="private" in host,
    )


def _dane(host: Case) -> Dane:
    return Dane(host=host["host"], status=DaneStatus(host["dane"]), base=host.get("base", ""))


def _observation(host: Case, domain: str) -> Observation:
    seen = _SEEN[host["seen"]]
    at = NOW - timedelta(hours=host.get("hours", 1))
    return Observation(
        domain=host.get("for", domain),
        host=host["host"],
        starttls=seen,
        source=Source(host.get("by", "probe")),
        observed_at=at,
        expires_at=expiry_of(seen, at),
        requiretls=host.get("requiretls", False),
        linksec_level=host.get("linksec", 0),
        linksec_max_age=EHLO_MAX_AGE,
        old_tls=host.get("old_tls", False),
        verified_under=frozenset(map(Mechanism, host.get("verified", []))),
        failed_under=frozenset(map(Mechanism, host.get("fails", []))),
    )


def _policy(case: Case, hosts: list[Case]) -> Sts:
    status = StsStatus(case.get("policy", "absent"))
    origin = case.get("policy_from", "today")
    fetched = status in (StsStatus.ENFORCE, StsStatus.TESTING, StsStatus.NONE)
    return Sts(
        status=status,
        id="20260101" if fetched else "",
        mx=tuple(case.get("policy_mx", [host["host"] for host in hosts])),
        cached=origin != "today",
        confirmed=fetched and origin != "cache-only",
        expires_at=NOW + timedelta(days=case.get("policy_days_left", 7)) if fetched else None,
    )


def _declarations(
    case: Case, observations: Mapping[str, Observation], known: tuple[KnownEntry, ...]
) -> tuple[Declaration, ...]:
    found = [*map(from_observation, observations.values()), *map(from_known, known)]
    return (*(_declaration(row) for row in case.get("declared", [])), *(one for one in found if one is not None))


def _declaration(row: Case) -> Declaration:
    at = NOW - timedelta(hours=row.get("hours", 0))
    return Declaration(
        name=row["name"],
        level=row["level"],
        source=Source(row.get("from", "dns")),
        authenticated=row.get("authenticated", True),
        observed_at=at,
        expires_at=at + timedelta(hours=row["valid_hours"]) if "valid_hours" in row else at + WEEK,
    )


def _promise(row: Case) -> Promise:
    at = NOW - timedelta(hours=row.get("hours", 24))
    kinds: dict[str, Any] = {"dane": Mechanism.DANE, "mta-sts": Mechanism.MTA_STS, "declaration": "declaration"}
    kind = next(name for name in kinds if name in row)
    return Promise(
        mechanism=kinds[kind],
        detail=row[kind],
        seen_at=at,
        expires_at=at + timedelta(days=30),
        acknowledged=row.get("acknowledged", False),
    )


def _listed(row: Case) -> KnownEntry:
    exchanger = "exchanger" in row
    return KnownEntry(
        matched=row["exchanger" if exchanger else "domain"],
        kind="exchanger" if exchanger else "domain",
        starttls=exchanger,
        sts_enforce=not exchanger and "level" not in row,
        level=row.get("level", 0),
        source=row.get("source", "their own page"),
        dated=row.get("dated", "2026-01-01"),
    )


def _failure(row: Case) -> Unavailable:
    return Unavailable(source=Source(row["source"]), kind=Failure(row["kind"]), detail=row["detail"])


def _provider(case: Case) -> ProviderFacts | None:
    told = case.get("provider")
    if told == "no account":
        return None
    account = Account(
        name="home",
        address=Address("alice", "home.example"),
        insists=None if told is None else frozenset(map(Mechanism, told)),
        local_domains=frozenset(case.get("local", [])),
    )
    facts = provider_facts(account)
    if "provider_linksec" in case:
        facts = with_offers(facts, Offers(linksec_level=case["provider_linksec"]), NOW)
    known = {Mechanism(name): Answer(answer) for name, answer in case.get("provider_known", {}).items()}
    return replace(
        facts,
        insists=MappingProxyType({**facts.insists, **known}),
        requiretls_offered=case.get("offers_requiretls"),
    )


def _user(case: Case) -> UserWord | None:
    match case.get("user"):
        case None:
            return None
        case "exposed":
            return UserWord(exposed=True)
        case mechanism:
            return UserWord(mechanism=Mechanism(mechanism))


__all__ = ["CASES", "DOMAIN", "LACKING", "NOW", "Case", "evidence_of_case", "read_cases", "read_rules"]
