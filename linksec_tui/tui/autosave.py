"""Drafts are kept as they are typed: soon after a change, and at once when it matters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.screen import Screen
from textual.timer import Timer

from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.front import Front

DELAY = 0.4  # seconds after the first unsaved change: well below the one second that may be lost
TRY_AGAIN = 5.0  # seconds after it could not be kept: nobody may press a key for a long while


class Autosave:
    """Saves through `save` what has changed since the last time."""

    def __init__(self, screen: Screen[None], app: Front, save: Callable[[], Awaitable[None]]) -> None:
        self._screen = screen
        self._app = app
        self._save = save
        self._timer: Timer | None = None
        self._saving = asyncio.Lock()
        self.unsaved = False
        self.touched = False  # by the person, ever
        self._failed = False
        app.unsaved[screen] = self.now

    def soon(self) -> None:
        """Something changed."""
        self.touched = True
        self._within(DELAY)

    def _within(self, seconds: float) -> None:
        self.unsaved = True
        if self._timer is None:
            self._timer = self._screen.set_timer(seconds, self._due)

    async def now(self) -> None:
        """Durable when it returns. Raises LinksecError."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        async with self._saving:  # one that is under way is waited for: it must not land after the letter is sent
            if self.unsaved:
                self.unsaved = False
                try:
                    await self._save()
                except LinksecError:
                    self._within(TRY_AGAIN)
                    raise

    def forget(self) -> None:
        """Nothing more to keep. A screen that is closed from outside never says so, and is kept at the very end."""
        self.unsaved = False
        self._app.unsaved.pop(self._screen, None)

    async def _due(self) -> None:
        self._timer = None
        try:
            await self.now()
        except LinksecError as problem:
            if not self._failed:  # once, however often it is tried
                self._app.say(problem)
            self._failed = True
        else:
            self._failed = False
