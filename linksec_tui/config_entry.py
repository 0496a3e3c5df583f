"""One key of the configuration as it is described, and how its values are written down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

TEXT, FLAG, NUMBER, TEXTS, TABLE = "text", "`true`, `false`", "number", "list of texts", "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key: `kind` is what may stand there, `default` what counts without it (in words where it is no value)."""

    name: str
    kind: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table of the file: `title` is its heading in the document, `where` its place, as problems name it."""

    title: str
    where: str
    entries: tuple[Entry, ...]


def rows(*each: tuple[str, str, str, str]) -> tuple[Entry, ...]:
    """Entries: name, kind, default, meaning."""
    return tuple(Entry(name=name, kind=kind, default=default, meaning=meaning) for name, kind, default, meaning in each)


def one_of(kind: type[Enum]) -> str:
    return ", ".join(f"`{_toml(each)}`" for each in kind)


def some_of(kind: type[Enum]) -> str:
    return f"list of {one_of(kind)}"


def shown(value: object) -> str:
    """A value as it stands in the file."""
    return f"`{_toml(value)}`"


def _toml(value: object) -> str:
    match value:
        case Enum():
            return _toml(str(value.value))
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:g}"
        case _:
            return f'"{value}"'
