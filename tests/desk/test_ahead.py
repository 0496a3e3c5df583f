"""Messages fetched ahead of anybody's wish, against the world's IMAP server, and old ones that leave again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from linksec_tui.config import Config, Download, Mail
from linksec_tui.desk import Desk, open_desk
from linksec_tui.desk.ahead import Ahead
from linksec_tui.desk.retention import Retention
from linksec_tui.model.events import ConnectionChanged, Link
from linksec_tui.store import bodies, messages


@asynccontextmanager
async def read_once(config: Config, mail: Mail) -> AsyncGenerator[Desk]:
    """A desk whose store has all headers, and no message whole."""
    async with open_desk(replace(config, mail=mail), worker=False) as desk:
        await desk.correspondence.sync(desk.config.accounts[0]).once()
        yield desk


def ahead_of(desk: Desk) -> Ahead:
    return Ahead(
        account=desk.config.accounts[0].name,
        rooms=desk.rooms,
        correspondence=desk.correspondence,
        standing=desk.standing,
        sleep=_at_once,
    )


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


async def _inbox(desk: Desk) -> list[int]:
    """The newest first."""
    inbox = (await desk.mailboxes())[0]
    return list(await desk.rooms.mail.run(messages.spine, inbox.id))


async def _whole(desk: Desk) -> set[int]:
    return {row[0] for row in await desk.rooms.mail.run(lambda c: c.rows("SELECT message FROM bodies"))}


async def _run_until_done(desk: Desk, ahead: Ahead) -> None:
    online = ConnectionChanged(account=ahead.account, link=Link.ONLINE)
    desk.standing.connections[ahead.account] = online
    running = asyncio.create_task(ahead.run())
    ahead.take(online)
    async with asyncio.timeout(240):
        # What is wanted stands in the store, which tells nobody.
        while not running.done() and await ahead._wanted():  # noqa: ASYNC110  # pyright: ignore[reportPrivateUsage]
            await asyncio.sleep(0.01)
    running.cancel()


async def test_all_are_fetched_and_can_be_read_without_the_server(config: Config) -> None:
    async with read_once(config, Mail(download=Download.ALL)) as desk:
        inbox = await _inbox(desk)
        await _run_until_done(desk, ahead_of(desk))
        assert set(inbox) <= await _whole(desk)
        newest = (await desk.rooms.mail.run(messages.rows, inbox[:1]))[inbox[0]]
        assert newest.sender_state is not None  # it was looked at as it came


async def test_nothing_is_fetched_where_that_is_not_wanted(config: Config) -> None:
    async with read_once(config, Mail(download=Download.NONE)) as desk:
        ahead = ahead_of(desk)
        ahead.take(ConnectionChanged(account=ahead.account, link=Link.ONLINE))
        await ahead.run()  # ends by itself
        assert await _whole(desk) == set()


async def test_of_large_ones_and_of_old_ones_nothing_is_fetched_ahead(config: Config) -> None:
    async with read_once(config, Mail(download=Download.ALL)) as desk:
        account, rows = desk.config.accounts[0].name, desk.rooms.mail
        inbox = await _inbox(desk)
        headers = await rows.run(messages.rows, inbox)
        smallest = min(header.size for header in headers.values())
        found = await rows.run(bodies.not_kept, account, headers[inbox[-1]].received_at, smallest, 1000)
        assert {headers[each].size for each in found if each in headers} == {smallest}
        middle = headers[inbox[len(inbox) // 2]].received_at
        found = await rows.run(bodies.not_kept, account, middle, 1 << 30, 1000)
        assert min(headers[each].received_at for each in found if each in headers) == middle


async def test_what_is_older_than_it_may_be_leaves_with_its_text_and_stays_in_the_list(config: Config) -> None:
    async with read_once(config, Mail(download=Download.ALL, keep_days=10)) as desk:
        inbox = await _inbox(desk)
        newest, oldest = inbox[0], inbox[-1]
        headers = await desk.rooms.mail.run(messages.rows, [newest, oldest])
        for ident in (newest, oldest):
            await desk.read(ident)
        apart = headers[oldest].received_at + (headers[newest].received_at - headers[oldest].received_at) / 2
        rooms = replace(desk.rooms, clock=lambda: apart + timedelta(days=10))
        assert await Retention(rooms=rooms).once() == 1
        assert await _whole(desk) == {newest}
        assert await _inbox(desk) == inbox
        await desk.read(oldest)  # fetched again
        assert oldest in await _whole(desk)
