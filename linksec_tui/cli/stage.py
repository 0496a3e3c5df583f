"""What the plain-text demonstration plays with: a mail world that somebody else has lit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linksec_tui.config import Config
from linksec_tui.model.eavesdrop import Impostor, Tap
from linksec_tui.model.tale import Character


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`inbox` and `settled` may block."""

    config: Config
    tap: Tap
    impostor: Impostor
    people: tuple[Character, ...]
    inbox: Callable[[str], list[bytes]]
    settled: Callable[[float], bool]
