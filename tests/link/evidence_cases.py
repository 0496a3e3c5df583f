"""The cases of tests/cases/assess.toml as evidence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from linksec_tui.link.memory import LACKING, expiry_of
from linksec_tui.link.provider import provider_facts
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
    UserWord,
)

Case = Mapping[str, Any]

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
DOMAIN = "a.example"
WEEK = timedelta(days=7)
_SEEN = {
    "starttls": StarttlsStatus.OFFERED,
    "none": StarttlsStatus.NOT_OFFERED,
    "failed": StarttlsStatus.FAILED,
    "unreachable": StarttlsStatus.UNREACHABLE,
}


def read_cases() -> list[Case]:
    path = Path(__file__).parent.parent / "cases" / "assess.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["case"]


def evidence_of_case(case: Case) -> Evidence:
    hosts: list[Case] = case.get("hosts", [])
    dnssec = Dnssec(case["mx"])
    return Evidence(
        domain=DOMAIN,
        route=Route(
            status=RouteStatus(case.get("route", "found")),
            dnssec=dnssec,
            exchangers=tuple(_exchanger(host, dnssec, place) for place, host in enumerate(hosts)),
        ),
        dane=MappingProxyType({host["host"]: _dane(host) for host in hosts if "dane" in host}),
        sts=_policy(case, hosts),
        declarations=tuple(_declaration(row) for row in case.get("declared", [])),
        observations=MappingProxyType({host["host"]: _observation(host) for host in hosts if "seen" in host}),
        known=tuple(_listed(row) for row in case.get("listed", [])),
        promises=tuple(_promise(row) for row in case.get("remembered", [])),
        provider=_provider(case),
        user=_user(case),
        strips_starttls=case.get("strips", False),
        pending=frozenset(Source(name) for name in case.get("pending", [])),
    )


def _exchanger(host: Case, dnssec: Dnssec, place: int) -> Exchanger:
    return Exchanger(
        host=host["host"],
        preference=10 * place,
        dnssec=Dnssec(host.get("address", dnssec)),
        exists=not host.get("absent", False),
        addresses=() if host.get("absent") else ("192.0.2.1",),
    )


def _dane(host: Case) -> Dane:
    return Dane(host=host["host"], status=DaneStatus(host["dane"]), base=host.get("base", ""))


def _observation(host: Case) -> Observation:
    seen = _SEEN[host["seen"]]
    at = NOW - timedelta(hours=host.get("hours", 1))
    return Observation(
        domain=DOMAIN,
        host=host["host"],
        starttls=seen,
        source=Source(host.get("by", "probe")),
        observed_at=at,
        expires_at=expiry_of(seen, at),
        requiretls=host.get("requiretls", False),
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
        expires_at=NOW + WEEK if fetched else None,
    )


def _declaration(row: Case) -> Declaration:
    at = NOW - timedelta(hours=row.get("hours", 0))
    return Declaration(
        name=row["name"],
        level=row["level"],
        source=Source(row.get("from", "dns")),
        authenticated=row.get("authenticated", True),
        observed_at=at,
        expires_at=at + WEEK,
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
    if "exchanger" in row:
        return KnownEntry(matched=row["exchanger"], kind="exchanger", starttls=True, source="test", dated="2026-01-01")
    return KnownEntry(matched=row["domain"], kind="domain", sts_enforce=True, source="test", dated="2026-01-01")


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


__all__ = ["DOMAIN", "LACKING", "NOW", "Case", "evidence_of_case", "read_cases"]
