"""The outbox as a person handles it: look, try again, take back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.errors import BadInput
from linksec_tui.model.events import OutboxChanged
from linksec_tui.model.letter import Draft, OutboxItem, OutboxState
from linksec_tui.outgoing.later import parse_span, parse_when
from linksec_tui.outgoing.notice import checked_pickup
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
        """Everything that waits goes now, not when its pause is over; but what is to go later does not."""
        now = self.rooms.clock()
        for item in await self.items():
            if item.state is OutboxState.WAITING and (item.not_before is None or item.not_before <= now):
                with suppress(BadInput):  # the worker was quicker
                    await self.rooms.desk.run(outbox.retry, item.id, self.rooms.clock())

    async def cancel(self, ident: str) -> None:
        """Take it out of the queue; the letter is a draft again where nothing of it went out."""
        await self.rooms.desk.run(outbox.cancel, ident, self.rooms.clock())
        await self._changed(ident, OutboxState.CANCELLED)

    async def undo(self, letter: str) -> Draft | None:
        """The letter back, while it has not gone anywhere; None where its draft is not kept. Raises BadInput."""
        draft = await self.rooms.desk.run(outbox.take_back, letter, self.rooms.clock())
        await self._changed(letter, OutboxState.CANCELLED)
        return draft

    async def under_grace(self) -> OutboxItem | None:
        """The letter that was handed over last and can still be taken back at once."""
        now = self.rooms.clock()
        grace = timedelta(seconds=self.rooms.config.compose.undo_seconds)
        going = [each for each in await self.items() if each.state is OutboxState.WAITING and each.not_before]
        soon = [each for each in going if each.not_before and now < each.not_before <= now + grace]
        return max((each for each in soon if not each.attempts), key=lambda each: each.created_at, default=None)

    def when(self, text: str) -> datetime:
        """A time as people say it. Raises BadInput."""
        return parse_when(text, self.rooms.clock())

    def minutes(self, text: str) -> int:
        """A span of time as people say it. Raises BadInput."""
        return int(parse_span(text) / timedelta(minutes=1))

    def pickup(self, link: str) -> str:
        """Where a notice says that the letter can be fetched. Raises BadInput for what is no such place."""
        return checked_pickup(link)

    async def put_off(self, ident: str, when: str) -> OutboxItem:
        """Send it at another time, said as people say it. Raises BadInput."""
        item = await self.rooms.desk.run(outbox.put_off, ident, self.when(when), self.rooms.clock())
        await self._changed(ident, item.state)
        return item

    async def went_out(self, ident: str) -> None:
        """Somebody knows that it did: nothing is sent again, and its copy is filed in Sent. Raises BadInput."""
        detail = "You know that it went out."
        item = await self.rooms.desk.run(outbox.went_out, ident, detail, self.rooms.clock())
        await self._changed(ident, item.state)

    async def _changed(self, ident: str, state: OutboxState) -> None:
        await self.rooms.keep_copy()
        self.rooms.broadcast.tell(OutboxChanged(item=ident, state=state.value))
