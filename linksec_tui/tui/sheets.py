"""The style sheets of the screens, each read once: Textual reads all of them anew for every screen that brings one."""

from __future__ import annotations

from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

_SHEETS = 512  # more than all screens and widgets have; Textual keeps 64, and reads on in a circle once there are more


class Sheets(Stylesheet):
    """What was read stays until it means something else: until a variable has another value."""

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(_SHEETS)

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        self.parse()
