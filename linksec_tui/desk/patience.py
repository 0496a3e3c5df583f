"""A full disk: what runs by itself waits until there is room, and that is said once; who asks for something is told.

What could not be written was not begun (store/vault.py), so that it can simply be tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from linksec_tui.model.errors import StoreFull
from linksec_tui.model.events import Event, RoomNeeded
from linksec_tui.store.vault import until_room

TRY_AGAIN = 3.0  # seconds
FORGOTTEN = 60.0  # seconds without trouble, after which it is said anew

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Patience:
    """For all that a desk does by itself. `steady` is a clock that never goes back."""

    tell: Callable[[Event], None]
    steady: Callable[[], float]
    sleep: Sleep = asyncio.sleep
    _last: float = float("-inf")

    def for_this_task(self) -> None:
        """And for those that it begins."""
        until_room.set(self._wait)

    async def _wait(self, problem: StoreFull) -> None:
        now = self.steady()
        if now - self._last > FORGOTTEN:
            self.tell(RoomNeeded(detail=str(problem)))
        self._last = now
        await self.sleep(TRY_AGAIN)


@contextmanager
def no_patience() -> Generator[None]:
    """For what somebody else is waiting for meanwhile. Raises StoreFull."""
    before = until_room.set(None)
    try:
        yield
    finally:
        until_room.reset(before)
