"""New mail is announced once, when it is news; what is said outside holds nothing that a terminal or a shell obeys."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linksec_tui.config import Config, Notify
from linksec_tui.desk import Desk, open_desk, outside
from linksec_tui.desk.notify import Notices
from linksec_tui.desk.outside import Outside, desktop_command
from linksec_tui.model.events import ConnectionChanged, Link, MailboxChanged, NewMail
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag, Header
from linksec_tui.store import mailboxes, messages

AT = datetime(2026, 1, 15, 11, tzinfo=UTC)


@dataclass
class Stage:
    """A desk without servers, what is told of them, and what was said of it."""

    desk: Desk
    notices: Notices
    said: list[NewMail] = field(default_factory=list[NewMail])

    async def online(self) -> None:
        account = self.desk.config.accounts[0].name
        event = ConnectionChanged(account=account, link=Link.ONLINE)
        self.desk.standing.connections[account] = event
        await self.notices.take(event)

    async def box(self, role: Role = Role.INBOX) -> Mailbox:
        account = self.desk.config.accounts[0].name
        listed = [
            Mailbox(id=0, account=account, name=each.value, wire_name=each.value, role=each)
            for each in (Role.INBOX, Role.JUNK)
        ]
        known = await self.desk.rooms.mail.run(mailboxes.write_mailboxes, account, listed)
        return next(each for each in known if each.role is role)

    async def arrive(
        self, uids: Sequence[int], *, role: Role = Role.INBOX, flags: frozenset[str] = frozenset()
    ) -> None:
        box = await self.box(role)
        headers = [_header(box, uid, flags) for uid in uids]
        idents = await self.desk.rooms.mail.run(messages.write_headers, headers)
        await self.notices.take(MailboxChanged(mailbox=box.id, arrived=idents))

    async def told(self) -> list[NewMail]:
        """What is said of all that has come by now."""
        running = asyncio.create_task(self.notices.run())
        for _ in range(30):  # turns of the store; what is not said by then, nobody was going to say
            await self.desk.rooms.mail.run(messages.uids, 1)
        running.cancel()
        return self.said


def _header(box: Mailbox, uid: int, flags: frozenset[str]) -> Header:
    return Header(
        id=0, account=box.account, mailbox=box.id, uid=uid, sender_name="Ann\x1b]0;x\x07",
        sender_address="ann@a.example",
        recipients="", subject="Your <b>secret</b>", received_at=AT + timedelta(minutes=uid), flags=flags,
    )  # fmt: skip


@asynccontextmanager
async def stage(config: Config) -> AsyncGenerator[Stage]:
    said: list[NewMail] = []

    async def say(new: NewMail) -> None:
        said.append(new)

    async with open_desk(config, worker=False) as desk:
        yield Stage(desk, Notices(rooms=desk.rooms, standing=desk.standing, say=say, sleep=_at_once), said)


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


async def test_what_comes_together_is_one_notice_without_a_word_of_what_it_says(config: Config) -> None:
    async with stage(config) as on:
        await on.arrive([1])
        await on.online()
        await on.arrive(range(2, 7))
        await on.arrive(range(7, 12))
        (new,) = await on.told()
        assert len(new.messages) == 10
        assert new.text == f"10 new messages ({config.accounts[0].name})"


async def test_a_mailbox_that_is_only_being_read_for_the_first_time_is_no_news(config: Config) -> None:
    async with stage(config) as on:
        await on.arrive(range(951, 1001))  # the first page, before the account is said to be online
        await on.online()
        await on.arrive(range(1, 951))
        assert await on.told() == []
        await on.arrive([1001])
        assert len(await on.told()) == 1


async def test_what_was_read_elsewhere_is_none_nor_what_comes_to_another_mailbox(config: Config) -> None:
    async with stage(config) as on:
        await on.arrive([1])
        await on.online()
        await on.arrive([2], flags=frozenset({Flag.SEEN}))
        await on.arrive([3], role=Role.JUNK)
        assert await on.told() == []


async def test_what_came_while_the_connection_was_lost_is_told_when_it_is_back(config: Config) -> None:
    async with stage(config) as on:
        await on.arrive([1])
        await on.online()
        await on.arrive([2, 3])  # brought by the first look after the connection came back
        await on.online()
        (new,) = await on.told()
        assert len(new.messages) == 2


async def test_the_first_letter_to_an_empty_inbox_is_news(config: Config) -> None:
    async with stage(config) as on:
        await on.box()
        await on.online()
        await on.arrive([1])
        assert len(await on.told()) == 1


async def test_sender_and_subject_are_told_where_that_is_wanted_and_obeyed_by_nobody(config: Config) -> None:
    async with stage(replace(config, notify=Notify(subject=True))) as on:
        await on.arrive([1])
        await on.online()
        await on.arrive([2])
        (new,) = await on.told()
        assert "Your <b>secret</b>" in new.text
        assert new.text.isprintable()
        assert "\N{REPLACEMENT CHARACTER}]0;x" in new.text


NEW = NewMail(account="home", messages=(1, 2), text="-e $(touch x) <b>`id`</b>")


async def test_the_command_is_told_in_its_environment_and_sees_nothing_else_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "PATIENCE", 240.0)  # on a machine that does much else
    seen = tmp_path / "seen"
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "SECRET_TOKEN": "hunter2"}
    notify = Notify(command=f"env > {seen}; cat >> {seen}")
    await Outside(notify=notify, environment=environment).say(NEW)
    lines = seen.read_text().splitlines()
    assert {"LINKSEC_ACCOUNT=home", "LINKSEC_COUNT=2", f"LINKSEC_TEXT={NEW.text}"} <= set(lines)
    assert "hunter2" not in seen.read_text()
    assert not (tmp_path / "x").exists()


async def test_a_command_that_does_not_end_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "PATIENCE", 0.5)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    notify = Notify(command=f"sleep 1000 > {pipe} & wait")
    await Outside(notify=notify, environment={"PATH": "/usr/bin:/bin"}).say(NEW)
    os.set_blocking(reader, True)
    assert await asyncio.to_thread(os.read, reader, 1) == b"", "the end comes when nobody holds the pipe any more"
    os.close(reader)


async def test_a_command_that_is_not_there_disturbs_nobody() -> None:
    await Outside(notify=Notify(command="no-such-program-anywhere"), environment={}).say(NEW)


def test_a_desktop_gets_the_text_as_an_argument_that_is_neither_option_nor_script() -> None:
    apple = desktop_command(NEW.text, "darwin")
    assert apple[-2:] == ("linksec-tui", NEW.text)
    assert NEW.text not in "".join(apple[:-1])


def test_on_linux_an_option_or_markup_in_a_name_stays_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "notify-send"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert desktop_command(NEW.text, "linux")[-3:] == ("--", "linksec-tui", "-e $(touch x) &lt;b&gt;`id`&lt;/b&gt;")
    monkeypatch.setenv("PATH", "")
    assert desktop_command(NEW.text, "linux") == ()
