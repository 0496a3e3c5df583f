"""Messages that lie here whole, and that nobody has read: they are read in the background, without the server."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from linksec_tui.config import Config, Download, Mail
from linksec_tui.desk import Desk, open_desk
from linksec_tui.desk.backlog import Backlog
from linksec_tui.model.message import Header
from linksec_tui.store import messages, search
from linksec_tui.store.connection import Connection


async def _kept_unread(desk: Desk, count: int) -> list[int]:
    """The newest messages of the INBOX, fetched for their source alone."""
    inbox = (await desk.mailboxes())[0]
    newest = list(await desk.rooms.mail.run(messages.spine, inbox.id))[:count]
    for message in newest:
        await desk.source(message)
    return newest


async def _rows(desk: Desk, ids: list[int]) -> list[Header]:
    return list((await desk.rooms.mail.run(messages.rows, ids)).values())


async def test_what_was_kept_before_is_found_by_its_text_and_carries_its_mark(config: Config) -> None:
    async with open_desk(replace(config, mail=Mail(download=Download.NONE)), worker=False) as desk:
        await desk.correspondence.sync(desk.config.accounts[0]).once()
        kept = await _kept_unread(desk, 3)
        assert set(await desk.rooms.mail.run(search.kept_unindexed, 10)) == set(kept)
        read, pauses = asyncio.Event(), iter(range(1 + len(kept)))

        async def sleep(_: float) -> None:
            if next(pauses, 0) == len(kept):  # one before the first message, one behind each
                read.set()
            await asyncio.sleep(0)

        backlog = Backlog(rooms=desk.rooms, correspondence=desk.correspondence, sleep=sleep)
        reading = asyncio.create_task(backlog.run())
        async with asyncio.timeout(240):
            await read.wait()
        reading.cancel()
        assert not await desk.rooms.mail.run(search.kept_unindexed, 10)
        assert all(header.sender_state is not None for header in await _rows(desk, kept))
        ways = "SELECT came FROM messages WHERE id IN (?, ?, ?)"
        assert all(row[0] for row in await desk.rooms.mail.run(lambda opened: opened.rows(ways, *kept)))


async def test_one_that_cannot_be_read_does_not_keep_the_others_from_it(config: Config) -> None:
    async with open_desk(replace(config, mail=Mail(download=Download.NONE)), worker=False) as desk:
        await desk.correspondence.sync(desk.config.accounts[0]).once()
        kept = await _kept_unread(desk, 3)
        await desk.rooms.mail.run(_give_away, kept[0])
        backlog = Backlog(rooms=desk.rooms, correspondence=desk.correspondence, sleep=lambda _: asyncio.sleep(0))
        assert await backlog.catch_up() == 2
        assert await backlog.catch_up() == 0
        assert list(await desk.rooms.mail.run(search.kept_unindexed, 10)) == kept[:1]


def _give_away(mail: Connection, message: int) -> None:
    """To an account that is not configured any more."""
    mail.execute(
        "INSERT INTO mailboxes (id, account, wire_name, name, role, delimiter) VALUES (99, 'x', 'x', 'x', '', '')"
    )
    mail.execute("UPDATE messages SET mailbox = 99 WHERE id = ?", message)
