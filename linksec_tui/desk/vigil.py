"""Notices what nobody tells a program: that the machine slept, and that it is on another network now.

Neither ends a connection: both sides may wait for each other for hours. So the clocks and the own address are looked
at every few seconds. During a suspend the steady clock may stand still, and while only the process is stopped it does
not: whichever of the two has gone too far tells.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from linksec_tui.wire.whereabouts import Whereabouts

TICK = 3.0  # seconds between two looks
LATE = 8.0  # seconds beyond them: a busy machine is late too, but not as late


class Change(StrEnum):
    """What happened since the last look."""

    SLEPT = "slept"
    MOVED = "moved"
    GONE = "lost its network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Senses:
    """What is looked at. `steady` is a clock that nobody sets."""

    clock: Callable[[], datetime]
    steady: Callable[[], float]
    whereabouts: Callable[[], Whereabouts]


@dataclass(slots=True, kw_only=True)
class Vigil:
    """Two looks compared."""

    senses: Senses
    _clock: datetime = field(init=False)
    _steady: float = field(init=False)
    _here: Whereabouts = field(init=False)

    def __post_init__(self) -> None:
        self._clock, self._steady, self._here = self._now()

    async def run(
        self, pause: Callable[[float], Awaitable[None]], noticed: Callable[[Change], Awaitable[None]]
    ) -> None:
        """Until cancelled."""
        while True:
            await pause(TICK)
            if (change := self.look()) is not None:
                await noticed(change)

    def look(self) -> Change | None:
        """What happened since the last look."""
        clock, steady, here = self._now()
        passed = max((clock - self._clock).total_seconds(), steady - self._steady)
        elsewhere = here != self._here
        self._clock, self._steady, self._here = clock, steady, here
        if passed > TICK + LATE:
            return Change.SLEPT
        if elsewhere:
            return Change.MOVED if here else Change.GONE
        return None

    def _now(self) -> tuple[datetime, float, Whereabouts]:
        return self.senses.clock(), self.senses.steady(), self.senses.whereabouts()
