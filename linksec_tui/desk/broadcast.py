"""One stream of frozen events for every front end that listens; a slow listener loses nothing but the oldest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from linksec_tui.model.events import Event

# A listener that is this far behind draws everything anew anyway.
_BACKLOG = 1000


class Broadcast:
    """Hands each event to all listeners of this process."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Event | None]] = set()
        self._closed = False

    def tell(self, event: Event) -> None:
        """Tell every listener; never blocks."""
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    def close(self) -> None:
        """End every listener's iteration."""
        self._closed = True
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)

    async def listen(self) -> AsyncGenerator[Event]:
        """The events from now on, until the desk closes."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue(_BACKLOG)
        self._listeners.add(queue)
        try:
            while not self._closed and (event := await queue.get()) is not None:
                yield event
        finally:
            self._listeners.discard(queue)
