"""One table of a TOML document: hands out keys by kind, says what is wrong with them, knows which nobody asked for."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TypeVar, cast

from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible

_Choice = TypeVar("_Choice", bound=StrEnum)
_Value = TypeVar("_Value")


class Table:
    """One table of the document: hands out its keys, and remembers which were known."""

    def __init__(self, problem: Callable[[str], None], where: str, content: object) -> None:
        self._say = problem
        self._where = where
        self._known: list[str] = []
        self._content: dict[str, object] = {}
        if isinstance(content, dict):
            self._content = cast("dict[str, object]", content)
        elif content is not None:
            problem(f"{where} must be a table ([{where}]).")

    def name(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def problem(self, key: str, text: str) -> None:
        self._say(f"{self.name(key)} {text}")

    def take(self, key: str) -> object:
        self._known.append(key)
        return self._content.get(key)

    def text(self, key: str, default: str = "") -> str:
        text = self._typed(key, default, str, "a text in quotation marks")
        return default if self._holds_nul(key, text) else text

    def flag(self, key: str, *, default: bool) -> bool:
        return self._typed(key, default, bool, "true or false")

    def number(self, key: str, default: float, *, least: float, most: float) -> float:
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.problem(key, f"must be a number from {least:g} to {most:g}.")
            return default
        return float(value)

    def choice(self, key: str, kind: type[_Choice], default: _Choice) -> _Choice:
        value = self.take(key)
        if value is None:
            return default
        try:
            return kind(cast("str", value))
        except ValueError:
            self.problem(key, f"must be one of: {', '.join(kind)}.")
            return default

    def texts(self, key: str) -> tuple[str, ...] | None:
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(item, str) for item in cast("list[object]", value)):
            texts = tuple(cast("list[str]", value))
            return None if self._holds_nul(key, "".join(texts)) else texts
        self.problem(key, "must be a list of texts.")
        return None

    def converted(self, key: str, convert: Callable[[str], _Value]) -> tuple[_Value, ...]:
        """Each text of a list, converted; what does not convert is a problem."""
        result: list[_Value] = []
        for item in self.texts(key) or ():
            try:
                result.append(convert(item))
            except (ValueError, BadInput) as error:
                self.problem(key, f"has an entry that cannot be used: {visible(item)} ({error}).")
        return tuple(result)

    def sub(self, key: str) -> Table:
        return Table(self._say, self.name(key), self.take(key))

    def names(self) -> tuple[str, ...]:
        """All that stand there, where their names are the person's own."""
        return tuple(self._content)

    def has(self, key: str) -> bool:
        return key in self._content

    def unknown(self) -> None:
        """Say every key that nobody asked for."""
        for key in self._content:
            if key not in self._known:
                self._say(f"{self.name(visible(key))} is not known{nearest(key, self._known)}.")

    def _holds_nul(self, key: str, text: str) -> bool:
        """No file, command or server takes a name with NUL in it; most fail in a way of their own."""
        if "\0" not in text:
            return False
        self.problem(key, "has a NUL character in it.")
        return True

    def _typed(self, key: str, default: _Value, kind: type[_Value], expected: str) -> _Value:
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, kind):
            self.problem(key, f"must be {expected}.")
            return default
        return value


def nearest(word: str, known: Iterable[str]) -> str:
    """“; did you mean X?”, where something known is near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else ""
