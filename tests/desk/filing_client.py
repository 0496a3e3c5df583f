"""A desk at work at a server of a chosen kind, and what it told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from linksec_tui.config import Config, ConnectTo, KeySource, Network, Store
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import parse_address
from linksec_tui.model.events import Event, FilingSaid, Link
from linksec_tui.model.listing import View
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header
from tests.imap_house import EXCHANGE, MODERN, PLAIN, House, Kind
from tests.wire.strangers import Authority

HOST = "imap.own.example"


@dataclass
class Client:
    """A desk at work, and what it told."""

    desk: Desk
    house: House
    told: list[Event] = field(default_factory=list[Event])
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        async for event in self.desk.events():
            self.told.append(event)
            self.news.set()

    async def until(self, reached: Callable[[], Awaitable[bool]]) -> None:
        """Whatever the desk tells is a reason to look again; and so is nothing, now and then."""
        async with asyncio.timeout(240):
            while not await reached():
                self.news.clear()
                try:
                    async with asyncio.timeout(0.2):
                        await self.news.wait()
                except TimeoutError:
                    continue

    async def is_through(self) -> bool:
        return not await self.desk.filing.waits("own")

    async def through(self) -> None:
        await self.until(self.is_through)

    async def online(self) -> None:
        async def connected() -> bool:
            connection = self.desk.connection("own")
            return connection is not None and connection.link is Link.ONLINE

        await self.until(connected)

    async def knows(self, name: str, *subjects: str) -> None:
        async def shown() -> bool:
            return sorted(await self.subjects(name)) == sorted(subjects)

        await self.until(shown)

    async def mailbox(self, name: str) -> Mailbox:
        return next(each for each in await self.desk.mailboxes() if each.wire_name == name)

    async def subjects(self, name: str) -> list[str]:
        found = [each for each in await self.desk.mailboxes() if each.wire_name == name]
        return [header.subject for header in await self._rows(found[0])] if found else []

    async def _rows(self, mailbox: Mailbox) -> tuple[Header, ...]:
        return await self.desk.views.first_rows(View(mailboxes=(mailbox.id,)))

    async def ids(self, name: str = "INBOX", *subjects: str) -> list[int]:
        rows = await self._rows(await self.mailbox(name))
        return [header.id for header in rows if not subjects or header.subject in subjects]

    async def flags(self, name: str, subject: str) -> frozenset[str]:
        rows = await self._rows(await self.mailbox(name))
        return next(header.flags for header in rows if header.subject == subject)

    def said(self) -> list[str]:
        return [event.sentence for event in self.told if isinstance(event, FilingSaid)]


@dataclass
class Place:
    """A server, and the way to it."""

    house: House
    directory: Path
    authority: Authority

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[Client]:
        async with self.house.open(self.authority.context(HOST)) as port, self.through(port) as client:
            yield client

    @asynccontextmanager
    async def through(self, port: int) -> AsyncGenerator[Client]:
        async with open_desk(self.config(port)) as desk:
            client = Client(desk, self.house)
            listening = asyncio.create_task(client.listen())
            try:
                yield client
            finally:
                listening.cancel()
                await asyncio.wait([listening])

    def config(self, port: int) -> Config:
        rule = ConnectTo(host=HOST, port=993, address="127.0.0.1", to_port=port)
        account = Account(
            name="own", address=parse_address("a@own.example"), user="a", password_command="echo secret",
            imap=Server(host=HOST, port=993),
        )  # fmt: skip
        return Config(
            state=self.directory / "state",
            network=Network(resolver="127.0.0.1:1", ca_file=self.authority.file, connect_to=(rule,)),
            store=Store(key=KeySource.COMMAND, key_command="printf %064d 1"),
            accounts=(account,),
        )


Places = Callable[[Kind], Place]
EVERY_KIND = pytest.mark.parametrize("kind", [PLAIN, MODERN, EXCHANGE], ids=["plain", "modern", "exchange"])


def places(directory: Path) -> Places:
    """A place for each kind of server that a test asks for, in one directory."""
    return lambda kind: Place(House(kind), directory, Authority(directory))
