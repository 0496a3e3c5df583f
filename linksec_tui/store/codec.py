"""Frozen values of the model ↔ JSON, strictly by their type hints; nothing else can be written or made.

A key or an enum's word that this program does not know was written by a newer one and is refused rather than dropped:
what would be lost could be a demand for protection. A field missing in an old entry takes its default.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from linksec_tui.model.errors import NewerSchema, StoreDamaged

T = TypeVar("T")
Plain = Any  # what json.loads returns; every use below looks at the type first

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """A column's time: microseconds since 1970, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    return _EPOCH + value * _MICROSECOND


def encode(value: object) -> str:
    return json.dumps(_plain(value), ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def decode(kind: type[T], text: str) -> T:
    """Raises NewerSchema for what only a newer program can have written, StoreDamaged for anything else amiss."""
    return cast("T", _read(kind, _load(text)))


def decode_tuple(kind: type[T], text: str) -> tuple[T, ...]:
    return cast("tuple[T, ...]", _read(tuple[kind, ...], _load(text)))


def _plain(value: object) -> Plain:
    match value:
        case Enum():
            return _plain(value.value)
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return b64encode(value).decode()
        case datetime():
            return value.astimezone(UTC).isoformat()
        case Path():
            return str(value)
        case tuple():
            return [_plain(item) for item in cast("tuple[object, ...]", value)]
        case frozenset():
            return sorted(_plain(item) for item in cast("frozenset[object]", value))
        case Mapping():
            return {_plain(key): _plain(item) for key, item in cast("Mapping[object, object]", value).items()}
        case _ if is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no place in the store")


def _load(text: str) -> Plain:
    try:
        return json.loads(text)
    except ValueError as error:
        raise _unreadable("it is not JSON") from error


def _read(hint: Any, plain: Plain) -> object:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _read_union(hint, plain)
    if origin is Literal:
        return _one_of(get_args(hint), plain)
    if origin is not None:
        return _read_container(origin, get_args(hint), plain)
    if is_dataclass(hint):
        return _read_dataclass(cast("type[object]", hint), plain)
    if issubclass(hint, Enum):
        return _read_enum(hint, plain)
    if hint in _FROM_TEXT:
        return _from_text(hint, _expect(str, plain))
    return _expect(hint, plain)


def _read_union(hint: Any, plain: Plain) -> object:
    choices = get_args(hint)
    if plain is None and NoneType in choices:
        return None
    problem: StoreDamaged | NewerSchema | None = None
    for choice in choices:
        if choice is NoneType:
            continue
        try:
            return _read(choice, plain)
        except (StoreDamaged, NewerSchema) as error:
            problem = error
    raise problem or _unreadable("a value is missing")


def _read_container(origin: Any, items: tuple[Any, ...], plain: Plain) -> object:
    if issubclass(origin, Mapping):
        pairs = _expect(dict[Plain, Plain], plain).items()
        return MappingProxyType({_read(items[0], key): _read(items[1], item) for key, item in pairs})
    values = _expect(list[Plain], plain)
    if origin is tuple and items[-1] is not Ellipsis:
        if len(values) != len(items):
            raise _unreadable("a tuple has the wrong length")
        return tuple(_read(item, value) for item, value in zip(items, values, strict=True))
    return cast("object", origin(_read(items[0], value) for value in values))


def _read_dataclass(kind: type[object], plain: Plain) -> object:
    given = _expect(dict[Plain, Plain], plain)
    hints, required = _shape(kind)
    if unknown := given.keys() - hints.keys():
        raise _newer(f"{kind.__name__}.{min(unknown)}")
    if missing := required - given.keys():
        raise _unreadable(f"{kind.__name__}.{min(missing)} is missing")
    try:
        return kind(**{name: _read(hints[name], value) for name, value in given.items()})
    except ValueError as error:
        raise _unreadable(f"{kind.__name__} does not accept it") from error


@cache
def _shape(kind: type[object]) -> tuple[Mapping[str, Any], frozenset[str]]:
    """The hints of all fields, and the names of those without a default."""
    hints = get_type_hints(kind)
    named = fields(cast("Any", kind))
    required = {f.name for f in named if f.default is MISSING and f.default_factory is MISSING}
    return {field.name: hints[field.name] for field in named}, frozenset(required)


def _read_enum(kind: type[Enum], plain: Plain) -> Enum:
    try:
        return kind(plain)
    except ValueError as error:
        raise _newer(f"{kind.__name__} {str(plain)[:40]!r}") from error


def _one_of(choices: tuple[object, ...], plain: Plain) -> object:
    if plain not in choices:
        raise _newer(f"{str(plain)[:40]!r}")
    return plain


def _read_time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time without its zone")
    return time


_FROM_TEXT: Mapping[type, Callable[[str], object]] = {
    bytes: lambda text: b64decode(text, validate=True),
    datetime: _read_time,
    Path: Path,
}


def _from_text(kind: type, text: str) -> object:
    try:
        return _FROM_TEXT[kind](text)
    except ValueError as error:
        raise _unreadable(f"{text[:40]!r} is no {kind.__name__}") from error


def _expect(kind: type[T], plain: Plain) -> T:
    """`type` and not `isinstance`: True is no number."""
    if type(plain) is not (get_origin(kind) or kind):
        raise _unreadable(f"{type(plain).__name__} instead of {kind.__name__}")
    return cast("T", plain)


def _unreadable(why: str) -> StoreDamaged:
    return StoreDamaged(
        f"An entry of the store cannot be read: {why}.", "Please report it; the entry was left as it is."
    )


def _newer(what: str) -> NewerSchema:
    return NewerSchema(
        f"An entry of the store was written by a newer linksec-tui ({what} is unknown here).",
        "Update linksec-tui; the entry was left as it is.",
    )
