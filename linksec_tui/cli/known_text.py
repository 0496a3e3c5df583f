"""The known list as text: one entry a line, below its source and date."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from linksec_tui.cli.output import Output
from linksec_tui.model.evidence import Answer, Mechanism, UserWord
from linksec_tui.model.known import (
    Hint,
    HintKind,
    Imported,
    ImportedHint,
    KnownNames,
    ListFormat,
    ListHead,
    SendingProvider,
)

Shown = Callable[[str], str]  # a domain as people read it
Row = tuple[str, str]

_FORMATS = {ListFormat.OURS: "linksec-tui", ListFormat.EFF: "STARTTLS Everywhere"}
_TITLES = {HintKind.DOMAIN: "Domains", HintKind.EXCHANGER: "Exchangers, and all below them"}
_WIDEST_NAME = 32


def tell_names(names: KnownNames, output: Output, shown: Shown) -> None:
    """What one source says on one day stands together, the source above it."""
    _tell("Your own word", [(shown(domain), _word(word)) for domain, word in names.words.items()], output)
    for kind, title in _TITLES.items():
        groups: dict[str, list[Row]] = {}
        for each in names.hints:
            if each.hint.kind is kind:
                groups.setdefault(_origin(each), []).append((shown(each.hint.name), _said(each.hint)))
        for origin, rows in groups.items():
            _tell(f"{title} – {origin}", rows, output)
    for provider in names.providers:
        rows = [(host, provider_text(provider)) for host in provider.hosts]
        _tell(f"Providers, for outgoing mail – {provider.source}, {provider.dated}", rows, output)
    _tell("Imported lists", [(head.name, _list_text(head)) for head in names.lists], output)


def _tell(heading: str, rows: Sequence[Row], output: Output) -> None:
    if rows:
        output.paragraph(f"{heading} ({len(rows):,})")
    for name, text in rows:
        output.line(f"  {name:<{_WIDEST_NAME}}  {text}")


def tell_import(imported: Imported, output: Output) -> None:
    """What was taken, until when it counts, and what was left out."""
    head = imported.head
    author = f" by {head.author}" if head.author else ""
    output.line(f"{head.name}: {_count(imported.taken)} taken ({_FORMATS[head.format]}{author}, {_issued(head)}).")
    if imported.replaced is not None:
        output.line(f"It replaces the one that was imported on {imported.replaced:%Y-%m-%d}.")
    if head.instead:
        output.line("It stands in place of the shipped hints.")
    if imported.left_out_count:
        output.note(f"{_count(imported.left_out_count)} left out:")
    for each in imported.left_out:
        output.note(f"  {each.name}: {each.why}")
    if imported.left_out_count > len(imported.left_out):
        output.note(f"  … and {imported.left_out_count - len(imported.left_out):,} more")


def provider_text(provider: SendingProvider) -> str:
    """What it enforces, and what it does not."""
    enforced, ignored = (
        ", ".join(mechanism.value for mechanism in Mechanism if provider.insists.get(mechanism) is answer)
        for answer in (Answer.YES, Answer.NO)
    )
    return "; ".join(filter(None, (enforced and f"enforces {enforced}", ignored and f"ignores {ignored}")))


def _word(word: UserWord) -> str:
    return f"{'exposed' if word.exposed else f'verified by {word.mechanism}'}, since {word.dated}"


def _origin(each: ImportedHint) -> str:
    listed = f", from {each.list_name}" if each.list_name else ""
    return f"{each.hint.source}, {each.hint.dated}{listed}"


def _said(hint: Hint) -> str:
    said = (
        "published “enforce” (MTA-STS)" if hint.sts_enforce else "",
        "takes TLS" if hint.starttls else "",
        f"takes TLS at {', '.join(hint.exchangers)}" if hint.exchangers else "",
        f"declared level {hint.level}" if hint.level else "",
    )
    return ", ".join(filter(None, said))


def _list_text(head: ListHead) -> str:
    instead = ", in place of the shipped hints" if head.instead else ""
    return f"{_FORMATS[head.format]}, {_issued(head)}{instead}; imported {head.imported_at:%Y-%m-%d}"


def _issued(head: ListHead) -> str:
    until = f", counts until {head.expires_at:%Y-%m-%d %H:%M} UTC" if head.expires_at else ""
    return f"issued {head.issued_at:%Y-%m-%d}{until}"


def _count(number: int) -> str:
    return f"{number:,} {'entry' if number == 1 else 'entries'}"
