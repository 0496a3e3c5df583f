"""Damage that is found while the client runs: it opens the store anew by itself, says what was lost, and goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linksec_tui.config import Config, KeySource, Store
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.store import mailboxes
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.start import StartScreen

if TYPE_CHECKING:
    from conftest import Shown, Until

    from linksec_tui.desk import Desk


@pytest.fixture
def app(config: Config) -> LinksecApp:
    """The client over a real store, and an account whose servers are never asked."""
    (account,) = config.accounts
    alone = replace(account, imap=None, submission=None)
    store = Store(key=KeySource.COMMAND, key_command="printf %064d 1")
    return LinksecApp(replace(config, accounts=(alone,), store=store))


async def _damage(desk: Desk, path: Path) -> None:
    """From its middle on, as a disk does it, while the file is open; and then somebody finds it."""
    inbox = Mailbox(id=0, account="home", name="Inbox", wire_name="INBOX", role=Role.INBOX)
    await desk.rooms.mail.run(mailboxes.write_mailboxes, "home", [inbox])
    await desk.rooms.mail.run(lambda opened: opened.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
    _overwrite_half(path)
    desk.rooms.mail.found_damaged()


def _overwrite_half(path: Path) -> None:
    length = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(length // 2)
        file.write(bytes(length - length // 2))


async def test_the_client_opens_a_damaged_store_anew_and_says_so(
    app: LinksecApp, config: Config, until: Until, shown: Shown
) -> None:
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await until(pilot, lambda: app.open_desk_or_none is not None)
        first = app.desk
        await _damage(first, config.state / "mail.db")
        await until(pilot, lambda: app.open_desk_or_none not in (None, first))
        await until(pilot, lambda: "mail.db was damaged" in shown(app))
        assert isinstance(app.screen, MailboxScreen)
        assert await app.desk.mailboxes() == ()  # what stood in it is fetched anew
        assert app.crashed is None


async def test_what_was_begun_is_still_there_when_the_mail_had_to_go(
    app: LinksecApp, config: Config, until: Until
) -> None:
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: app.open_desk_or_none is not None)
        first = app.desk
        await first.save_draft(replace(first.new_draft(), subject="not to be lost"))
        await _damage(first, config.state / "mail.db")
        await until(pilot, lambda: app.open_desk_or_none not in (None, first))
        assert [draft.subject for draft in await app.desk.drafts()] == ["not to be lost"]


class NeverSound(LinksecApp):
    """Each time that its store is open, damage is found."""

    opened = 0

    async def listen(self, desk: Desk) -> None:
        self.opened += 1
        desk.rooms.mail.found_damaged()
        await super().listen(desk)


async def test_what_is_damaged_again_at_once_is_said_and_not_tried_for_ever(app: LinksecApp, until: Until) -> None:
    never = NeverSound(app.config)
    async with never.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: isinstance(never.screen, StartScreen))
        assert never.opened == 2
        assert never.crashed is None
