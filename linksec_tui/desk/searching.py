"""Search: what is here at once, then what the servers find where only they have the text, in one list."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.rooms import Rooms
from linksec_tui.incoming.query import parse_query
from linksec_tui.incoming.server_search import ServerFound, ServerSearch
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.query import Query, Where, Words, leaves
from linksec_tui.store import labels, mailboxes, messages, search
from linksec_tui.store.search import Search

FOUND_AT_MOST = 10_000  # hits of one search: more than anybody scrolls through
FIRST = 100  # hits that are shown before the others are looked for
SERVER_WITHIN = 30.0  # seconds for one account's server


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Ids, newest first. `elsewhere`: what a server was not asked, and why; `complete`: nothing more comes."""

    ids: array[int]
    elsewhere: tuple[str, ...] = ()
    complete: bool = False
    offline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """The verb, for both front ends."""

    rooms: Rooms
    correspondence: Correspondence

    def parse(self, text: str) -> Query:
        """What is looked for. Raises BadInput where that cannot be meant."""
        return parse_query(text, self.rooms.clock().astimezone().date())

    async def search(self, text: str, mailbox: int | None = None, limit: int = FOUND_AT_MOST) -> AsyncGenerator[Found]:
        """The newest at once, then all that is here, then with what the servers found. Raises BadInput."""
        wanted = Search(query=self.parse(text), mailbox=mailbox)
        found = Found(ids=await self.here(wanted, min(FIRST, limit)))
        if len(found.ids) == FIRST < limit:
            yield found
            found = Found(ids=await self.here(wanted, limit))
        if not self._asks_for_text(wanted.query):
            yield replace(found, complete=True)
            return
        where = await self._elsewhere(wanted)
        yield replace(found, complete=not where)
        if where:
            yield await self._with_servers(wanted, found, where, limit)

    async def places(self, ids: Sequence[int]) -> Mapping[int, int]:
        """In which mailbox each message is now; those that are gone are missing."""
        return await self.rooms.mail.ask(messages.places, ids)

    async def all(self, text: str, *, limit: int, servers: bool) -> Found:
        """The whole answer at once; without `servers`, nobody is asked. Raises BadInput."""
        if not servers:
            ids = await self.here(Search(query=self.parse(text)), limit)
            return Found(ids=ids, complete=True)
        found = Found(ids=array("q"))
        async with aclosing(self.search(text, limit=limit)) as results:
            async for each in results:
                found = each
        return found

    async def here(self, wanted: Search, limit: int) -> array[int]:
        """What the store finds by itself. Raises BadInput for a mailbox or an account that there is not."""
        return await self.rooms.mail.ask(search.find, wanted, limit)

    def _asks_for_text(self, query: Query) -> bool:
        return any(isinstance(leaf, Words) and leaf.where in (Where.ANYWHERE, Where.BODY) for leaf in leaves(query))

    async def _elsewhere(self, wanted: Search) -> dict[str, list[int]]:
        """The mailboxes, by account, in which there are messages whose text is not here."""
        by_account: dict[str, list[int]] = {}
        for unread in await self.rooms.mail.ask(search.unindexed, wanted):
            mailbox = await self.rooms.mail.ask(mailboxes.read_mailbox, unread.mailbox)
            if mailbox is not None and self._can_be_asked(mailbox.account):
                by_account.setdefault(mailbox.account, []).append(mailbox.id)
        return by_account

    def _can_be_asked(self, name: str) -> bool:
        account = self.rooms.config.account(name)
        return account is not None and account.imap is not None

    async def _with_servers(self, wanted: Search, found: Found, where: dict[str, list[int]], limit: int) -> Found:
        answers = await asyncio.gather(*(self._ask(name, wanted, some) for name, some in where.items()))
        every = set(found.ids)
        for answer in answers:
            if isinstance(answer, ServerFound):
                every.update(answer.ids)
        each_once = await self.rooms.mail.run(labels.once, array("q", sorted(every, reverse=True)))
        told = [_told(name, answer) for name, answer in zip(where, answers, strict=True)]
        return Found(
            ids=each_once[:limit],
            elsewhere=tuple(filter(None, told)),
            complete=True,
            offline=any(isinstance(answer, LinksecError | TimeoutError) for answer in answers),
        )

    async def _ask(self, name: str, wanted: Search, where: Sequence[int]) -> ServerFound | LinksecError | TimeoutError:
        line = self.correspondence.sync(self.rooms.account(name)).line
        try:
            async with asyncio.timeout(SERVER_WITHIN):
                return await ServerSearch(line=line, vault=self.rooms.mail).find(wanted, where)
        except (LinksecError, TimeoutError) as problem:
            return problem


def _told(name: str, answer: ServerFound | LinksecError | TimeoutError) -> str:
    """What of an account was not searched, in a sentence."""
    match answer:
        case ServerFound(refused=()):
            return ""
        case ServerFound(refused=("",)):
            return f"The server of {name} cannot be asked for this; only what is here was searched."
        case ServerFound():
            return f"The server of {name} did not search {', '.join(answer.refused)}."
        case LinksecError():
            return f"The server of {name} was not searched, only what is here: {answer.sentence}"
        case TimeoutError():
            return f"The server of {name} was not searched to the end: it took too long."
