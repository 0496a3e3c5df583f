"""Every verb on messages and mailboxes at real servers, seen afterwards by another mail program."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.events import Event, FilingSaid
from linksec_tui.model.listing import View
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Flag, Header
from tests import headless
from tests.cable import Cable
from tests.lab import lab, topology
from tests.lab.elsewhere import Elsewhere
from tests.lab.imap_servers import ImapServer

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]

_CONFIGURATION = """\
[network]
resolver = "{resolver}"
ca_file = "{ca_file}"
private_addresses = true
connect_to = ["{host}:993:127.0.0.1:{port}"]

[paths]
state = "{state}"

[store]
key = "command"
key_command = "printf %064d 1"

[[account]]
name = "own"
address = "{user}"
password_command = "echo {password}"
imap = {{ host = "{host}", port = 993 }}
"""


@dataclass
class Reader:
    """Somebody nobody has written to yet: our program over a cable that can be cut, and another program beside it."""

    file: Path
    wire: Cable
    other: Elsewhere
    desk: Desk
    told: list[Event]
    news: asyncio.Event

    async def until(self, reached: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(240):
            while not await reached():
                self.news.clear()
                with suppress(TimeoutError):  # a word that came between looking and waiting is only missed for a moment
                    await asyncio.wait_for(self.news.wait(), 0.5)

    async def through(self) -> None:
        async def nothing_waits() -> bool:
            return not await self.desk.filing.waits("own")

        await self.until(nothing_waits)

    async def knows(self, name: str, *subjects: str) -> None:
        async def shown() -> bool:
            return sorted(await self.subjects(name)) == sorted(subjects)

        await self.until(shown)

    async def mailbox(self, name: str) -> Mailbox:
        return {each.name: each for each in await self.desk.mailboxes()}[name]

    async def ids(self, name: str, *subjects: str) -> list[int]:
        rows = await self._rows(await self.mailbox(name))
        return [header.id for header in rows if not subjects or header.subject in subjects]

    async def _rows(self, mailbox: Mailbox) -> tuple[Header, ...]:
        return await self.desk.views.first_rows(View(mailboxes=(mailbox.id,)), 1000)

    async def subjects(self, name: str) -> list[str]:
        found = [each for each in await self.desk.mailboxes() if each.name == name]
        return [header.subject for header in await self._rows(found[0])] if found else []

    def there(self, name: str) -> list[str]:
        """What the other program finds."""
        return sorted(each.subject for each in self.other.everything().get(name, frozenset()))

    def flags_there(self, name: str, subject: str) -> frozenset[str]:
        return next(each.flags for each in self.other.everything()[name] if each.subject == subject)

    def said(self) -> list[str]:
        return [event.sentence for event in self.told if isinstance(event, FilingSaid)]


@asynccontextmanager
async def reading(server: ImapServer, directory: Path, *letters: str) -> AsyncGenerator[Reader]:
    """Somebody new, to whom these have been written, and our program at work."""
    async with account(server, directory, *letters) as (file, wire, other), running(file, wire, other) as reader:
        await reader.knows("INBOX", *letters)
        yield reader


@asynccontextmanager
async def account(server: ImapServer, directory: Path, *letters: str) -> AsyncGenerator[tuple[Path, Cable, Elsewhere]]:
    """Somebody's configuration, the way to the server, and the other program."""
    user = server.new_reader()
    other = Elsewhere(user, server.address)
    other.letters("INBOX", letters)
    wire = Cable(993, to=server.address)
    await wire.lay()
    file = directory / "linksec-tui.toml"
    file.write_text(
        _CONFIGURATION.format(
            resolver=topology.RESOLVER, ca_file=lab.CA_FILE, host=server.full_name, port=wire.port,
            state=directory / "state", user=user, password=topology.READER_PASSWORD,
        )
    )  # fmt: skip
    try:
        yield file, wire, other
    finally:
        other.close()
        await wire.remove()


@asynccontextmanager
async def running(file: Path, wire: Cable, other: Elsewhere, *, worker: bool = True) -> AsyncGenerator[Reader]:
    async with open_desk(config_file.load(file), worker=worker) as desk:
        told: list[Event] = []
        news = asyncio.Event()

        async def listen() -> None:
            async for event in desk.events():
                told.append(event)
                news.set()

        listening = asyncio.create_task(listen())
        try:
            yield Reader(file, wire, other, desk, told, news)
        finally:
            listening.cancel()
            await asyncio.wait([listening])


async def test_flags_go_there_and_are_taken_back(server: ImapServer, tmp_path: Path) -> None:
    async with reading(server, tmp_path, "one") as reader:
        filing = reader.desk.filing
        await filing.mark(await reader.ids("INBOX"), Flag.SEEN, on=True)
        await filing.mark(await reader.ids("INBOX"), Flag.FLAGGED, on=True)
        await reader.through()
        assert reader.flags_there("INBOX", "one") >= {Flag.SEEN, Flag.FLAGGED}
        await filing.undo()
        await reader.through()
        assert Flag.FLAGGED not in reader.flags_there("INBOX", "one")


async def test_messages_are_moved_copied_archived_deleted_and_brought_back(server: ImapServer, tmp_path: Path) -> None:
    async with reading(server, tmp_path, "moved", "copied", "deleted", "kept") as reader:
        filing = reader.desk.filing
        await filing.create("own", "Büro")
        office = (await reader.mailbox("Büro")).id
        await filing.move(await reader.ids("INBOX", "moved"), office)
        await filing.copy(await reader.ids("INBOX", "copied"), office)
        await filing.delete(await reader.ids("INBOX", "deleted"))
        await reader.through()
        assert reader.there("INBOX") == ["copied", "kept"]
        assert (reader.there("Büro"), reader.there("Trash")) == (["copied", "moved"], ["deleted"])
        for _ in range(3):
            await filing.undo()
        await reader.through()
        await reader.knows("INBOX", "moved", "copied", "deleted", "kept")
        assert reader.there("INBOX") == ["copied", "deleted", "kept", "moved"]
        assert (reader.there("Büro"), reader.there("Trash")) == ([], [])
        assert reader.said() == []


async def test_junk_is_marked_and_moved_and_the_other_way_round(server: ImapServer, tmp_path: Path) -> None:
    async with reading(server, tmp_path, "one") as reader:
        await reader.desk.filing.junk(await reader.ids("INBOX"))
        await reader.through()
        assert "$Junk" in reader.flags_there("Junk", "one")
        await reader.knows("Junk", "one")
        await reader.desk.filing.not_junk(await reader.ids("Junk"))
        await reader.through()
        flags = reader.flags_there("INBOX", "one")
        assert ("$NotJunk" in flags, "$Junk" in flags) == (True, False)


async def test_the_trash_is_emptied_for_good(server: ImapServer, tmp_path: Path) -> None:
    async with reading(server, tmp_path, "one", "two") as reader:
        await reader.desk.filing.delete(await reader.ids("INBOX"))
        await reader.through()
        await reader.desk.filing.empty_trash("own")
        await reader.through()
        assert (reader.there("INBOX"), reader.there("Trash")) == ([], [])


async def test_mailboxes_are_made_renamed_subscribed_to_and_deleted(server: ImapServer, tmp_path: Path) -> None:
    async with reading(server, tmp_path, "one") as reader:
        filing = reader.desk.filing
        await filing.create("own", "Büro/Rechnungen")
        await filing.move(await reader.ids("INBOX"), (await reader.mailbox("Büro/Rechnungen")).id)
        await reader.through()
        assert reader.there("Büro/Rechnungen") == ["one"]
        bills = await reader.mailbox("Büro/Rechnungen")
        assert bills.id in await filing.subscribed("own")
        await filing.rename(bills.id, "Rechnungen")
        await reader.through()
        assert reader.there("Rechnungen") == ["one"]
        assert bills.id in await filing.subscribed("own")
        await filing.subscribe(bills.id, on=False)
        await reader.through()
        assert bills.id not in await filing.subscribed("own")
        await reader.knows("Rechnungen", "one")
        await filing.remove(bills.id)
        await reader.through()
        assert "Rechnungen" not in reader.other.everything()
        assert reader.said() == []


async def test_what_is_done_without_a_network_goes_there_when_it_is_back(server: ImapServer, tmp_path: Path) -> None:
    async with reading(server, tmp_path, "moved", "read", "lost", "kept") as reader:
        filing = reader.desk.filing
        await reader.knows("INBOX", "moved", "read", "lost", "kept")
        reader.wire.cut()
        await filing.create("own", "New")
        new = (await reader.mailbox("New")).id
        await filing.move(await reader.ids("INBOX", "moved"), new)
        await filing.mark(await reader.ids("New"), Flag.FLAGGED, on=True)
        await filing.mark(await reader.ids("INBOX", "read"), Flag.SEEN, on=True)
        await filing.archive(await reader.ids("INBOX", "lost"))
        await filing.delete(await reader.ids("INBOX", "kept"))
        await filing.undo()
        assert sorted(await reader.subjects("INBOX")) == ["kept", "read"]
        gone = [each.uid for each in reader.other.everything()["INBOX"] if each.subject == "lost"]
        reader.other.expunge("INBOX", gone)
        reader.wire.mend()
        reader.desk.correspondence.refresh()
        await reader.through()
        assert (reader.there("INBOX"), reader.there("New")) == (["kept", "read"], ["moved"])
        assert Flag.FLAGGED in reader.flags_there("New", "moved")
        assert Flag.SEEN in reader.flags_there("INBOX", "read")
        assert [sentence.partition(" in ")[0] for sentence in reader.said()] == ["1 message"]
        await reader.knows("INBOX", "kept", "read")
        await reader.knows("New", "moved")


async def test_a_client_that_is_killed_again_and_again_does_everything_once(server: ImapServer, tmp_path: Path) -> None:
    subjects = tuple(f"letter {number}" for number in range(60))
    async with account(server, tmp_path, *subjects) as (file, wire, other):
        pause = random.Random(server.name)
        left = await _much_to_do(file, wire, other, pause)
        for _ in range(6):
            with headless.running(file) as client:
                await asyncio.to_thread(client.says, "link online")
                await asyncio.sleep(pause.uniform(0, 0.5))  # what is tried out is a random moment
                client.signal(signal.SIGKILL)
        async with running(file, wire, other) as reader:
            await reader.through()
            assert (reader.there("There"), reader.there("INBOX")) == (sorted(subjects), left)
            await reader.knows("There", *subjects)
            await reader.knows("INBOX", *left)


async def _much_to_do(file: Path, wire: Cable, other: Elsewhere, pause: random.Random) -> list[str]:
    """Everything moved or copied, and nobody there who would do it; what is left in the INBOX."""
    async with running(file, wire, other) as reader:
        await reader.knows("INBOX", *(f"letter {number}" for number in range(60)))
        await reader.desk.filing.create("own", "There")
        await reader.through()
    async with running(file, wire, other, worker=False) as reader:
        there = (await reader.mailbox("There")).id
        for ident in await reader.ids("INBOX"):
            done = reader.desk.filing.copy if pause.random() < 0.5 else reader.desk.filing.move
            await done([ident], there)
        return sorted(await reader.subjects("INBOX"))
