"""One entry of a list in our own format → a hint; what it does not understand is refused, with the reason. Pure.

The shipped list and every list that is imported are read here, so that both can say the same things and no others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

from linksec_tui.formats.domain_name import to_ascii
from linksec_tui.formats.https_url import https_url
from linksec_tui.formats.suffix import base_domain
from linksec_tui.model.errors import BadInput
from linksec_tui.model.known import Hint, HintKind
from linksec_tui.model.visible import visible

Row = Mapping[str, Any]  # what json.loads and tomllib.loads return; every use below looks at the type first

MAX_SOURCE = 300  # characters
MAX_EXCHANGERS = 50  # of one domain; a real list has eight at most
LEVELS = range(1, 5)
_KEYS = frozenset({"domain", "exchanger", "starttls", "mta_sts", "exchangers", "level", "source", "date", "expires"})
_OF_DOMAINS = ("mta_sts", "exchangers")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Unusable(Exception):
    """An entry cannot be taken; the text says why, after “because”."""


def parse_entry(row: object) -> Hint:
    """Raises Unusable."""
    if not isinstance(row, dict):
        raise Unusable("it is not an object")
    entry = cast("Row", row)
    kind = _kind(entry)
    hint = Hint(
        kind=kind,
        name=parse_name(entry[kind.value]),
        source=_source(entry),
        dated=_date(entry),
        starttls=_is_true(entry, "starttls"),
        sts_enforce=_enforces(entry),
        level=_level(entry),
        exchangers=parse_patterns(entry.get("exchangers", [])),
        expires_at=parse_moment(entry["expires"]) if "expires" in entry else None,
    )
    if not (hint.starttls or hint.sts_enforce or hint.level or hint.exchangers):
        raise Unusable("it says nothing")
    if hint.level and not is_operators(hint.source, hint.name):
        raise Unusable(
            "a level needs a page of its operator's as its source, at an https:// address of the same domain"
        )
    return hint


def is_operators(source: str, name: str) -> bool:
    """Is the source a page of whoever registered the name? A list may report a level, and cannot give one."""
    url = https_url(source)
    if url is None:
        return False
    host = re.split("[/:?]", url.removeprefix("https://"), maxsplit=1)[0].lower()
    return base_domain(host) is not None and base_domain(host) == base_domain(name)


def parse_name(text: object) -> str:
    """A domain in lower-case A-labels. Raises Unusable."""
    try:
        name = to_ascii(text) if isinstance(text, str) else ""
    except BadInput:
        name = ""
    if "." not in name or name.startswith("["):
        raise Unusable("its name is not that of a domain")
    return name


def parse_patterns(plain: object) -> tuple[str, ...]:
    """Names of exchangers; with a leading dot, of all below. Raises Unusable."""
    if not isinstance(plain, list) or len(cast("list[object]", plain)) > MAX_EXCHANGERS:
        raise Unusable(f"its exchangers are not a list, or more than {MAX_EXCHANGERS}")
    return tuple(dict.fromkeys(map(_pattern, cast("list[object]", plain))))


def parse_moment(plain: object) -> datetime:
    """A time with its zone, or seconds since 1970; to the second. Raises Unusable."""
    try:
        match plain:
            case str():
                moment = datetime.fromisoformat(plain).astimezone(UTC) if _has_zone(plain) else None
            case int() if not isinstance(plain, bool):
                moment = datetime.fromtimestamp(plain, UTC)
            case _:
                moment = None
    except (ValueError, OverflowError, OSError):
        moment = None
    if moment is None:
        raise Unusable("a time in it is none, or has no zone")
    return moment.replace(microsecond=0)


def shown(text: object, limit: int = 80) -> str:
    """Foreign text on one line, bounded."""
    return visible(str(text)[: 2 * limit])[:limit]


def _has_zone(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None


def _kind(entry: Row) -> HintKind:
    unknown = sorted(key for key in entry if key not in _KEYS)
    if unknown:
        raise Unusable(f"“{shown(unknown[0])}” is nothing that a list can say")
    named = [kind for kind in HintKind if kind.value in entry]
    if len(named) != 1:
        raise Unusable("it names neither a domain nor an exchanger, or both")
    if named[0] is HintKind.EXCHANGER and any(key in entry for key in _OF_DOMAINS):
        raise Unusable("only a domain has a policy or exchangers")
    return named[0]


def _source(entry: Row) -> str:
    source = entry.get("source")
    if not isinstance(source, str) or not source.strip():
        raise Unusable("it has no source")
    return shown(source.strip(), MAX_SOURCE)


def _date(entry: Row) -> str:
    dated = entry.get("date")
    try:
        if isinstance(dated, str) and _DATE.fullmatch(dated):
            return date.fromisoformat(dated).isoformat()
    except ValueError:
        pass
    raise Unusable("it has no date")


def _is_true(entry: Row, key: str) -> bool:
    if key in entry and entry[key] is not True:
        raise Unusable(f"“{key}” can only be true")
    return key in entry


def _enforces(entry: Row) -> bool:
    if "mta_sts" in entry and entry["mta_sts"] != "enforce":
        raise Unusable("“mta_sts” can only be “enforce”: nothing else protects anybody")
    return "mta_sts" in entry


def _level(entry: Row) -> int:
    level = entry.get("level", 0)
    if "level" in entry and (type(level) is not int or level not in LEVELS):
        raise Unusable("its level is not 1 to 4")
    return int(level)


def _pattern(text: object) -> str:
    if not isinstance(text, str):
        raise Unusable("the name of an exchanger is not text")
    return f".{parse_name(text[1:])}" if text.startswith(".") else parse_name(text)
