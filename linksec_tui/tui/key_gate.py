"""Keys that come in one burst, each to where the one before it has led.

Textual hands every key to whatever has the focus when it arrives. A key that moves the focus or opens a screen does so
a moment later, and what was typed on, or pasted as keys, would still go to the old place. So after such a key the next
ones wait until it has done all that it does.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App, ScreenStackError
from textual.screen import Screen
from textual.widget import Widget

from linksec_tui.tui.key_order import in_time, is_typed_in, let_keys_pass

Typed = events.Key | events.Paste

LONGEST = 2.0  # seconds that keys wait for a screen that does not come; then they go where the focus is
MOST_WAITING = 100_000  # keys; a terminal without bracketed paste hands over a whole text as such
_MOVES_ALONG = frozenset({"left", "right", "backspace", "delete", "home", "end"})  # within what is typed in


class KeyGate:
    """Asked by the app before it takes a key, and told afterwards."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[Typed] = deque(maxlen=MOST_WAITING)
        self._shut = False
        self._let_in: Typed | None = None
        self._settling: asyncio.Task[None] | None = None

    def lets_in(self, event: Typed) -> bool:
        """False: it is kept, and comes once more when its turn has come."""
        if self._shut and event is not self._let_in:
            self._waiting.append(event)
            return False
        return True

    def was_taken(self, event: Typed, by: Widget | None) -> None:
        """It has been handed to what had the focus."""
        if leads_elsewhere(event, by):
            self._shut = True
            self._settling = asyncio.create_task(self._settle(), name="keys")
        elif self._shut:
            self._open()

    def _open(self) -> None:
        """For the next one that waits, or for all that come."""
        self._let_in = self._waiting.popleft() if self._waiting else None
        self._shut = self._let_in is not None
        if self._let_in is not None:
            self._app.post_message(self._let_in)

    async def _settle(self) -> None:
        try:
            with suppress(TimeoutError, ScreenStackError):  # the latter where the key has ended the client
                async with asyncio.timeout(LONGEST):
                    await self._wait()
        finally:  # whatever goes wrong: a gate that stays shut is a client that hears nobody
            self._open()

    async def _wait(self) -> None:
        """Until one round through everything that waits anywhere has moved nothing any more."""
        before: tuple[Screen[object], Widget | None] | None = None
        while before != (now := (self._app.screen, self._app.focused)):
            before = now
            await let_keys_pass(self._app.focused or self._app.screen)
            await self._app_passed()
            await let_keys_pass(self._app.focused or self._app.screen)
            await self._app_passed()

    async def _app_passed(self) -> None:
        """What the key asked of the app itself: its bindings, and a focus that is to be set."""
        passed = asyncio.Event()
        if self._app.call_later(passed.set):
            await in_time(passed)


def leads_elsewhere(event: Typed, by: Widget | None) -> bool:
    """May it change what has the focus? A letter that is typed into a text does not, nor does a text that is pasted."""
    if isinstance(event, events.Paste):
        return False
    return not (is_typed_in(by) and (event.is_printable or event.key in _MOVES_ALONG))
