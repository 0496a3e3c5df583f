"""A disk that is really full: no crash, nothing lost, plain words, and it goes on as soon as there is room."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.errors import StoreError
from linksec_tui.model.listing import View
from linksec_tui.model.mailbox import Role
from tests import headless
from tests.desk.letters import all_over, letter, send, until
from tests.lab import imap_servers, lab, letters, topology
from tests.lab.command import Command
from tests.lab.elsewhere import Elsewhere
from tests.lab.small_disk import SmallDisk, small_disk

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]

NO_ROOM = "There is no room left on the disk"
LONG = "Nothing but a test, and long.\n" * 10_000  # more than what a store that was closed has to spare


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", megabytes=16) as made:
        yield made


@pytest.fixture
def file(disk: SmallDisk, tmp_path: Path) -> Path:
    """alice's configuration; only the state is on the small disk."""
    file = tmp_path / "linksec-tui.toml"
    file.write_text(lab.configuration(disk.directory / "state"))
    return file


@pytest.fixture
def config(file: Path) -> Config:
    return config_file.load(file)


async def test_mail_that_comes_while_the_disk_is_full_is_fetched_when_there_is_room(
    disk: SmallDisk, file: Path
) -> None:
    user = becomes_a_reader(file)
    other = Elsewhere(user)
    try:
        with headless.running(file) as client:
            await asyncio.to_thread(client.says, "link online")
            disk.fill()
            subjects = [f"letter {number}" for number in range(300)]
            await asyncio.to_thread(other.letters, "INBOX", subjects)
            await asyncio.to_thread(client.says, f"room needed {NO_ROOM}")
            disk.make_room()
            await asyncio.to_thread(client.says, *(f"arrived {subject}" for subject in subjects))
        async with open_desk(config_file.load(file), worker=False) as desk:
            assert await in_the_inbox(desk) == sorted(subjects)
    finally:
        other.close()


def becomes_a_reader(file: Path) -> str:
    """Somebody to whom nobody has written yet."""
    user = imap_servers.DOVECOT.new_reader()
    text = file.read_text().replace(topology.SENDER, user)
    file.write_text(text.replace(topology.PASSWORDS[topology.SENDER], topology.READER_PASSWORD))
    return user


async def in_the_inbox(desk: Desk) -> list[str]:
    [inbox] = [each for each in await desk.mailboxes() if each.role is Role.INBOX]
    rows = await desk.views.first_rows(View(mailboxes=(inbox.id,)), 1000)
    return sorted(header.subject for header in rows)


async def test_a_draft_is_kept_as_it_was_until_there_is_room_for_more(disk: SmallDisk, config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        begun = letter(desk, "begun", "user@dane.test")
        await desk.save_draft(begun)
        disk.fill()
        with pytest.raises(StoreError, match=NO_ROOM):
            await desk.save_draft(replace(begun, body=LONG))
        assert [draft.body for draft in await desk.drafts()] == [begun.body]
        disk.make_room()
        await desk.save_draft(replace(begun, body=LONG))
        assert [draft.body for draft in await desk.drafts()] == [LONG]


async def test_a_letter_for_which_there_is_no_room_is_not_sent_and_then_once(disk: SmallDisk, config: Config) -> None:
    subject = letters.unheard_of("as soon as there is room")
    async with open_desk(config, mailboxes=False) as desk:
        draft = replace(letter(desk, subject, "user@dane.test"), body=LONG)
        disk.fill()
        with pytest.raises(StoreError, match=NO_ROOM):
            await send(desk, draft)
        assert await desk.outbox() == ()
        disk.make_room()
        await send(desk, draft)
        await until(desk, all_over)
    await asyncio.to_thread(letters.arrived, "user@dane.test", "SUBJECT", f'"{subject}"')
    assert len(await asyncio.to_thread(letters.lying, "user@dane.test", "SUBJECT", f'"{subject}"')) == 1


def test_the_command_says_that_there_is_no_room_and_sends_when_there_is(disk: SmallDisk, file: Path) -> None:
    subject, command = letters.unheard_of("by the command"), Command(configuration=file)
    words, text = ("send", "user@dane.test"), f"Subject: {subject}\n\n{LONG}"
    assert command("outbox", "list").returncode == 0, "the store is there"
    disk.fill()
    refused = command(*words, stdin=text)
    assert refused.returncode == 78, refused.stderr
    assert NO_ROOM in refused.stderr
    assert "Traceback" not in refused.stderr
    disk.make_room()
    sent = command(*words, stdin=text)
    assert (sent.returncode, sent.stderr) == (0, "")
    letters.arrived("user@dane.test", "SUBJECT", f'"{subject}"')
    assert len(letters.lying("user@dane.test", "SUBJECT", f'"{subject}"')) == 1
