"""Who plays in the demonstration, and what happens where the world, or the client in it, is not as the story says."""

from __future__ import annotations

from dataclasses import dataclass

from .assurance import Assurance
from .errors import LinksecError


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


class NotAsTold(LinksecError):
    """The world, or the client in it, did something else than the story says."""


def expect(fulfilled: object, otherwise: str) -> None:
    """Raises NotAsTold unless fulfilled; `otherwise` says what should have been."""
    if not fulfilled:
        raise NotAsTold(f"The demonstration did not go as it should: {otherwise}.")
