"""The known list as JSON: one entry looks the same in an export and in what `known list --json` prints."""

from __future__ import annotations

from .evidence import Answer, Mechanism
from .json_text import Json, JsonValue, rfc3339
from .known import Hint, HintKind, Imported, KnownNames, ListHead, SendingProvider


def render_hint(hint: Hint) -> dict[str, JsonValue]:
    """One entry of a list; what it does not say is left out."""
    said: dict[str, JsonValue] = {"domain" if hint.kind is HintKind.DOMAIN else "exchanger": hint.name}
    if hint.starttls:
        said["starttls"] = True
    if hint.sts_enforce:
        said["mta_sts"] = "enforce"
    if hint.exchangers:
        said["exchangers"] = list(hint.exchangers)
    if hint.level:
        said["level"] = hint.level
    said |= {"source": hint.source, "date": hint.dated}
    if hint.expires_at is not None:
        said["expires"] = rfc3339(hint.expires_at)
    return said


def render_names(names: KnownNames) -> Json:
    """`known list --json`."""
    return {
        "own": [
            {"domain": domain, "word": "exposed" if word.exposed else str(word.mechanism), "date": word.dated}
            for domain, word in names.words.items()
        ],
        "providers": [render_provider(provider) for provider in names.providers],
        "entries": [{**render_hint(each.hint), "list": each.list_name or "shipped"} for each in names.hints],
        "lists": [render_head(head) for head in names.lists],
    }


def render_provider(provider: SendingProvider) -> Json:
    answers = {mechanism.value: provider.insists.get(mechanism, Answer.UNKNOWN).value for mechanism in Mechanism}
    return {
        "hosts": list(provider.hosts),
        "enforces": answers,
        "source": provider.source,
        "date": provider.dated,
        "own": provider.own,
    }


def render_head(head: ListHead) -> Json:
    return {
        "name": head.name,
        "format": head.format.value,
        "author": head.author,
        "issued": rfc3339(head.issued_at),
        "expires": rfc3339(head.expires_at) if head.expires_at else None,
        "imported": rfc3339(head.imported_at),
        "instead": head.instead,
    }


def render_import(imported: Imported) -> Json:
    """`known import --json`."""
    return {
        "list": render_head(imported.head),
        "taken": imported.taken,
        "left_out": imported.left_out_count,
        "left_out_because": [{"name": each.name, "why": each.why} for each in imported.left_out],
        "replaced": rfc3339(imported.replaced) if imported.replaced else None,
    }
