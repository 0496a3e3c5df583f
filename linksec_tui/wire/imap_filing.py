"""What changes a mailbox on the server: flags, filing, moving, new mailboxes (RFC 3501, RFC 4315, RFC 6851)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linksec_tui.model.errors import MailboxRefused
from linksec_tui.wire.imap_answers import FlagsFetch, codes, number, render_internaldate
from linksec_tui.wire.imap_channel import FETCH, Channel, sets
from linksec_tui.wire.imap_exchange import Request
from linksec_tui.wire.imap_tokens import Argument, Literal, astring

MAX_APPEND = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message to be filed in a mailbox (APPEND)."""

    content: bytes
    flags: frozenset[str] = frozenset()
    when: datetime | None = None


class Filing(Channel):
    """Changes what the server has. Every method raises ConnectionProblem; MailboxRefused where the server would not."""

    async def create(self, wire_name: str) -> None:
        """A new mailbox. Raises MailboxRefused."""
        await self.ask(Request(name="CREATE", arguments=(astring(wire_name),)))

    async def store_flags(
        self, uids: Iterable[int], *, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> list[FlagsFetch]:
        """Sets and clears flags; what the server says they are now."""
        changed: dict[int, FlagsFetch] = {}
        for chosen in sets(uids):
            for sign, flags in (("+", sorted(add)), ("-", sorted(remove))):
                if flags:
                    arguments = (chosen, f"{sign}FLAGS", f"({' '.join(flags)})")
                    request = Request(name="STORE", prefix="UID", arguments=arguments, wanted=FETCH)
                    changed.update({fetched.uid: fetched for fetched in await self.flags_from(request)})
        return list(changed.values())

    async def append(self, wire_name: str, letter: Letter) -> int:
        """Files a letter; its UID where the server tells it (UIDPLUS), otherwise 0. Raises MailboxRefused."""
        if len(letter.content) > MAX_APPEND:
            raise MailboxRefused(f"The letter is larger than {MAX_APPEND >> 20} MiB.", "It was not filed.")
        when = (render_internaldate(letter.when),) if letter.when else ()
        flags = (f"({' '.join(sorted(letter.flags))})",) if letter.flags else ()
        arguments = (astring(wire_name), *flags, *when, Literal(letter.content))
        exchange = await self.ask(Request(name="APPEND", arguments=arguments))
        told = codes([exchange.text]).get(b"APPENDUID", b"").split()
        return number(told[1]) if len(told) == 2 else 0

    async def move(self, uids: Iterable[int], wire_name: str) -> None:
        """Moves messages: by MOVE (RFC 6851), or copied, marked and expunged by UID (RFC 4315)."""
        for chosen in sets(uids):
            await self._move(chosen, astring(wire_name))

    async def _move(self, chosen: str, target: Argument) -> None:
        if "MOVE" in self.capabilities:
            await self.ask(Request(name="MOVE", prefix="UID", arguments=(chosen, target)))
            return
        await self.ask(Request(name="COPY", prefix="UID", arguments=(chosen, target)))
        await self.ask(Request(name="STORE", prefix="UID", arguments=(chosen, "+FLAGS.SILENT", "(\\Deleted)")))
        if "UIDPLUS" in self.capabilities:  # a plain EXPUNGE would take what others have marked
            await self.ask(Request(name="EXPUNGE", prefix="UID", arguments=(chosen,)))
