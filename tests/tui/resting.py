"""When a client on the stage is at rest: nothing waits in its loop, and nothing that it has begun in a thread goes on.

Textual's own wait looks at the processor alone: while a thread has not had its turn on a busy machine, it takes the
client for idle.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from textual._wait import wait_for_idle

PATIENCE = 240.0  # seconds, on a machine that does much else
_LOOKS_EVERY = 0.01  # seconds, while a thread is at work
_FOR_A_PERSON = 5.0  # seconds: what takes longer in a thread waits for somebody, who may be the test itself

_IN_A_ROW = 3  # one thread may lead to the next; who looks at a file again and again is not waited for without end

Begun = Callable[..., asyncio.Future[Any]]


class Beside:
    """What was handed to threads, and when."""

    def __init__(self) -> None:
        self._begun: dict[asyncio.Future[Any], float] = {}

    def noted(self, begin: Begun) -> Begun:
        """The same as `begin`, which is `run_in_executor` of a loop, remembered."""

        def begin_and_note(*given: Any) -> asyncio.Future[Any]:
            future = begin(*given)
            if threading.current_thread() is threading.main_thread():  # a mail world has a thread and a loop of its own
                self._begun[future] = time.monotonic()
            return future

        return begin_and_note

    def begun(self) -> list[asyncio.Future[Any]]:
        """What of it goes on."""
        self._begun = {each: at for each, at in self._begun.items() if not each.done()}
        return [each for each in self._begun if each.get_loop() is asyncio.get_running_loop()]

    def goes_on(self, begun: Iterable[asyncio.Future[Any]]) -> bool:
        latest = time.monotonic() - _FOR_A_PERSON
        return any(not each.done() and self._begun[each] > latest for each in begun)


beside = Beside()


async def at_rest(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Until the client has nothing to do. Textual's own wait gives up after a second, also in the middle of it."""
    await wait_for_idle(min_sleep, max_sleep)
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    async with asyncio.timeout(PATIENCE):
        for _ in range(_IN_A_ROW):
            begun = beside.begun()
            while ready or beside.goes_on(begun):  # noqa: ASYNC110 - what is ready has no event to wait for
                await asyncio.sleep(0 if ready else _LOOKS_EVERY)
