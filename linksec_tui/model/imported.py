"""How far messages from files have come into a mailbox."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_TOLD = 100  # messages left out that are named one by one


@dataclass(slots=True, kw_only=True)
class Imported:
    """How far it came. `left_out` says of each message that cannot be filed what it is, and why."""

    filed: int = 0
    there: int = 0
    refused: int = 0
    left_out: list[str] = field(default_factory=list[str])

    @property
    def seen(self) -> int:
        return self.filed + self.there + self.refused

    @property
    def words(self) -> str:
        there = f", {self.there} {'was' if self.there == 1 else 'were'} there already" if self.there else ""
        refused = f", {self.refused} left out" if self.refused else ""
        return f"{self.filed} message{'' if self.filed == 1 else 's'} filed{there}{refused}."

    def leave_out(self, what: str, why: str) -> None:
        self.refused += 1
        if len(self.left_out) < MOST_TOLD:
            self.left_out.append(f"{what}: {why}")
