"""The proof of our own hop as JSON: one shape for every command that shows it."""

from __future__ import annotations

from datetime import datetime

from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.model.json_text import Json, rfc3339


def render_facts(facts: TlsFacts) -> Json:
    """The proof of one connection."""
    return {
        "host": facts.host,
        "port": facts.port,
        "trust": facts.trust.value,
        "version": facts.version,
        "cipher": facts.cipher,
        "subject": facts.subject,
        "names": list(facts.names),
        "matched_name": facts.matched_name or None,
        "issuer": facts.issuer,
        "not_before": _time(facts.not_before),
        "not_after": _time(facts.not_after),
        "key": facts.key or None,
        "sha256": facts.fingerprint,
        "dane": facts.dane.value if facts.dane else None,
        "dane_matches": facts.dane_matches,
        "seen_at": _time(facts.at),
    }


def render_provider(provider: ProviderFacts) -> Json:
    """What the provider insists on: yes, no or unknown of each mechanism, and who says so."""
    return {
        "insists": {mechanism.value: answer.value for mechanism, answer in sorted(provider.insists.items())},
        "origin": provider.origin or None,
    }


def _time(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None
