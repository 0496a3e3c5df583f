"""The known list: hints that bootstrap the world before anyone declares anything (link-security.md §6).

Entries match a mail domain, or a suffix of exchanger names on label boundaries; each has its source and its date.
What a sending provider insists on stands there too, and comes only from the list that is shipped.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from types import MappingProxyType
from typing import Any, cast

from linksec_tui.model.evidence import Answer, KnownEntry, Mechanism


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingProvider:
    """What a provider is known to insist on for outgoing mail; `hosts` are suffixes of its submission servers."""

    hosts: tuple[str, ...]
    insists: Mapping[Mechanism, Answer]
    source: str
    dated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownList:
    """Domains, exchangers and sending providers. `controls` are domains whose exchangers surely take STARTTLS."""

    domains: Mapping[str, KnownEntry] = field(default_factory=lambda: MappingProxyType({}))
    exchangers: Mapping[str, KnownEntry] = field(default_factory=lambda: MappingProxyType({}))
    providers: tuple[SendingProvider, ...] = ()
    controls: tuple[str, ...] = ()

    def entries(self, domain: str, hosts: Iterable[str]) -> tuple[KnownEntry, ...]:
        """What the list says of a domain, and of the exchangers it has today."""
        found = [self.domains[domain]] if domain in self.domains else []
        found += [self.exchangers[suffix] for host in hosts for suffix in suffixes(host) if suffix in self.exchangers]
        return tuple(dict.fromkeys(found))

    def provider(self, submission_host: str) -> SendingProvider | None:
        """The entry for the provider behind a submission server."""
        names = set(suffixes(submission_host.lower()))
        return next((entry for entry in self.providers if not names.isdisjoint(entry.hosts)), None)


def suffixes(host: str) -> tuple[str, ...]:
    """`mx.a.example` → itself, `a.example`, `example`."""
    labels = host.split(".")
    return tuple(".".join(labels[start:]) for start in range(len(labels)))


@functools.cache
def shipped_list() -> KnownList:
    """The list that comes with the program; read once, a millisecond."""
    text = resources.files("linksec_tui.link").joinpath("known.toml").read_text(encoding="utf-8")
    return read_list(tomllib.loads(text))


def read_list(table: Mapping[str, Any]) -> KnownList:
    """A parsed known.toml → values. Our own file: a mistake in it is a KeyError for the developer."""
    domains = [_entry(row, "domain") for row in _rows(table, "domain")]
    exchangers = [_entry(row, "exchanger") for row in _rows(table, "exchanger")]
    return KnownList(
        domains=MappingProxyType({entry.matched: entry for entry in domains}),
        exchangers=MappingProxyType({entry.matched: entry for entry in exchangers}),
        providers=tuple(_provider(row) for row in _rows(table, "provider")),
        controls=tuple(str(row["name"]) for row in _rows(table, "domain") if row.get("control")),
    )


def _rows(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return cast("list[Mapping[str, Any]]", table.get(name, []))


def _entry(row: Mapping[str, Any], kind: str) -> KnownEntry:
    return KnownEntry(
        matched=str(row["name"]),
        kind="domain" if kind == "domain" else "exchanger",
        starttls=bool(row.get("starttls")),
        sts_enforce=bool(row.get("mta_sts_enforce")),
        level=int(row.get("level", 0)),
        source=str(row["source"]),
        dated=row["dated"].isoformat(),
    )


def _provider(row: Mapping[str, Any]) -> SendingProvider:
    listed = cast("list[str]", row["enforces"])
    return SendingProvider(
        hosts=tuple(cast("list[str]", row["hosts"])),
        insists=MappingProxyType({Mechanism(name): Answer.YES for name in listed}),
        source=str(row["source"]),
        dated=row["dated"].isoformat(),
    )
