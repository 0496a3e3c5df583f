"""The mailboxes fetched once, by a command: what was done here before goes to the server first."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.errors import Unreachable
from linksec_tui.model.listing import View
from linksec_tui.model.message import Flag
from tests.desk.filing_client import HOST, Place
from tests.imap_house import MODERN, House
from tests.wire.strangers import Authority


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(House(MODERN), tmp_path, Authority(tmp_path))


@asynccontextmanager
async def for_a_command(place: Place, port: int) -> AsyncGenerator[Desk]:
    async with open_desk(place.config(port), worker=True, mailboxes=False) as desk:
        yield desk


async def filed(desk: Desk) -> None:
    """Starred and archived, while nobody brings it anywhere."""
    inbox = next(each for each in await desk.mailboxes() if each.wire_name == "INBOX")
    ids = [header.id for header in await desk.views.first_rows(View(mailboxes=(inbox.id,)))]
    await desk.filing.mark(ids, Flag.FLAGGED, on=True)
    await desk.filing.archive(ids)


async def test_what_was_done_goes_there_before_anything_is_fetched(place: Place) -> None:
    house = place.house
    house.deliver("one")
    async with house.open(place.authority.context(HOST)) as port, for_a_command(place, port) as desk:
        accounts = desk.config.accounts
        assert [each.problem for each in await desk.fetching.fetch(accounts)] == [None]
        await filed(desk)
        (fetched,) = await desk.fetching.fetch(accounts)
        assert (fetched.problem, fetched.waits) == (None, 0)
    assert (house.subjects("INBOX"), house.subjects("Archive")) == ([], ["one"])
    assert house.flags("Archive", "one") == {"\\Flagged"}


async def test_where_the_server_is_out_of_reach_it_says_what_still_waits(place: Place) -> None:
    house = place.house
    house.deliver("one")
    async with house.open(place.authority.context(HOST)) as port, for_a_command(place, port) as desk:
        accounts = desk.config.accounts
        await desk.fetching.fetch(accounts)
        await filed(desk)
        house.closed = True
        await desk.correspondence.close()
        (fetched,) = await desk.fetching.fetch(accounts)
        assert isinstance(fetched.problem, Unreachable)
        assert fetched.waits == 2
    assert house.subjects("INBOX") == ["one"]


async def test_what_a_busy_server_does_not_take_now_waits_and_the_rest_is_fetched(place: Place) -> None:
    house = place.house
    house.deliver("one")
    async with house.open(place.authority.context(HOST)) as port, for_a_command(place, port) as desk:
        accounts = desk.config.accounts
        await desk.fetching.fetch(accounts)
        await filed(desk)
        house.refuses["UID MOVE"] = "[INUSE] somebody else works on it"
        house.deliver("two")
        (fetched,) = await desk.fetching.fetch(accounts)
        assert (fetched.problem, fetched.waits) == (None, 1)
        inbox = next(each for each in await desk.mailboxes() if each.wire_name == "INBOX")
        assert [header.subject for header in await desk.views.first_rows(View(mailboxes=(inbox.id,)))] == ["two"]
