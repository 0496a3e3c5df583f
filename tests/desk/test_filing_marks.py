"""Marks that people and filters read: keywords, junk, and how both are taken back, at servers of several kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.filing_client import EVERY_KIND, Places, places
from tests.imap_house import EXCHANGE, Kind


@pytest.fixture
def place(tmp_path: Path) -> Places:
    return places(tmp_path)


@EVERY_KIND
async def test_junk_is_marked_for_the_filter_where_the_server_keeps_such_marks(place: Places, kind: Kind) -> None:
    at = place(kind)
    at.house.deliver("one")
    junk = "Junk Email" if kind is EXCHANGE else "Junk"
    async with at.client() as client:
        await client.knows("INBOX", "one")
        await client.desk.filing.junk(await client.ids())
        await client.through()
        assert at.house.flags(junk, "one") == ({"$Junk"} if kind.keywords else set())
        await client.knows(junk, "one")
        await client.desk.filing.not_junk(await client.ids(junk))
        await client.through()
        assert at.house.flags("INBOX", "one") == ({"$NotJunk"} if kind.keywords else set())


@EVERY_KIND
async def test_keywords_are_set_and_taken_off_where_the_server_keeps_any(place: Places, kind: Kind) -> None:
    at = place(kind)
    at.house.deliver("one", flags=["old"] if kind.keywords else [])
    async with at.client() as client:
        await client.knows("INBOX", "one")
        filing = client.desk.filing
        sentence = await filing.label(await client.ids(), add=frozenset({"work"}), remove=frozenset({"old"}))
        assert sentence == "1 message got #work and lost #old."
        assert await client.flags("INBOX", "one") == {"work"}
        await client.through()
        assert at.house.flags("INBOX", "one") == ({"work"} if kind.keywords else set())
        assert client.said() == (
            [] if kind.keywords else ["1 message in “Inbox” got no keyword: this server keeps none."]
        )
        await filing.undo()
        await client.through()
        assert at.house.flags("INBOX", "one") == ({"old"} if kind.keywords else set())


@EVERY_KIND
async def test_junk_that_is_taken_back_lies_in_the_inbox_as_it_did_and_nobody_is_told_of_others(
    place: Places, kind: Kind
) -> None:
    at = place(kind)
    at.house.deliver("one")
    at.house.deliver("two")
    async with at.client() as client:
        await client.knows("INBOX", "one", "two")
        await client.desk.filing.junk(await client.ids())
        await client.through()
        assert at.house.subjects("INBOX") == []
        await client.desk.filing.undo()
        await client.through()
        assert sorted(at.house.subjects("INBOX")) == ["one", "two"]
        assert at.house.flags("INBOX", "one") == at.house.flags("INBOX", "two") == set()
        await client.knows("INBOX", "one", "two")
        assert await client.flags("INBOX", "one") == await client.flags("INBOX", "two") == frozenset()
    assert client.said() == []
