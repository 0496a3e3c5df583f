"""The letter that was sent just now and has gone nowhere yet: for some seconds one key takes it back, from anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

from textual.timer import Timer

from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.front import Front
from linksec_tui.tui.key_order import is_typed_in

if TYPE_CHECKING:
    from linksec_tui.model.letter import Draft

KEY = "app.take-back"
TICK = 1.0  # second: what is counted down is shown in seconds


class TakingBack:
    """Counts down in the status line, and takes back."""

    def __init__(self, app: Front) -> None:
        self._app = app
        self._letter = ""
        self._until: datetime | None = None
        self._timer: Timer | None = None

    @property
    def offered(self) -> bool:
        """Is there a letter to take back, and is nobody typing, to whom the key is a letter?"""
        return bool(self._letter) and not is_typed_in(self._app.focused)

    async def look(self) -> None:
        """Something in the outbox has changed."""
        item = await self._app.desk.posted.under_grace()
        self._letter = item.letter if item else ""
        self._until = item.not_before if item else None
        self._show()

    async def take_back(self) -> Draft | None:
        """The letter, to be written on; None where it is too late, which is said."""
        letter, self._letter = self._letter, ""
        try:
            draft = await self._app.desk.posted.undo(letter)
        except LinksecError as problem:
            self._app.say(problem)
            return None
        finally:
            await self.look()
        self._app.say("Taken back. Nothing was sent.")
        return draft

    def _show(self) -> None:
        desk = self._app.open_desk_or_none
        if desk is None or not self._app.screen_stack:  # it ticked once more while the client was closing
            return
        left = (self._until - desk.now()).total_seconds() if self._until else 0.0
        if left <= 0:
            self._letter = ""
        self._app.standing = replace(self._app.standing, goes_in=max(ceil(left), 0), take_back=self._app.key(KEY))
        self._app.screen.refresh_bindings()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._app.set_timer(min(TICK, left), self._show) if left > 0 else None
