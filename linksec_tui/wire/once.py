"""The same question under way is asked once: later askers wait for the first one's answer.

There is no background task: the first asker does the work. If it is cancelled, one of those who wait takes over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class Once(Generic[Key, Answer]):
    """Work that is shared while it is under way; nothing is kept afterwards."""

    def __init__(self) -> None:
        self._under_way: dict[Key, asyncio.Future[tuple[Answer] | None]] = {}

    async def ask(self, key: Key, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """`work()`'s answer, or that of somebody who asked the same a moment earlier."""
        while (under_way := self._under_way.get(key)) is not None:
            answered = await asyncio.shield(under_way)
            if answered is not None:
                return answered[0]
        mine = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await work()
            mine.set_result((answer,))
            return answer
        finally:
            del self._under_way[key]
            if not mine.done():
                mine.set_result(None)  # the work failed here: whoever waits tries on its own
