"""Many requests, one run at a time: what was asked for meanwhile is done once more at the end, and never cancelled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.dom import DOMNode


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
                await self._work()
                if not self._asked_again:
                    return
        finally:
            self._running = False
