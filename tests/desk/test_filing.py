"""What is done to messages and mailboxes, at servers of several kinds: at once here, then there, each thing once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from linksec_tui.model.errors import BadInput
from linksec_tui.model.message import Flag
from tests.desk.filing_client import EVERY_KIND, HOST, Client, Place, Places, places
from tests.imap_house import EXCHANGE, GMAIL, MODERN, PLAIN, Kind

VOID = (
    "“Archive” is not on the server any more: what you did there to 1 message while it was out of reach could not"
    " be done."
)
ANEW = (
    "The server has numbered “Inbox” anew, so 1 message could not be told apart any more: we did not move it to"
    " “Archive”."
)


@pytest.fixture
def place(tmp_path: Path) -> Places:
    return places(tmp_path)


@EVERY_KIND
async def test_a_message_that_is_moved_is_in_the_other_mailbox_on_both_sides(place: Places, kind: Kind) -> None:
    at = place(kind)
    at.house.deliver("stays")
    at.house.deliver("goes")
    async with at.client() as client:
        await client.knows("INBOX", "stays", "goes")
        await client.online()
        (ident,) = await client.ids("INBOX", "goes")
        sentence = await client.desk.filing.move([ident], (await client.mailbox("Archive")).id)
        assert sentence == "1 message moved to “Archive”."
        assert (await client.subjects("INBOX"), await client.subjects("Archive")) == (["stays"], ["goes"])
        assert await client.ids("Archive") == [ident]
        await client.through()
        assert (at.house.subjects("INBOX"), at.house.subjects("Archive")) == (["stays"], ["goes"])
        await client.knows("Archive", "goes")
    assert client.said() == []


@EVERY_KIND
async def test_undo_brings_back_what_the_server_has_moved_already(place: Places, kind: Kind) -> None:
    at = place(kind)
    at.house.deliver("one")
    at.house.deliver("two")
    async with at.client() as client:
        await client.knows("INBOX", "one", "two")
        await client.desk.filing.archive(await client.ids())
        await client.online()
        await client.through()
        assert at.house.subjects("INBOX") == []
        assert await client.desk.filing.undo() == "Taken back: 2 messages moved to “Archive”."
        await client.knows("INBOX", "one", "two")
        await client.through()
        assert (sorted(at.house.subjects("INBOX")), at.house.subjects("Archive")) == (["one", "two"], [])
        with pytest.raises(BadInput, match="nothing to take back"):
            await client.desk.filing.undo()


@EVERY_KIND
async def test_what_is_done_while_the_server_is_out_of_reach_is_shown_and_goes_there_later(
    place: Places, kind: Kind
) -> None:
    at = place(kind)
    for subject in ("read", "moved", "copied", "kept"):
        at.house.deliver(subject)
    async with at.client() as client:
        await client.knows("INBOX", "read", "moved", "copied", "kept")
    at.house.closed = True
    async with at.house.open(at.authority.context(HOST)) as port:
        async with at.through(port) as client:
            filing = client.desk.filing
            await filing.mark(await client.ids("INBOX", "read"), Flag.SEEN, on=True)
            await filing.move(await client.ids("INBOX", "moved"), (await client.mailbox("Archive")).id)
            await filing.mark(await client.ids("Archive", "moved"), Flag.FLAGGED, on=True)
            await filing.copy(await client.ids("INBOX", "copied"), (await client.mailbox("Archive")).id)
            await filing.create("own", "New one")
            await filing.move(await client.ids("INBOX", "read"), (await client.mailbox("New one")).id)
            assert sorted(await client.subjects("Archive")) == ["copied", "moved"]
            assert await client.subjects("New one") == ["read"]
        assert sorted(at.house.subjects("INBOX")) == ["copied", "kept", "moved", "read"]
        at.house.closed = False
        async with at.through(port) as client:  # another run of the program
            assert await client.subjects("New one") == ["read"]
            await client.through()
            assert sorted(at.house.subjects("INBOX")) == ["copied", "kept"]
            assert sorted(at.house.subjects("Archive")) == ["copied", "moved"]
            assert at.house.subjects("New one") == ["read"]
            assert "\\Flagged" in at.house.flags("Archive", "moved")
            assert "\\Seen" in at.house.flags("New one", "read")
            await client.knows("Archive", "copied", "moved")
            await client.knows("INBOX", "copied", "kept")
            assert client.said() == []


async def test_what_is_taken_back_before_the_server_heard_of_it_never_travels(place: Places) -> None:
    at = place(MODERN)
    at.house.deliver("one")
    async with at.client() as client:
        await client.knows("INBOX", "one")
    at.house.closed = True
    at.house.heard.clear()
    async with at.house.open(at.authority.context(HOST)) as port:
        async with at.through(port) as client:
            await client.desk.filing.delete(await client.ids())
            assert await client.subjects("INBOX") == []
            await client.desk.filing.undo()
            assert await client.subjects("INBOX") == ["one"]
            assert await client.is_through()
        at.house.closed = False
        async with at.through(port) as client:
            await client.online()
            await client.knows("INBOX", "one")
    assert not [line for line in at.house.heard if "MOVE" in line or "COPY" in line]


CUT = {"move": (MODERN, "UID MOVE"), "copy": (PLAIN, "UID COPY"), "mark": (PLAIN, "UID STORE"),
       "expunge": (PLAIN, "EXPUNGE")}  # fmt: skip


@pytest.mark.parametrize(("kind", "command"), CUT.values(), ids=CUT.keys())
async def test_a_line_that_is_cut_before_the_answer_doubles_nothing(place: Places, kind: Kind, command: str) -> None:
    at = place(kind)
    for subject in ("one", "two"):
        at.house.deliver(subject)
    async with at.client() as client:
        await client.knows("INBOX", "one", "two")
    at.house.cut_after = command
    async with at.house.open(at.authority.context(HOST)) as port:
        async with at.through(port) as client:
            await client.desk.filing.archive(await client.ids())

            async def cut() -> bool:
                return not at.house.cut_after

            await client.until(cut)
        async with at.through(port) as client:  # killed, and begun anew
            await client.through()
            await client.knows("Archive", "one", "two")
            assert (at.house.subjects("INBOX"), sorted(at.house.subjects("Archive"))) == ([], ["one", "two"])
            assert client.said() == []


async def test_a_copy_whose_answer_was_lost_is_not_made_twice(place: Places) -> None:
    at = place(MODERN)
    at.house.deliver("one")
    async with at.client() as client:
        await client.knows("INBOX", "one")
    at.house.cut_after = "UID COPY"
    async with at.house.open(at.authority.context(HOST)) as port:
        async with at.through(port) as client:
            await client.desk.filing.copy(await client.ids(), (await client.mailbox("Archive")).id)

            async def cut() -> bool:
                return not at.house.cut_after

            await client.until(cut)
        async with at.through(port) as client:
            await client.through()
            await client.knows("Archive", "one")
            assert at.house.subjects("Archive") == ["one"]
            await client.desk.filing.undo()
            await client.through()
            assert (at.house.subjects("INBOX"), at.house.subjects("Archive")) == (["one"], [])


async def offline(at: Place, work: Callable[[Client], Awaitable[object]]) -> None:
    """`work`, while nobody answers."""
    async with at.client() as client:
        await client.knows("INBOX", *at.house.subjects("INBOX"))
        await client.online()
    at.house.closed = True
    async with at.client() as client:
        await work(client)
    at.house.closed = False


async def test_what_somebody_else_moved_meanwhile_stays_there_and_it_is_said(place: Places) -> None:
    at = place(MODERN)
    at.house.deliver("one")
    at.house.deliver("two")

    async def archive(client: Client) -> None:
        await client.desk.filing.archive(await client.ids())

    await offline(at, archive)
    at.house.boxes["Trash"].put(at.house.boxes["INBOX"].mail.pop(1))
    async with at.client() as client:
        await client.through()
        assert client.said() == [
            "1 message in “Inbox” was moved or deleted elsewhere before we could move it to “Archive”; that stands."
        ]
        await client.knows("Trash", "one")
        await client.knows("Archive", "two")
        assert await client.subjects("INBOX") == []


async def test_a_target_that_is_gone_leaves_the_messages_where_they_are_and_it_is_said(place: Places) -> None:
    at = place(MODERN)
    at.house.deliver("one")

    async def archive(client: Client) -> None:
        await client.desk.filing.archive(await client.ids())

    await offline(at, archive)
    del at.house.boxes["Archive"]
    async with at.client() as client:
        await client.through()
        assert client.said() == ["1 message stays in “Inbox”: “Archive” is not on the server any more."]
        await client.knows("INBOX", "one")


async def test_a_mailbox_that_is_gone_is_said(place: Places) -> None:
    at = place(MODERN)
    at.house.deliver("one", "Archive")

    async def mark(client: Client) -> None:
        await client.knows("Archive", "one")
        await client.desk.filing.mark(await client.ids("Archive"), Flag.SEEN, on=True)

    async with at.client() as client:
        await client.knows("Archive", "one")
    await offline(at, mark)
    del at.house.boxes["Archive"]
    async with at.client() as client:
        await client.through()
        assert client.said() == [VOID]


async def test_a_mailbox_that_was_numbered_anew_is_said_and_nothing_else_is_touched(place: Places) -> None:
    at = place(MODERN)
    at.house.deliver("one")

    async def archive(client: Client) -> None:
        await client.desk.filing.archive(await client.ids())

    await offline(at, archive)
    at.house.boxes["INBOX"].validity = 99
    async with at.client() as client:
        await client.through()
        assert client.said() == [ANEW]
        await client.knows("INBOX", "one")
        assert at.house.subjects("Archive") == []


async def test_a_flag_that_others_changed_meanwhile_is_left_as_they_want_it(place: Places) -> None:
    at = place(MODERN)
    at.house.deliver("one", flags=["\\Seen"])
    at.house.deliver("two")

    async def read(client: Client) -> None:
        await client.desk.filing.mark(await client.ids(), Flag.SEEN, on=True)

    await offline(at, read)
    at.house.boxes["INBOX"].mail[1].flags.clear()
    async with at.client() as client:
        await client.through()
        assert client.said() == ["1 message in “Inbox” was marked otherwise elsewhere meanwhile; that stands."]
        assert (at.house.flags("INBOX", "one"), at.house.flags("INBOX", "two")) == (set(), {"\\Seen"})

        async def as_there() -> bool:
            return not await client.flags("INBOX", "one")

        await client.until(as_there)


@EVERY_KIND
async def test_what_is_deleted_goes_to_the_trash_and_from_there_for_good(place: Places, kind: Kind) -> None:
    at = place(kind)
    at.house.deliver("one")
    trash = "Deleted Items" if kind is EXCHANGE else "Trash"
    async with at.client() as client:
        await client.knows("INBOX", "one")
        assert await client.desk.filing.for_good(await client.ids()) == 0
        await client.desk.filing.delete(await client.ids())
        assert await client.desk.filing.for_good(await client.ids(trash)) == 1
        await client.through()
        assert await client.desk.filing.empty_trash("own") == "1 message deleted for good."
        assert await client.subjects(trash) == []
        await client.through()
        assert at.house.subjects(trash) == []
        with pytest.raises(BadInput, match="nothing brings that back"):
            await client.desk.filing.undo()


async def test_at_gmail_deleting_from_a_label_takes_off_the_label_and_says_so(place: Places) -> None:
    at = place(GMAIL)
    at.house.deliver("one", "INBOX", "Work")
    async with at.client() as client:
        await client.knows("Work", "one")
        sentence = await client.desk.filing.delete(await client.ids("Work"))
        assert sentence == "1 message taken out of “Work”: Gmail keeps it in All Mail, and under every other label."
        await client.through()
        assert (at.house.subjects("Work"), at.house.subjects("INBOX")) == ([], ["one"])
        assert at.house.subjects("[Gmail]/All Mail") == ["one"]
        await client.desk.filing.undo()
        await client.through()
        await client.knows("Work", "one")
        assert at.house.subjects("Work") == ["one"]


async def test_at_gmail_the_archive_is_all_mail_and_the_trash_is_the_trash(place: Places) -> None:
    at = place(GMAIL)
    at.house.deliver("archived")
    at.house.deliver("deleted")
    async with at.client() as client:
        await client.knows("INBOX", "archived", "deleted")
        await client.desk.filing.archive(await client.ids("INBOX", "archived"))
        await client.desk.filing.delete(await client.ids("INBOX", "deleted"))
        await client.through()
        assert at.house.subjects("INBOX") == []
        assert at.house.subjects("[Gmail]/All Mail") == ["archived"]
        assert at.house.subjects("[Gmail]/Trash") == ["deleted"]


@EVERY_KIND
async def test_mailboxes_are_made_renamed_subscribed_to_and_deleted(place: Places, kind: Kind) -> None:
    at = place(kind)
    async with at.client() as client:
        await client.online()
        filing = client.desk.filing
        await filing.create("own", "Büro")
        await client.through()
        assert "B&APw-ro" in at.house.boxes
        made = await client.mailbox("B&APw-ro")
        assert made.id in await filing.subscribed("own")
        await filing.rename(made.id, "Office")
        await client.through()
        assert ("Office" in at.house.boxes, "B&APw-ro" in at.house.boxes) == (True, False)
        assert at.house.subscribed == {"Office"}
        office = await client.mailbox("Office")
        assert (office.id, office.name) == (made.id, "Office")
        await filing.subscribe(office.id, on=False)
        await client.through()
        assert at.house.subscribed == set()
        await filing.undo()
        await client.through()
        assert at.house.subscribed == {"Office"}
        await filing.remove(office.id)
        await client.through()
        assert "Office" not in at.house.boxes
        assert client.said() == []


async def test_a_mailbox_into_which_mail_has_come_since_is_not_deleted(place: Places) -> None:
    at = place(MODERN)

    async def remove(client: Client) -> None:
        await client.desk.filing.remove((await client.mailbox("Archive")).id)

    await offline(at, remove)
    at.house.deliver("late", "Archive")
    async with at.client() as client:
        await client.through()
        assert client.said() == [
            "“Archive” was not deleted: 1 message has come into it since you said that it could go."
        ]
        await client.knows("Archive", "late")


async def test_a_busy_server_is_asked_again_and_a_refusal_is_said(place: Places) -> None:
    at = place(MODERN)
    at.house.deliver("one")
    at.house.refuses["UID MOVE"] = "[OVERQUOTA] full"
    async with at.client() as client:
        await client.knows("INBOX", "one")
        await client.desk.filing.archive(await client.ids())
        await client.through()
        assert [sentence.startswith("1 message stays in “Inbox”") for sentence in client.said()] == [True]
        await client.knows("INBOX", "one")
