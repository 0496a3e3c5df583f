"""The outbox as a person handles it: look, try again, take back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.errors import BadInput
from linksec_tui.model.events import OutboxChanged
from linksec_tui.model.letter import OutboxItem, OutboxState
from linksec_tui.store import outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What waits, is held, went out or may have."""

    rooms: Rooms

    async def items(self) -> tuple[OutboxItem, ...]:
        return await self.rooms.desk.run(outbox.items)

    async def retry(self, ident: str, *, confirmed: bool) -> None:
        """Let it go again. Raises BadInput where that could send it twice and nobody said so."""
        item = await self.rooms.desk.run(outbox.item, ident)
        if item is not None and item.state is OutboxState.MAYBE_SENT and not confirmed:
            raise BadInput(
                "This letter may have gone out already; sent again, it may arrive twice.",
                "Look into Sent, or ask the recipients, and then say that you want it.",
            )
        changed = await self.rooms.desk.run(outbox.retry, ident, self.rooms.clock())
        await self._changed(ident, changed.state)

    async def flush(self) -> None:
        """Everything that waits goes now, not when its pause is over."""
        for item in await self.items():
            if item.state is OutboxState.WAITING:
                with suppress(BadInput):  # the worker was quicker
                    await self.rooms.desk.run(outbox.retry, item.id, self.rooms.clock())

    async def cancel(self, ident: str) -> None:
        """Take it out of the queue; the letter is a draft again where nothing of it went out."""
        await self.rooms.desk.run(outbox.cancel, ident, self.rooms.clock())
        await self._changed(ident, OutboxState.CANCELLED)

    async def _changed(self, ident: str, state: OutboxState) -> None:
        await self.rooms.keep_copy()
        self.rooms.broadcast.tell(OutboxChanged(item=ident, state=state.value))
