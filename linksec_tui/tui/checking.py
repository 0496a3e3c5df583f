"""A roll being checked: asks desk about its domains, can be stopped and go on, and knows how long it will take."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.roll import Roll
from linksec_tui.tui.screens.page import Page

TURN = 0.006  # seconds of results in a row before everybody else has a turn
WINDOW = 10.0  # seconds over which the rate is taken
_GROUP = "checking"


@dataclass(eq=False, slots=True, kw_only=True)
class _Batch:
    """Domains asked about together; `waiting` are those without a complete answer."""

    domains: Sequence[str]
    fresh: bool
    waiting: set[str]


class Checking:
    """`changed` is called after each result and whenever asking begins or ends."""

    def __init__(self, screen: Page, roll: Roll, account: str | None, changed: Callable[[], None]) -> None:
        self._screen = screen
        self._account = account
        self._changed = changed
        self.roll = roll
        self._batches: list[_Batch] = []
        self._ticks: deque[float] = deque(maxlen=4_096)

    @property
    def running(self) -> bool:
        return bool(self._batches)

    def go_on(self) -> None:
        """Ask about everybody of whom nothing complete is known and whom nobody is asking about yet."""
        self._ask([domain for domain in self.roll.unfinished() if domain not in self.roll.asked], fresh=False)

    def again(self, domains: Sequence[str]) -> None:
        """Ask anew, with a connection to their servers."""
        self._ask(domains, fresh=True)

    def stop(self) -> None:
        """Ask no more; what is known stays."""
        self._screen.workers.cancel_group(self._screen, _GROUP)  # pyright: ignore[reportUnknownMemberType]  # Textual's
        for batch in self._batches:
            self.roll.asked -= batch.waiting
        self._batches.clear()
        self._ticks.clear()
        self._changed()

    def per_second(self) -> float:
        """Domains answered in a second, lately."""
        if not self._ticks:
            return 0.0
        now = asyncio.get_running_loop().time()
        while len(self._ticks) > 1 and now - self._ticks[0] > WINDOW:
            self._ticks.popleft()
        return len(self._ticks) / max(now - self._ticks[0], 1.0)

    def seconds_left(self) -> float | None:
        """None while nobody can tell."""
        rate = self.per_second()
        return sum(len(batch.waiting) for batch in self._batches) / rate if rate else None

    def _ask(self, domains: Sequence[str], *, fresh: bool) -> None:
        if not domains:
            return
        batch = _Batch(domains=domains, fresh=fresh, waiting=set(domains))
        self.roll.asked |= batch.waiting
        self._batches.append(batch)
        self._screen.run_worker(partial(self._run, batch), group=_GROUP, exit_on_error=False)
        self._changed()

    async def _run(self, batch: _Batch) -> None:
        try:
            await self._take(batch)
        except LinksecError as problem:
            self._screen.app.say(problem)
        finally:
            if batch in self._batches:
                self._batches.remove(batch)
                self.roll.asked -= batch.waiting
                self._changed()

    async def _take(self, batch: _Batch) -> None:
        probe = True if batch.fresh else None
        asking = self._screen.app.desk.assess_many(batch.domains, account=self._account, fresh=batch.fresh, probe=probe)
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with aclosing(asking) as assessments:
            async for assessment in assessments:
                self.roll.note(assessment)
                if assessment.complete and assessment.domain in batch.waiting:
                    batch.waiting.remove(assessment.domain)
                    self._ticks.append(loop.time())
                self._changed()
                if loop.time() - began > TURN:  # what is at hand comes without a pause
                    await asyncio.sleep(0)
                    began = loop.time()
