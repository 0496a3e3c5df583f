"""Keys in their order: one that the application takes itself may overtake those that still wait at a widget."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from textual.app import App
from textual.widget import Widget

_TYPED_IN = frozenset({"Input", "TextArea"})
PASSING = 0.5  # seconds that keys typed before may take to arrive


def is_typed_in(widget: Widget | None) -> bool:
    """Is a letter, to that widget, a letter? By its class's name: an editor is not loaded before anybody writes."""
    return any(each.__name__ in _TYPED_IN for each in type(widget).__mro__)


async def let_keys_pass(widget: Widget) -> None:
    """Return when everything that waited at `widget`, and at what is around it, has been taken."""
    for node in widget.ancestors_with_self:
        passed = asyncio.Event()
        if not isinstance(node, App) and node.call_later(passed.set):
            await in_time(passed)


async def in_time(passed: asyncio.Event) -> None:
    """Wait for it, and not for ever. `wait_for` of Python 3.11 can lose the end of a time limit around it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PASSING):
            await passed.wait()
