"""The effective declared level of a domain (link-security.md §3). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from linksec_tui.model.evidence import Declaration, Evidence, Source

# A statement that was had today stands before a remembered one, and that before a listed one.
_RANK = {Source.DNS: 0, Source.PROBE: 0, Source.MEMORY: 1, Source.KNOWN: 2}


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
    inside = host == evidence.domain or host.endswith(f".{evidence.domain}")
    return domain if inside and domain is not None else 0


def _level_of(evidence: Evidence, name: str, now: datetime) -> int | None:
    """Per source the newest authenticated statement, of sources that disagree the lower; None: none counts."""
    ours = [d for d in evidence.declarations if d.name == name and d.authenticated and d.expires_at > now]
    if not ours:
        return None
    best = min(_RANK.get(d.source, len(_RANK)) for d in ours)
    newest: dict[Source, Declaration] = {}
    for declaration in (d for d in ours if _RANK.get(d.source, len(_RANK)) == best):
        known = newest.get(declaration.source)
        if known is None or _later(declaration) > _later(known):
            newest[declaration.source] = declaration
    return min(declaration.level for declaration in newest.values())


def _later(declaration: Declaration) -> tuple[datetime, int]:
    """Of two statements of the same moment the lower counts as the later."""
    return declaration.observed_at, -declaration.level
