"""A real server's mailboxes in the store: whatever another program does meanwhile, both are the same afterwards."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from linksec_tui.incoming.sync import MailboxSync
from linksec_tui.model.events import MailboxChanged
from linksec_tui.store.vault import open_vault
from tests.lab.elsewhere import Elsewhere, Shown
from tests.lab.imap_servers import ImapServer
from tests.lab.sync_person import KEY, Place, Reader

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]

SEEN, STARRED = "\\Seen", "\\Flagged"


@pytest.fixture
def reader(server: ImapServer, tmp_path: Path) -> Iterator[Reader]:
    """Somebody without any mail."""
    with open_vault(tmp_path / "mail.db", KEY, schema="mail") as vault:
        yield Reader(server.new_reader(), vault, Place(server.address, host=server.full_name))


@pytest.fixture
def elsewhere(reader: Reader) -> Iterator[Elsewhere]:
    program = Elsewhere(reader.user, reader.place.address)
    yield program
    program.close()


@asynccontextmanager
async def online(reader: Reader) -> AsyncGenerator[MailboxSync]:
    """The program running in the background."""
    sync = reader.sync()
    running = asyncio.create_task(sync.run())
    try:
        yield sync
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def become_equal(reader: Reader, elsewhere: Elsewhere) -> None:
    there = await asyncio.to_thread(elsewhere.everything)
    await reader.until(lambda here: here == there)


def subjects(messages: frozenset[Shown]) -> set[str]:
    return {message.subject for message in messages}


async def test_after_the_first_synchronisation_everything_is_here(reader: Reader, elsewhere: Elsewhere) -> None:
    elsewhere.create("Pläne & Reisen")
    elsewhere.letters("INBOX", (f"letter {number}" for number in range(1200)))
    elsewhere.letters("Pläne & Reisen", (f"plan {number}" for number in range(30)))
    uids = elsewhere.uids("INBOX")
    elsewhere.flag("INBOX", uids[:100], add=SEEN)
    elsewhere.expunge("INBOX", uids[50:60])
    await reader.sync().once()
    assert await reader.stored() == elsewhere.everything()
    first = next(event for event in reader.heard if isinstance(event, MailboxChanged))
    assert len(first.arrived) == 50, "the newest screenful came before all else"


async def test_everything_that_makes_it_cheap_is_switched_on(
    server: ImapServer, reader: Reader, elsewhere: Elsewhere
) -> None:
    elsewhere.letters("INBOX", ["one"])
    sync = reader.sync()
    async with sync.line.session() as session:
        assert session.compressed
        assert session.resumes
        assert await session.notify() is server.notifies
        assert {told.wire_name: told.messages for told in await session.told()}["INBOX"] == 1
        assert await session.told_of("INBOX") in await session.told()
    await sync.close()


async def test_what_happens_in_the_inbox_and_elsewhere_is_seen_at_once(
    server: ImapServer, reader: Reader, elsewhere: Elsewhere
) -> None:
    elsewhere.letters("INBOX", (f"letter {number}" for number in range(20)))
    elsewhere.letters("Sent", (f"sent {number}" for number in range(5)))
    async with online(reader) as sync:

        def look() -> None:
            if not server.notifies:  # which says nothing of other mailboxes than the INBOX: they are asked for
                sync.wake()

        await become_equal(reader, elsewhere)
        elsewhere.letters("INBOX", ["new in the inbox"])
        await reader.until(lambda here: "new in the inbox" in subjects(here["INBOX"]))
        elsewhere.letters("Sent", ["new in another"])
        look()
        await reader.until(lambda here: "new in another" in subjects(here["Sent"]))
        uids = elsewhere.uids("INBOX")
        elsewhere.flag("INBOX", uids[:5], add=SEEN)
        elsewhere.flag("INBOX", uids[2:4], add=STARRED)
        elsewhere.expunge("INBOX", uids[6:9])
        elsewhere.move("INBOX", uids[10:12], "Trash")
        elsewhere.flag("Sent", elsewhere.uids("Sent")[:2], add=STARRED)
        elsewhere.expunge("Sent", elsewhere.uids("Sent")[-1:])
        look()
        await become_equal(reader, elsewhere)


async def test_after_a_while_offline_only_the_changes_are_asked_for(reader: Reader, elsewhere: Elsewhere) -> None:
    elsewhere.letters("INBOX", (f"letter {number}" for number in range(300)))
    await reader.sync().once()
    uids = elsewhere.uids("INBOX")
    elsewhere.flag("INBOX", uids[10:20], add=SEEN)
    elsewhere.expunge("INBOX", uids[100:150])
    elsewhere.letters("INBOX", (f"later {number}" for number in range(80)))
    await reader.sync().once()
    assert await reader.stored() == elsewhere.everything()


async def test_mailboxes_that_are_renamed_deleted_and_made_anew_elsewhere(reader: Reader, elsewhere: Elsewhere) -> None:
    for name in ("Old", "Gone", "Again"):
        elsewhere.create(name)
        elsewhere.letters(name, (f"{name} {number}" for number in range(20)))
    async with online(reader) as sync:
        await become_equal(reader, elsewhere)
        elsewhere.rename("Old", "New")
        elsewhere.delete("Gone")
        elsewhere.delete("Again")
        elsewhere.create("Again")  # the same name, another UIDVALIDITY, and UIDs from 1 on
        elsewhere.letters("Again", (f"other {number}" for number in range(7)))
        sync.wake()
        await become_equal(reader, elsewhere)


async def test_a_mailbox_made_anew_while_nobody_looked_is_read_anew(reader: Reader, elsewhere: Elsewhere) -> None:
    elsewhere.create("Box")
    elsewhere.letters("Box", (f"old {number}" for number in range(20)))
    await reader.sync().once()
    elsewhere.delete("Box")
    elsewhere.create("Box")
    elsewhere.letters("Box", (f"new {number}" for number in range(20)))
    await reader.sync().once()
    assert await reader.stored() == elsewhere.everything()
