"""What changes while a desk is open: who is the worker, and how each account's connection stands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from linksec_tui.model.events import ConnectionChanged, Link


@dataclass(slots=True, kw_only=True)
class Standing:
    """Written by the background tasks, read by the front ends."""

    is_worker: bool = False
    connections: dict[str, ConnectionChanged] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    submitted: asyncio.Event = field(default_factory=asyncio.Event)  # something went out: Sent is to be looked after

    def stand_by(self, accounts: Iterable[str]) -> None:
        """Another process keeps these accounts up, until it ends."""
        for account in accounts:
            self.connections[account] = ConnectionChanged(account=account, link=Link.ELSEWHERE)

    def wake(self) -> None:
        """There is something in the outbox."""
        self.woken.set()
