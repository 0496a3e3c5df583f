"""Keeps a strong reference to every running task of the world, and remembers those that broke.

asyncio itself holds tasks weakly: one that nobody else refers to may vanish in the middle of a conversation.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping

_TURNS = 3  # of the loop, from a task's beginning to the moment when its connection can be closed properly
_log = logging.getLogger("linksec_tui.world")


class Tasks:
    """Running tasks; `mishaps` are exceptions that no conversation may end with."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self.mishaps: list[BaseException] = []

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (broken := task.exception()) is not None:
            self.mishaps.append(broken)
            _log.error("a task of the mail world broke", exc_info=broken)

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Callbacks of the loop that break count too; that a peer went away in the middle is nobody's mistake."""

        def broke(_: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
            broken = context.get("exception")
            if isinstance(broken, Exception) and not isinstance(broken, OSError):
                self.mishaps.append(broken)
                _log.error("%s", context.get("message"), exc_info=broken)

        loop.set_exception_handler(broke)

    async def stop(self) -> None:
        """Cancels what still runs, and waits until it has ended.

        Only tasks that have begun clean up after themselves, so connections that are just coming in are let in first.
        """
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        while running := tuple(self._running):
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
