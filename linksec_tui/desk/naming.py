"""Short names of messages for a command line: the mailbox's number and the UID in it, `3.4711`.

They hold from one command to the next, and until the server renumbers the mailbox.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.errors import BadInput
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header
from linksec_tui.model.visible import visible
from linksec_tui.store import mailboxes, messages
from linksec_tui.store.connection import Connection
from linksec_tui.store.search_places import Places

_NAME = re.compile(r"([0-9]{1,9})\.(-?[0-9]{1,10})")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,996}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """The verbs."""

    rooms: Rooms

    def name_of(self, header: Header) -> str:
        return f"{header.mailbox}.{header.uid}"

    def is_name(self, text: str) -> bool:
        """Can it be nothing but a message's name, or its Message-ID?"""
        return bool(_NAME.fullmatch(text) or _MESSAGE_ID.fullmatch(text))

    async def message(self, text: str) -> Header:
        """The message of that name. Raises BadInput."""
        found = await self.rooms.mail.run(_find, text)
        if found is None:
            raise BadInput(
                f"There is no message {visible(text[:80])} here.",
                "`linksec-tui list` and `search` tell their names; `sync` brings what is new.",
            )
        return found

    async def mailbox(self, text: str, account: str) -> Mailbox:
        """An account's mailbox, as a search knows it by name. Raises BadInput."""
        every = await self.rooms.mail.run(mailboxes.read_mailboxes, account)
        ids = await self.rooms.mail.run(_places, text, account)
        found = next((each for each in every if each.id in ids), None)
        if found is None:
            names = {each.name.casefold(): each.name for each in every}
            close = difflib.get_close_matches(text.casefold(), names, 1, 0.5)
            raise BadInput(
                f"{account} has no mailbox called “{visible(text[:60])}”.",
                f"Did you mean “{names[close[0]]}”?"
                if close
                else "`linksec-tui list --mailboxes` tells what there is, and `sync` looks again.",
            )
        return found


def _find(connection: Connection, text: str) -> Header | None:
    if found := _NAME.fullmatch(text):
        return messages.with_uid(connection, int(found[1]), int(found[2]))
    return next(iter(messages.with_message_id(connection, text)), None)


def _places(connection: Connection, text: str, account: str) -> set[int]:
    wanted = text.casefold()
    every = Places.read(connection).every
    exact = {place.id for place in every if place.account == account and place.name.casefold() == wanted}
    return exact or {place.id for place in every if place.account == account and place.called(wanted)}
