"""Values as JSON that a terminal may show, the same on a standard output and in a file (RFC 8259)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from .visible import visible_text

JsonValue: TypeAlias = "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
Json: TypeAlias = "Mapping[str, JsonValue]"


def json_text(value: Json | Sequence[Json], *, indent: int | None = None, ascii_only: bool = False) -> str:
    """As people read it, unless something in it could be obeyed: JSON has another spelling for that."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    return text if visible_text(text) == text else json.dumps(value, indent=indent)


def rfc3339(at: datetime) -> str:
    """A moment in UTC, to the second (RFC 3339)."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
