"""A message that was read can be found by its text, and by the way it came; once, whoever read it first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats.mime import parse_message
from linksec_tui.incoming.came import came_by
from linksec_tui.incoming.hops import Trust, trust_in
from linksec_tui.incoming.text import has_attachment, read_message
from linksec_tui.model.message import Header, Reading
from linksec_tui.model.query import Came
from linksec_tui.model.wording import Wording
from linksec_tui.store import messages, search
from linksec_tui.store.search import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexing:
    """Puts what a message says into the index."""

    rooms: Rooms

    async def index(self, header: Header, raw: bytes, reading: Reading | None = None) -> None:
        """Words, way and attachments of a message; nothing where that is known already."""
        if await self.rooms.mail.run(search.is_indexed, header.id):
            return
        if reading is None or reading.goes_on or reading.wording is not Wording.BEST:
            reading = await asyncio.to_thread(read_message, header, raw)
        trust = trust_in([self.rooms.account(header.account)])
        came = await asyncio.to_thread(_came, raw, trust)
        if has_attachment(reading) and not header.has_attachment:
            await self.rooms.mail.run(messages.mark_attachment, header.id)
        await self.rooms.mail.run(search.write_body, header.id, words_of(reading), came)


def words_of(reading: Reading) -> Words:
    """What a message can be found by: what a person reads of it, and what its attachments are called."""
    fields = dict(reading.fields)
    names = "\n".join(part.name for part in reading.parts)
    return Words(
        sender=f"{fields.get('From', '')} {reading.header.sender_name} {reading.header.sender_address}",
        recipients=fields.get("To", ""),
        cc=fields.get("Cc", ""),
        subject=fields.get("Subject", ""),
        body=f"{reading.text}\n{names}",
    )


def _came(raw: bytes, trust: Trust) -> Came | None:
    return came_by(parse_message(raw).header_values("Received"), trust)
