"""The known list: hints that bootstrap the world before anyone declares anything (link-security.md §6).

Entries match a mail domain, or a suffix of exchanger names on label boundaries; each has its source and its date.
What a sending provider insists on stands there too, and comes only from the shipped list or from the user.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import resources
from types import MappingProxyType
from typing import Any, cast

from linksec_tui.link.known_entry import parse_entry
from linksec_tui.model.evidence import Answer, KnownEntry, Mechanism
from linksec_tui.model.known import Hint, HintKind, SendingProvider

_FOLDER = "known_list"
_Hints = Mapping[str, tuple[Hint, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcing:
    """Thousands of domains that one source saw publish “enforce” on one day; their names are read when first needed."""

    names: Callable[[], frozenset[str]]
    source: str
    dated: str

    def hint(self, name: str) -> Hint:
        return Hint(kind=HintKind.DOMAIN, name=name, source=self.source, dated=self.dated, sts_enforce=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownList:
    """Domains, exchangers and sending providers. `controls` are domains whose exchangers surely take STARTTLS."""

    domains: _Hints = field(default_factory=lambda: MappingProxyType({}))
    exchangers: _Hints = field(default_factory=lambda: MappingProxyType({}))
    enforcing: tuple[Enforcing, ...] = ()
    providers: tuple[SendingProvider, ...] = ()
    controls: tuple[str, ...] = ()

    def entries(self, domain: str, hosts: Iterable[str], now: datetime) -> tuple[KnownEntry, ...]:
        """What the list says today of a domain, and of the exchangers it has today."""
        names = tuple(hosts)
        of_domain = (
            *self.domains.get(domain, ()),
            *(day.hint(domain) for day in self.enforcing if domain in day.names()),
        )
        found = [entry for hint in _in_force(of_domain, now) for entry in _of_domain(hint, names)]
        suffixed = (hint for host in names for suffix in suffixes(host) for hint in self.exchangers.get(suffix, ()))
        found += map(_entry, _in_force(suffixed, now))
        return tuple(dict.fromkeys(found))

    def provider(self, submission_host: str) -> SendingProvider | None:
        """What is known of the provider behind a submission server: the user's own word before the shipped list's,
        and that of a longer name before that of a shorter one."""
        order = {suffix: place for place, suffix in enumerate(suffixes(submission_host.lower()))}
        matching = [entry for entry in self.providers if not order.keys().isdisjoint(entry.hosts)]
        matching.sort(key=lambda entry: (not entry.own, min(order[host] for host in entry.hosts if host in order)))
        return functools.reduce(_completed, matching) if matching else None

    def hints(self) -> Iterator[Hint]:
        """All of them: what an export has."""
        for entries in (*self.exchangers.values(), *self.domains.values()):
            yield from entries
        for day in self.enforcing:
            yield from map(day.hint, sorted(day.names()))


def suffixes(host: str) -> tuple[str, ...]:
    """`mx.a.example` → itself, `a.example`, `example`."""
    labels = host.split(".")
    return tuple(".".join(labels[start:]) for start in range(len(labels)))


def matches(pattern: str, host: str) -> bool:
    """A name, or with a leading dot all names below it."""
    return host.endswith(pattern) if pattern.startswith(".") else host == pattern


@functools.cache
def shipped_list() -> KnownList:
    """The list that comes with the program; read once, in a millisecond or two."""
    return read_list(tomllib.loads(_text("known.toml")))


def read_list(table: Mapping[str, Any]) -> KnownList:
    """A parsed known.toml → values. Our own file: a mistake in it is an error for the developer."""
    hints = [parse_entry(row) for row in _rows(table, "entries")]
    return replace(
        with_hints(KnownList(), hints),
        enforcing=(_enforcing(table["enforcing"]),) if "enforcing" in table else (),
        providers=tuple(map(_provider, _rows(table, "providers"))),
        controls=tuple(cast("list[str]", table.get("controls", []))),
    )


def with_hints(known: KnownList, hints: Iterable[Hint]) -> KnownList:
    """The list and more hints. Of one name all of them speak: a hint can only add."""
    domains, exchangers = dict(known.domains), dict(known.exchangers)
    for hint in hints:
        named = domains if hint.kind is HintKind.DOMAIN else exchangers
        named[hint.name] = (*named.get(hint.name, ()), hint)
    return replace(known, domains=MappingProxyType(domains), exchangers=MappingProxyType(exchangers))


def without_hints(known: KnownList) -> KnownList:
    """What remains where another list stands in its place: facts about providers come with no list."""
    return KnownList(providers=known.providers, controls=known.controls)


def _in_force(hints: Iterable[Hint], now: datetime) -> Iterator[Hint]:
    return (hint for hint in hints if hint.expires_at is None or hint.expires_at > now)


def _of_domain(hint: Hint, hosts: Iterable[str]) -> Iterator[KnownEntry]:
    """What is said of the domain itself, and of those of its exchangers that the hint names: of no other domain's."""
    yield _entry(hint)
    for host in hosts:
        if any(matches(pattern, host) for pattern in hint.exchangers):
            yield replace(
                _entry(hint), kind="exchanger", matched=host, exact=True, starttls=True, sts_enforce=False, level=0
            )


def _entry(hint: Hint) -> KnownEntry:
    return KnownEntry(
        matched=hint.name,
        kind="domain" if hint.kind is HintKind.DOMAIN else "exchanger",
        starttls=hint.starttls,
        sts_enforce=hint.sts_enforce,
        level=hint.level,
        source=hint.source,
        dated=hint.dated,
    )


def _completed(first: SendingProvider, second: SendingProvider) -> SendingProvider:
    """What the first leaves open, the second may know."""
    return replace(first, insists=MappingProxyType({**second.insists, **first.insists}))


def _rows(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return cast("list[Mapping[str, Any]]", table.get(name, []))


def _enforcing(row: Mapping[str, Any]) -> Enforcing:
    names = functools.cache(lambda: frozenset(_text(str(row["file"])).split()))
    return Enforcing(names=names, source=str(row["source"]), dated=str(row["date"]))


def _provider(row: Mapping[str, Any]) -> SendingProvider:
    answers = {Mechanism(name): Answer.YES for name in cast("list[str]", row["enforces"])}
    answers |= {Mechanism(name): Answer.NO for name in cast("list[str]", row.get("ignores", []))}
    return SendingProvider(
        hosts=tuple(cast("list[str]", row["hosts"])),
        insists=MappingProxyType(answers),
        source=str(row["source"]),
        dated=str(row["date"]),
    )


def _text(file: str) -> str:
    return resources.files("linksec_tui.link").joinpath(_FOLDER, file).read_text(encoding="utf-8")
