"""What a look at a published text came to: valid or not, everything that is wrong, and what its author should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One sentence about a line of the text; line 0 is the whole of it."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """`says` is what the text says where it is valid: names and values as its own format has them."""

    problems: tuple[Remark, ...] = ()
    advice: tuple[Remark, ...] = ()
    says: Mapping[str, str | int | tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def valid(self) -> bool:
        return not self.problems
