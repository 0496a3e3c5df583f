"""A file with a known list → hints, from our own format or EFF STARTTLS Everywhere's; and hints → our own. Pure.

What is imported is hints: STARTTLS, “published enforce on a date”, a declared level. Facts about providers and
anybody's own word are not among what a list can say (link-security.md §6; docs/known-list.md has both formats).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from linksec_tui.formats.suffix import base_domain
from linksec_tui.link.known_entry import Row, Unusable, parse_entry, parse_moment, parse_name, parse_patterns, shown
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.json_text import Json, rfc3339
from linksec_tui.model.known import Hint, HintKind, LeftOut, ListFormat
from linksec_tui.model.known_json import render_hint

MAX_OCTETS = 8 << 20  # twenty thousand entries with long sources
MAX_HINTS = 30_000  # more than ever is kept
LEFT_OUT_TOLD = 20
OUR_VERSION = 1
_EFF_VERSION = "0.1"
_EFF_MODES = ("testing", "enforce")
_AHEAD = timedelta(days=1)  # a clock, or a date, may be a little ahead of ours


class ListRefused(LinksecError):
    """A list cannot be taken as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """What a file says. `left_out` has the first of the entries that could not be taken."""

    format: ListFormat
    author: str
    issued_at: datetime
    expires_at: datetime | None
    hints: tuple[Hint, ...]
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0


Rows = Iterable[tuple[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    format: ListFormat
    author: str
    issued_at: datetime
    expires_at: datetime | None


def parse_known_file(content: bytes, now: datetime) -> KnownFile:
    """The list in a file of either format. Raises ListRefused."""
    table = _table(content)
    if table.get("format") == ListFormat.OURS.value:
        return _our_list(table, now)
    if "policies" in table and "format" not in table:
        return _eff_list(table, now)
    raise ListRefused(
        "This is neither a list of linksec-tui nor one of EFF STARTTLS Everywhere.", "Check which file it is."
    )


def render_known_file(hints: Iterable[Hint], author: str, now: datetime) -> Json:
    """The hints in our own format; read again, they are the same."""
    return {
        "format": ListFormat.OURS.value,
        "version": OUR_VERSION,
        "author": author,
        "issued": rfc3339(now),
        "entries": [render_hint(hint) for hint in hints],
    }


def _table(content: bytes) -> Row:
    if len(content) > MAX_OCTETS:
        raise ListRefused(f"The list is larger than {MAX_OCTETS >> 20} MiB.", "Take a smaller one.")
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ListRefused("The list is not JSON.", "Check which file it is.") from error
    if not isinstance(plain, dict):
        raise ListRefused("The list is not a JSON object.", "Check which file it is.")
    return cast("Row", plain)


def _require_in_force(head: _Head, now: datetime) -> None:
    if head.issued_at > now + _AHEAD:
        raise ListRefused(f"This list is dated {head.issued_at:%Y-%m-%d}, which is yet to come.", "Check the clock.")
    if head.expires_at is not None and head.expires_at <= now:
        raise ListRefused(
            f"This list expired on {head.expires_at:%Y-%m-%d}: by its own rule it counts no longer.",
            "Take a newer issue of it.",
        )


def _collect(head: _Head, rows: Rows, parse: Callable[[str, object], Hint], now: datetime) -> KnownFile:
    hints: dict[Hint, None] = {}
    left_out: list[LeftOut] = []
    count = 0
    for name, row in rows:
        if len(hints) + count >= MAX_HINTS:
            raise ListRefused(f"The list has more than {MAX_HINTS:,} entries.", "Take a smaller one.")
        try:
            hints[_usable(_until(parse(name, row), head.expires_at), now)] = None
        except Unusable as error:
            count += 1
            if len(left_out) < LEFT_OUT_TOLD:
                left_out.append(LeftOut(name=shown(name), why=str(error)))
    return KnownFile(
        format=head.format,
        author=head.author,
        issued_at=head.issued_at,
        expires_at=head.expires_at,
        hints=tuple(hints),
        left_out=tuple(left_out),
        left_out_count=count,
    )


def _until(hint: Hint, expires_at: datetime | None) -> Hint:
    """The list's own expiry counts for each of its entries."""
    ends = [at for at in (hint.expires_at, expires_at) if at is not None]
    return replace(hint, expires_at=min(ends, default=None))


def _usable(hint: Hint, now: datetime) -> Hint:
    if hint.dated > (now + _AHEAD).date().isoformat():
        raise Unusable("its date is yet to come")
    if hint.expires_at is not None and hint.expires_at <= now:
        raise Unusable("it has expired")
    if hint.kind is HintKind.EXCHANGER and base_domain(hint.name) is None:
        raise Unusable("anybody may register a name below it")  # com, co.uk
    return hint


# our own format


def _our_list(table: Row, now: datetime) -> KnownFile:
    if table.get("version") != OUR_VERSION:
        raise ListRefused("This list was written by a newer linksec-tui.", "Update linksec-tui.")
    head = _Head(
        format=ListFormat.OURS,
        author=shown(table.get("author", "")),
        issued_at=_moment(table, "issued"),
        expires_at=_moment(table, "expires") if "expires" in table else None,
    )
    _require_in_force(head, now)
    rows = ((_name_of(row), row) for row in _list(table, "entries"))
    return _collect(head, rows, lambda _, row: parse_entry(row), now)


def _name_of(row: object) -> str:
    if not isinstance(row, dict):
        return "?"
    entry = cast("Row", row)
    return str(entry.get("domain", entry.get("exchanger", "?")))


# EFF STARTTLS Everywhere, policy-0.1.schema.json


def _eff_list(table: Row, now: datetime) -> KnownFile:
    if table.get("version") != _EFF_VERSION:
        raise ListRefused("This issue of STARTTLS Everywhere has a version that is not known.", "Take one of 0.1.")
    head = _Head(
        format=ListFormat.EFF,
        author=shown(table.get("author", "")),
        issued_at=_moment(table, "timestamp"),
        expires_at=_moment(table, "expires"),
    )
    _require_in_force(head, now)
    aliases = _object(table, "policy-aliases")
    rows = _object(table, "policies").items()
    return _collect(head, rows, lambda domain, policy: _eff_hint(head, domain, _resolved(policy, aliases)), now)


def _resolved(policy: object, aliases: Row) -> Row:
    """An entry may refer to a policy by its alias, and then to nothing else."""
    if isinstance(policy, dict) and "policy-alias" in policy:
        policy = aliases.get(str(cast("Row", policy)["policy-alias"]))
    if not isinstance(policy, dict):
        raise Unusable("it has no policy")
    return cast("Row", policy)


def _eff_hint(head: _Head, domain: str, policy: Row) -> Hint:
    """Who stands in the list takes TLS at these exchangers; in mode “enforce” the domain demands it."""
    exchangers = parse_patterns(policy.get("mxs"))
    if policy.get("mode") not in _EFF_MODES or not exchangers:
        raise Unusable("it has no mode, or no exchangers")
    return Hint(
        kind=HintKind.DOMAIN,
        name=parse_name(domain),
        source=f"STARTTLS Everywhere, {head.author}".rstrip(", "),
        dated=head.issued_at.date().isoformat(),
        sts_enforce=policy["mode"] == "enforce",
        exchangers=exchangers,
    )


def _moment(table: Row, key: str) -> datetime:
    try:
        return parse_moment(table.get(key))
    except Unusable as error:
        raise ListRefused(f"The list has no usable “{key}”.", "A list says when it was issued.") from error


def _list(table: Row, key: str) -> list[object]:
    if not isinstance(table.get(key), list):
        raise ListRefused(f"The list has no “{key}”.", "Check which file it is.")
    return cast("list[object]", table[key])


def _object(table: Row, key: str) -> Mapping[str, Any]:
    if not isinstance(table.get(key), dict):
        raise ListRefused(f"The list has no “{key}”.", "Check which file it is.")
    return cast("Mapping[str, Any]", table[key])
