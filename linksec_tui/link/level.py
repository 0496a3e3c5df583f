"""The effective declared level of a domain (link-security.md §3). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from linksec_tui.link.host_rung import is_suffix
from linksec_tui.model.evidence import Declaration, Evidence, Source

ANY_HOST_BELOW = "*."  # before the name of a listed statement about all exchangers whose names end so

_FIRST_HAND = (Source.DNS, Source.PROBE)


def effective_level(evidence: Evidence, hosts: Iterable[str], now: datetime) -> int:
    """The lowest of the domain's statement and of every exchanger in `hosts`; 0 where one says nothing."""
    domain = _level_of(evidence, evidence.domain, now)
    levels = [_level_of_host(evidence, host, domain, now) for host in hosts]
    stated = levels if domain is None else [domain, *levels]
    return min(stated, default=0)


def _level_of_host(evidence: Evidence, host: str, domain: int | None, now: datetime) -> int:
    own = _level_of(evidence, host, now)
    if own is not None:
        return own
    return domain if domain is not None and is_suffix(evidence.domain, host) else 0


def _level_of(evidence: Evidence, name: str, now: datetime) -> int | None:
    """The newest authenticated statement of each source, of sources that disagree the lower; None: none counts.

    What was remembered or listed before the newest first-hand statement is replaced by it, for good: also where that
    one has run out, or takes an earlier one back with a max-age of 0.
    """
    newest: dict[Source, Declaration] = {}
    for declaration in evidence.declarations:
        if declaration.authenticated and _is_about(declaration, name):
            known = newest.get(declaration.source)
            if known is None or _later(declaration) > _later(known):
                newest[declaration.source] = declaration
    replaced = max((d.observed_at for d in newest.values() if d.source in _FIRST_HAND), default=None)
    levels = [
        d.level
        for d in newest.values()
        if d.expires_at > now and (d.source in _FIRST_HAND or replaced is None or d.observed_at > replaced)
    ]
    return min(levels, default=None)


def _is_about(declaration: Declaration, name: str) -> bool:
    if declaration.name.startswith(ANY_HOST_BELOW):
        return is_suffix(declaration.name.removeprefix(ANY_HOST_BELOW), name)
    return declaration.name == name


def _later(declaration: Declaration) -> tuple[datetime, int]:
    """Of two statements of the same moment the lower counts as the later."""
    return declaration.observed_at, -declaration.level
