"""Keys in their order: one that the application takes itself may overtake those that still wait at a widget."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from textual.app import App
from textual.widget import Widget

PASSING = 0.5  # seconds that keys typed before may take to arrive


async def let_keys_pass(widget: Widget) -> None:
    """Return when everything that waited at `widget`, and at what is around it, has been taken."""
    for node in widget.ancestors_with_self:
        passed = asyncio.Event()
        if not isinstance(node, App) and node.call_later(passed.set):
            with suppress(TimeoutError):
                await asyncio.wait_for(passed.wait(), PASSING)
