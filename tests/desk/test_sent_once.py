"""One copy of a letter in Sent, at servers that file one by themselves: before ours, while ours is filed, later."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.filing_client import Client, Places, places
from tests.imap_house import EXCHANGE, GMAIL, MODERN, PLAIN, Kind

LETTER = b"From: a@own.example\r\nSubject: hello\r\nMessage-ID: <hello@x>\r\n\r\nhello\r\n"
KINDS = pytest.mark.parametrize(
    ("kind", "sent"),
    [(PLAIN, "Sent"), (MODERN, "Sent"), (EXCHANGE, "Sent Items")],
    ids=["plain", "modern", "exchange"],
)


@pytest.fixture
def place(tmp_path: Path) -> Places:
    return places(tmp_path)


async def submitted(client: Client) -> None:
    """The letter went out: what we do then."""
    await client.desk.correspondence.file_sent("own", LETTER)


@pytest.mark.parametrize("server_first", [True, False], ids=["theirs first", "ours first"])
async def test_gmail_files_what_is_submitted_to_it_and_we_never_do(place: Places, *, server_first: bool) -> None:
    at = place(GMAIL)
    async with at.client() as client:
        await client.online()
        if server_first:
            at.house.deliver("hello", "[Gmail]/Sent Mail")
        await submitted(client)
        if not server_first:
            at.house.deliver("hello", "[Gmail]/Sent Mail")
            await client.desk.refresh()
        await client.knows("[Gmail]/Sent Mail", "hello")
    assert at.house.subjects("[Gmail]/Sent Mail") == ["hello"]
    assert not [line for line in at.house.heard if line.startswith("APPEND")]


@KINDS
async def test_what_the_server_has_filed_already_is_not_filed_again(place: Places, kind: Kind, sent: str) -> None:
    at = place(kind)
    async with at.client() as client:
        await client.online()
        at.house.deliver("hello", sent)
        await submitted(client)
        await client.knows(sent, "hello")
    assert at.house.subjects(sent) == ["hello"]


@KINDS
async def test_where_the_server_files_while_we_do_one_copy_is_left(place: Places, kind: Kind, sent: str) -> None:
    at = place(kind)
    at.house.files_itself = True
    async with at.client() as client:
        await client.online()
        await submitted(client)
        await client.knows(sent, "hello")
    assert at.house.subjects(sent) == ["hello"]


@KINDS
async def test_where_the_server_files_later_ours_goes_again(place: Places, kind: Kind, sent: str) -> None:
    at = place(kind)
    at.house.deliver("another letter", sent)
    async with at.client() as client:
        await client.online()
        await submitted(client)
        await client.knows(sent, "another letter", "hello")
        (ours,) = await client.ids(sent, "hello")
        theirs = at.house.deliver("hello", sent)
        await client.desk.refresh()

        async def one_is_left() -> bool:
            return ours not in await client.ids(sent) and len(await client.ids(sent, "hello")) == 1

        await client.until(one_is_left)
    assert at.house.subjects(sent) == ["another letter", "hello"]
    assert theirs in at.house.boxes[sent].mail.values()


async def test_a_copy_that_somebody_makes_in_another_mailbox_is_no_second_one(place: Places) -> None:
    at = place(MODERN)
    async with at.client() as client:
        await client.online()
        await submitted(client)
        await client.knows("Sent", "hello")
        at.house.deliver("hello", "Archive")
        at.house.deliver("after it")
        await client.desk.refresh()
        await client.knows("Archive", "hello")
        await client.knows("INBOX", "after it")
    assert at.house.subjects("Sent") == ["hello"]
