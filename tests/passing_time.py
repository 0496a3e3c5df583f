"""Time that passes at once: a wait ends by its limit, and no machine is too slow for what comes before the limit."""

from __future__ import annotations

import asyncio


def pass_time(seconds: float) -> None:
    """The clock of the running loop goes on by so much; whoever has waited for as long wakes up now."""
    loop = asyncio.get_running_loop()
    before = loop.time
    loop.time = lambda: before() + seconds
