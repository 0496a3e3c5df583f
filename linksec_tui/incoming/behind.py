"""One piece of work that goes on while the next one is prepared; never more than one, so that nothing piles up."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from types import TracebackType
from typing import Self


class Behind:
    """Whoever leaves the block has waited for the last piece, or has ended it because something else failed."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    async def then(self, work: Coroutine[None, None, None]) -> None:
        """Begins `work` as soon as the one before it is done. Raises what that one raised."""
        try:
            await self._done()
        except BaseException:
            work.close()
            raise
        self._task = asyncio.create_task(work)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem is None:
            await self._done()
        elif self._task is not None:
            self._task.cancel()
            with contextlib.suppress(BaseException):  # the first failure is the one that is told of
                await self._task

    async def _done(self) -> None:
        task, self._task = self._task, None
        if task is None:
            return
        try:
            await task
        except asyncio.CancelledError:
            task.cancel()
            raise
