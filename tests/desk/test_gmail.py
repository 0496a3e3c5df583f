"""At Gmail one message stands in several mailboxes, which are its labels: it counts once, wherever it is looked for."""

from __future__ import annotations

from array import array
from contextlib import aclosing
from pathlib import Path

import pytest

from linksec_tui.desk import open_desk
from linksec_tui.desk.searching import Found
from linksec_tui.model.listing import View
from linksec_tui.model.mailbox import Role
from tests.desk.filing_client import Client, Places, places
from tests.imap_house import GMAIL, MODERN


@pytest.fixture
def place(tmp_path: Path) -> Places:
    return places(tmp_path)


async def subjects(client: Client, text: str) -> list[str]:
    """Of the hits of a search, here and at the server."""
    found = Found(ids=array("q"))
    async with aclosing(client.desk.searching.search(text)) as results:
        async for each in results:
            found = each
    assert found.elsewhere == ()
    headers = await client.desk.rows(found.ids)
    return [headers[each].subject for each in found.ids]


async def test_a_message_under_several_labels_is_found_once_here_and_at_the_server(place: Places) -> None:
    at = place(GMAIL)
    at.house.deliver("zeppelin", "INBOX", "Work", "[Gmail]/Sent Mail")
    at.house.deliver("balloon", "Work")
    async with at.client() as client:
        await client.knows("Work", "zeppelin", "balloon")
        await client.knows("[Gmail]/Sent Mail", "zeppelin")
        await client.knows("INBOX", "zeppelin")
        assert await subjects(client, "subject:zeppelin") == ["zeppelin"]
        (ident,) = await client.ids("INBOX")
        await client.desk.read(ident)
        assert await subjects(client, "zeppelin") == ["zeppelin"], "its words are known in one of three places"
        assert sorted(await subjects(client, "example")) == ["balloon", "zeppelin"], "in no word that is known here"
    assert [line for line in at.house.heard if "TEXT" in line], "so the server was asked"


async def test_all_inboxes_have_it_once_and_its_labels_do_not_count(place: Places) -> None:
    at = place(GMAIL)
    at.house.deliver("zeppelin", "INBOX", "Work")
    async with at.client() as client:
        await client.knows("Work", "zeppelin")
        await client.knows("INBOX", "zeppelin")
        inboxes = tuple(each.id for each in await client.desk.mailboxes() if each.role is Role.INBOX)
        assert [each.subject for each in await client.desk.views.first_rows(View(mailboxes=inboxes))] == ["zeppelin"]
        assert len(await client.desk.views.unread(View(mailboxes=inboxes))) == 1


async def test_what_came_before_the_numbers_were_kept_gets_its_own(place: Places) -> None:
    at = place(GMAIL)
    mail = at.house.deliver("zeppelin", "INBOX", "Work")
    async with at.client() as client:
        await client.knows("Work", "zeppelin")
        await client.knows("INBOX", "zeppelin")
        config = client.desk.config
    async with open_desk(config, worker=False) as desk:
        await desk.rooms.mail.run(lambda opened: opened.execute("UPDATE messages SET gmail_id = 0"))
        assert len((await desk.searching.all("subject:zeppelin", limit=9, servers=False)).ids) == 2
    async with at.client() as client:

        async def numbered() -> bool:
            rows = await client.desk.rows([*await client.ids("INBOX"), *await client.ids("Work")])
            return [each.gmail_id for each in rows.values()] == [mail.gmail_id] * 2

        await client.until(numbered)
        assert await subjects(client, "subject:zeppelin") == ["zeppelin"]


async def test_only_gmail_is_asked_for_its_numbers(place: Places) -> None:
    at = place(MODERN)
    at.house.deliver("one")
    async with at.client() as client:
        await client.knows("INBOX", "one")
    assert not [line for line in at.house.heard if "X-GM" in line]
