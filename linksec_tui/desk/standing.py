"""What changes while a desk is open: who is the worker, and how each account's connection stands."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from linksec_tui.model.events import ConnectionChanged


@dataclass(slots=True, kw_only=True)
class Standing:
    """Written by the background tasks, read by the front ends."""

    is_worker: bool = False
    connections: dict[str, ConnectionChanged] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """There is something in the outbox."""
        self.woken.set()
