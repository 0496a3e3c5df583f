"""Many requests, one run at a time: what was asked for meanwhile is done once more at the end, and never cancelled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from textual.dom import DOMNode

REST = 9  # times as long as the work took


class Coalesced:
    """`work`, started by `ask`. Events may come faster than the work takes; it still gets to its end."""

    def __init__(self, node: DOMNode, work: Callable[[], Awaitable[None]]) -> None:
        self._node = node
        self._work = work
        self._running = False
        self._asked_again = False

    def ask(self, *_: object) -> None:
        """Have it done, once more if it is being done already."""
        if self._running:
            self._asked_again = True
        else:
            self._running = True
            self._node.run_worker(self._run, exit_on_error=False)

    async def _run(self) -> None:
        try:
            while True:
                self._asked_again = False
                await self._once()
                if not self._asked_again:
                    return
        finally:
            self._running = False

    async def _once(self) -> None:
        await self._work()


class Unhurried(Coalesced):
    """For what happens by itself, as often as it likes: the first time at once, then a tenth of the time at most.

    A mailbox of a hundred thousand that is just being read changes a hundred times; a small one is shown each time.
    """

    clock: Callable[[], float] = time.monotonic
    longest_rest = 2.0  # seconds

    def __init__(self, node: DOMNode, work: Callable[[], Awaitable[None]]) -> None:
        super().__init__(node, work)
        self._hurried = asyncio.Event()

    def hurry(self) -> None:
        """Have it done at once: a person waits for it."""
        self._hurried.set()
        self.ask()

    async def _once(self) -> None:
        self._hurried.clear()
        began = self.clock()
        await self._work()
        took = self.clock() - began
        with suppress(TimeoutError):
            async with asyncio.timeout(min(took * REST, self.longest_rest)):
                await self._hurried.wait()
