"""What changes a mailbox on the server: flags, filing, moving, mailboxes themselves (RFC 3501, RFC 4315, RFC 6851)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from linksec_tui.model.errors import MailboxRefused
from linksec_tui.wire.imap_answers import (
    FlagsFetch,
    codes,
    number,
    parse_list,
    parse_numbers,
    render_internaldate,
)
from linksec_tui.wire.imap_channel import FETCH, Channel, sets
from linksec_tui.wire.imap_exchange import Request
from linksec_tui.wire.imap_tokens import Literal, astring, uid_set

MAX_APPEND = 64 << 20
MOVED_AT_ONCE = 100  # messages: both halves of COPYUID stay well below what is read of a response code

_RANGE = re.compile(rb"(\d{1,10})(?::(\d{1,10}))?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message to be filed in a mailbox (APPEND)."""

    content: bytes
    flags: frozenset[str] = frozenset()
    when: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """Where messages are now, as far as the server tells it (RFC 4315 §3): UIDs there by their UIDs here."""

    uidvalidity: int = 0
    uids: Mapping[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBy:
    """What of a message is the same in every mailbox; `header_bytes` hold its Message-ID, if it has one."""

    uid: int
    size: int
    header_bytes: bytes


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

    async def copy(self, uids: Iterable[int], wire_name: str) -> Copied:
        """Copies messages of the selected mailbox."""
        return _together([await self._copied("COPY", chosen, wire_name) for chosen in _pieces(uids)])

    async def move(self, uids: Iterable[int], wire_name: str) -> Copied:
        """Moves messages: by MOVE (RFC 6851), or copied, marked and expunged by UID (RFC 4315)."""
        return _together([await self._move(chosen, wire_name) for chosen in _pieces(uids)])

    async def _move(self, chosen: list[int], wire_name: str) -> Copied:
        if "MOVE" in self.capabilities:
            return await self._copied("MOVE", chosen, wire_name)
        copied = await self._copied("COPY", chosen, wire_name)
        await self.erase(chosen)
        return copied

    async def _copied(self, name: str, chosen: list[int], wire_name: str) -> Copied:
        arguments = (uid_set(chosen), astring(wire_name))
        exchange = await self.ask(Request(name=name, prefix="UID", arguments=arguments, wanted=frozenset({b"OK"})))
        return parse_copied([*(response[0] for response in exchange.responses), exchange.text], len(chosen))

    async def erase(self, uids: Iterable[int]) -> bool:
        """Deletes messages for good; False where they could only be marked as deleted.

        Without UIDPLUS all that is marked goes at once: then it is done where nobody else has marked anything.
        """
        wanted = set(uids)
        for chosen in sets(wanted):
            await self.ask(Request(name="STORE", prefix="UID", arguments=(chosen, "+FLAGS.SILENT", "(\\Deleted)")))
        if "UIDPLUS" in self.capabilities:
            for chosen in sets(wanted):
                await self.ask(Request(name="EXPUNGE", prefix="UID", arguments=(chosen,)))
            return True
        marked = Request(name="SEARCH", prefix="UID", arguments=("DELETED",), wanted=frozenset({b"SEARCH"}))
        alone = wanted.issuperset(parse_numbers((await self.ask(marked)).responses))
        if alone:
            await self.ask(Request(name="EXPUNGE"))
        return alone

    async def known_by(self, uids: Iterable[int]) -> list[KnownBy]:
        """By what messages of the selected mailbox are known again elsewhere."""
        items = "(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]<0.2048>)"
        found: dict[int, KnownBy] = {}
        for chosen in sets(uids):
            request = Request(name="FETCH", prefix="UID", arguments=(chosen, items), wanted=FETCH)
            async for fetched in self.fetch(request, b"BODY["):
                size = number(fetched.items.get(b"RFC822.SIZE"))
                found[fetched.uid] = KnownBy(uid=fetched.uid, size=size, header_bytes=fetched.section)
        return list(found.values())

    async def rename(self, wire_name: str, new: str) -> None:
        """Mailboxes below it go along (RFC 3501 §6.3.5)."""
        await self.ask(Request(name="RENAME", arguments=(astring(wire_name), astring(new))))

    async def remove(self, wire_name: str) -> None:
        """The mailbox and everything in it."""
        await self.ask(Request(name="DELETE", arguments=(astring(wire_name),)))

    async def subscribe(self, wire_name: str) -> None:
        await self.ask(Request(name="SUBSCRIBE", arguments=(astring(wire_name),)))

    async def unsubscribe(self, wire_name: str) -> None:
        await self.ask(Request(name="UNSUBSCRIBE", arguments=(astring(wire_name),)))

    async def subscribed(self) -> frozenset[str]:
        """The server's names of what is subscribed."""
        request = Request(name="LSUB", arguments=('""', '"*"'), wanted=frozenset({b"LSUB"}))
        lines = map(parse_list, (await self.ask(request)).responses)
        return frozenset(line.wire_name for line in lines if line and line.selectable)


def parse_copied(lines: Iterable[bytes], most: int) -> Copied:
    """COPYUID, wherever it stands: a MOVE tells it before its end (RFC 6851 §4.3). `most`: what was asked for."""
    words = codes(lines).get(b"COPYUID", b"").split()
    if len(words) != 3:
        return Copied()
    here, there = list(_numbers(words[1], most)), list(_numbers(words[2], most))
    return Copied(uidvalidity=number(words[0]), uids=dict(zip(here, there, strict=False)) if here else {})


def _numbers(written: bytes, most: int) -> Iterator[int]:
    """A set of UIDs in its order, `most` of them: a server could write half of all numbers in twenty letters."""
    for part in written.split(b","):
        found = _RANGE.match(part)
        if found is None:
            return
        first, last = sorted((int(found[1]), int(found[2] or found[1])))
        for uid in range(first, min(last, first + most - 1) + 1):
            if most <= 0:
                return
            most -= 1
            yield uid


def _together(copied: Iterable[Copied]) -> Copied:
    """What one mailbox told in pieces."""
    told = list(copied)
    uids = {here: there for each in told for here, there in each.uids.items()}
    return Copied(uidvalidity=told[-1].uidvalidity if told else 0, uids=uids)


def _pieces(uids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(set(uids))
    return (ordered[at : at + MOVED_AT_ONCE] for at in range(0, len(ordered), MOVED_AT_ONCE))
