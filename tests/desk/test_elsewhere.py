"""What another process writes into the store is noticed by a client that runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from linksec_tui.desk import open_desk
from linksec_tui.desk.elsewhere import Elsewhere
from linksec_tui.model.events import ConnectionChanged, Event, Link, MailboxChanged, MailboxesChanged
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.store import mailboxes
from tests.desk.filing_client import Place
from tests.imap_house import MODERN, House
from tests.wire.strangers import Authority

INBOX = Mailbox(id=0, account="own", name="Inbox", wire_name="INBOX", role=Role.INBOX)
WORK = Mailbox(id=0, account="own", name="Work", wire_name="Work")


async def test_mail_that_another_process_brings_is_shown(tmp_path: Path) -> None:
    config = Place(House(MODERN), tmp_path, Authority(tmp_path)).config(1)
    told: list[Event] = []
    async with open_desk(config, worker=False) as here, open_desk(config, worker=False) as there:
        elsewhere = Elsewhere(rooms=here.rooms, tell=told.append)
        await elsewhere.look()
        await here.rooms.mail.run(mailboxes.write_mailboxes, "own", [INBOX])
        await elsewhere.look()
        assert told == [], "what is written here is told by who writes it"
        await there.rooms.mail.run(mailboxes.write_mailboxes, "own", [INBOX, WORK])
        await elsewhere.look()
        known = await here.mailboxes()
        assert len(known) == 2
        assert told == [*(MailboxChanged(mailbox=each.id) for each in known), MailboxesChanged(account="own")]
        await elsewhere.look()
        assert len(told) == 3, "once"


async def test_a_client_at_work_looks_by_itself(tmp_path: Path) -> None:
    nobody_there = 1  # so that no server is a reason to look
    place = Place(House(MODERN), tmp_path, Authority(tmp_path))
    async with place.through(nobody_there) as client, open_desk(client.desk.config, worker=False) as there:
        count = 0

        async def told() -> bool:
            nonlocal count
            count += 1  # written again and again: its first look may come late
            renamed = replace(INBOX, name=f"Inbox {count}")
            await there.rooms.mail.run(mailboxes.write_mailboxes, "own", [renamed])
            return MailboxesChanged(account="own") in client.told

        await client.until(told)


async def test_a_second_client_knows_that_the_first_one_fetches_the_mail(tmp_path: Path) -> None:
    config = Place(House(MODERN), tmp_path, Authority(tmp_path)).config(1)
    async with open_desk(config), open_desk(config) as second:
        assert not second.is_worker
        assert second.connection("own") == ConnectionChanged(account="own", link=Link.ELSEWHERE)
