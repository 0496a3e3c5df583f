"""What the plain-text demonstration plays with, and what happens where the world is not as the story says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linksec_tui.config import Config
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.eavesdrop import Impostor, Tap
from linksec_tui.model.errors import LinksecError


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """Somebody in the story, and the assurance that is true of the way to them."""

    address: str
    what: str
    truth: Assurance

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def reachable(self) -> bool:
        return self.truth is not Assurance.UNDELIVERABLE

    @property
    def protected(self) -> bool:
        """Would the letter come back rather than travel unprotected?"""
        return self.truth >= Assurance.ENFORCED


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A mail world that somebody else has lit. `inbox` and `settled` may block."""

    config: Config
    tap: Tap
    impostor: Impostor
    people: tuple[Character, ...]
    inbox: Callable[[str], list[bytes]]
    settled: Callable[[float], bool]


class NotAsTold(LinksecError):
    """The world, or the client in it, did something else than the story says."""


def expect(fulfilled: object, otherwise: str) -> None:
    """Raises NotAsTold unless fulfilled; `otherwise` says what should have been."""
    if not fulfilled:
        raise NotAsTold(f"The demonstration did not go as it should: {otherwise}.")
