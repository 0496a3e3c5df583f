"""At a server of Exchange's kind: no numbered changes, no special-use, no keywords, and everything works."""

from __future__ import annotations

from pathlib import Path

import pytest

from linksec_tui.model.mailbox import Role
from linksec_tui.model.message import Flag
from tests.desk.filing_client import HOST, Client, Place
from tests.imap_house import EXCHANGE, House, Mail
from tests.wire.strangers import Authority

ROLES = {
    "INBOX": Role.INBOX,
    "Sent Items": Role.SENT,
    "Deleted Items": Role.TRASH,
    "Junk Email": Role.JUNK,
    "Archive": Role.ARCHIVE,
    "Calendar": Role.NONE,
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(House(EXCHANGE), tmp_path, Authority(tmp_path))


async def test_its_mailboxes_have_their_roles_by_their_names(place: Place) -> None:
    async with place.client() as client:
        await client.online()
        assert {each.wire_name: each.role for each in await client.desk.mailboxes()} == ROLES


async def test_what_came_went_and_was_read_elsewhere_is_seen_though_it_numbers_no_changes(place: Place) -> None:
    house = place.house
    for subject in ("stays", "goes", "is read"):
        house.deliver(subject, "INBOX")
        house.deliver(f"{subject} there", "Archive")
    async with house.open(place.authority.context(HOST)) as port:
        async with place.through(port) as client:
            await client.knows("INBOX", "stays", "goes", "is read")
            await client.knows("Archive", "stays there", "goes there", "is read there")
        for name, word in (("INBOX", ""), ("Archive", " there")):
            box = house.boxes[name]
            box.mail = {uid: mail for uid, mail in box.mail.items() if b"Subject: goes" not in mail.content}
            house.flags(name, f"is read{word}").add("\\Seen")
            house.deliver(f"comes{word}", name)
        async with place.through(port) as client:  # another run of the program
            await client.knows("INBOX", "stays", "is read", "comes")
            await client.knows("Archive", "stays there", "is read there", "comes there")

            async def is_read() -> bool:
                here = await client.flags("INBOX", "is read")
                return Flag.SEEN in here & await client.flags("Archive", "is read there")

            await client.until(is_read)
            assert Flag.SEEN not in await client.flags("Archive", "stays there")
    assert not [line for line in house.heard if "CHANGEDSINCE" in line or "QRESYNC" in line or "MODSEQ" in line]


async def test_a_mailbox_that_it_numbers_anew_is_read_again(place: Place) -> None:
    house = place.house
    house.deliver("before", "Archive")
    async with house.open(place.authority.context(HOST)) as port:
        async with place.through(port) as client:
            await client.knows("Archive", "before")
        house.boxes["Archive"].validity += 1
        house.boxes["Archive"].mail = {1: Mail(house.deliver("after", "Archive").content)}
        async with place.through(port) as client:
            await client.knows("Archive", "after")


async def test_each_verb_goes_there(place: Place) -> None:
    house = place.house
    letters = ("starred", "read", "moved", "copied", "archived", "junk", "deleted", "stays")
    for subject in letters:
        house.deliver(subject)
    async with place.client() as client:
        await client.knows("INBOX", *letters)
        await _each_verb(client)
        await client.through()
        assert client.said() == []
    assert house.flags("INBOX", "starred") == {"\\Flagged"}
    assert house.flags("INBOX", "read") == {"\\Seen"}
    assert sorted(house.subjects("INBOX")) == ["copied", "read", "starred", "stays"]
    assert sorted(house.subjects("Projects")) == ["copied", "moved"]
    assert house.subjects("Archive") == ["archived"]
    assert (house.subjects("Junk Email"), house.flags("Junk Email", "junk")) == (["junk"], set())
    assert house.subjects("Deleted Items") == ["deleted"]
    assert not [line for line in house.heard if "$Junk" in line], "it would not understand"


async def _each_verb(client: Client) -> None:
    filing = client.desk.filing
    await filing.mark(await client.ids("INBOX", "starred"), Flag.FLAGGED, on=True)
    await filing.mark(await client.ids("INBOX", "read"), Flag.SEEN, on=True)
    await filing.create("own", "Projects")
    projects = (await client.mailbox("Projects")).id
    await filing.move(await client.ids("INBOX", "moved"), projects)
    await filing.copy(await client.ids("INBOX", "copied"), projects)
    await filing.archive(await client.ids("INBOX", "archived"))
    await filing.junk(await client.ids("INBOX", "junk"))
    await filing.delete(await client.ids("INBOX", "deleted"))
    await filing.delete(await client.ids("INBOX", "stays"))
    await filing.undo()
