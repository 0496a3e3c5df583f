"""Content lines of calendars → components with their properties (RFC 5545 §3.1, §3.4), bounded everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MAX_TEXT = 1 << 20  # characters of a calendar; an invitation has some thousands
MAX_LINES = 20_000
MAX_LINE = 16 << 10  # characters of one line, unfolded
MAX_DEPTH = 5  # a calendar, an event, an alarm
MAX_PARAMETERS = 30

_FOLD = re.compile(r"\r?\n[ \t]")
_NAME = re.compile(r"([A-Za-z0-9-]{1,64})(?=[;:])")
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,64})=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One line. Names are upper case; `value` is as it came, its escapes still in it."""

    name: str
    value: str
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def text(self) -> str:
        """The value as text (RFC 5545 §3.3.11)."""
        return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.value)


@dataclass(slots=True, kw_only=True)
class Component:
    """What stands between BEGIN and END."""

    name: str
    properties: list[Property] = field(default_factory=list[Property])
    components: list[Component] = field(default_factory=list["Component"])

    def get(self, name: str) -> Property | None:
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator[Property]:
        return (each for each in self.properties if each.name == name)

    def text(self, name: str) -> str:
        found = self.get(name)
        return found.text if found else ""

    def inside(self, name: str) -> Iterator[Component]:
        return (each for each in self.components if each.name == name)


def parse_components(text: str) -> Component:
    """All of it in one nameless component. Never raises; lines that are none are passed over."""
    root = Component(name="")
    open_components = [root]
    for line in _lines(text):
        if (found := _property(line)) is None:
            continue
        if found.name == "BEGIN" and len(open_components) <= MAX_DEPTH:
            begun = Component(name=found.value.strip().upper()[:64])
            open_components[-1].components.append(begun)
            open_components.append(begun)
        elif found.name == "END":
            if len(open_components) > 1:
                open_components.pop()
        else:
            open_components[-1].properties.append(found)
    return root


def _lines(text: str) -> Iterator[str]:
    unfolded = _FOLD.sub("", text[:MAX_TEXT])
    for count, line in enumerate(unfolded.split("\n")):
        if count >= MAX_LINES:
            return
        yield line[:MAX_LINE].rstrip("\r")


def _property(line: str) -> Property | None:
    name = _NAME.match(line)
    if name is None:
        return None
    params: dict[str, str] = {}
    at = name.end()
    while len(params) < MAX_PARAMETERS and (parameter := _PARAMETER.match(line, at)):
        params.setdefault(parameter[1].upper(), parameter[2].replace('"', ""))
        at = parameter.end()
    if line[at : at + 1] != ":":
        return None
    return Property(name=name[1].upper(), value=line[at + 1 :], params=MappingProxyType(params))
