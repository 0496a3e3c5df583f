"""The first start of all: the newest mail before there is a store, over the one connection that is gone on with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from linksec_tui.config import Config, KeySource, Store
from linksec_tui.desk import Desk, open_desk
from linksec_tui.desk.early_mail import EarlyMail
from linksec_tui.desk.glance import asked_first
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import Address
from linksec_tui.model.events import CredentialsRejected, Event, MailboxChanged
from linksec_tui.model.mailbox import Role
from linksec_tui.model.oauth import OAuth
from tests.desk.small_provider import READING, SENDING, SmallProvider, running
from tests.wire.strangers import Authority, serve

PATIENCE = 240.0  # seconds, on a machine that does much else
Result = TypeVar("Result")


def begun(config: Config) -> EarlyMail:
    account = asked_first(config)
    assert account is not None
    return EarlyMail(config, account)


async def run(early: EarlyMail, work: Callable[[], Coroutine[object, object, Result]]) -> Result:
    """In place of the application; in a thread, because the test has a loop of its own."""
    return await asyncio.to_thread(lambda: early.run(work()))


async def heard(desk: Desk, wanted: Callable[[Event], bool]) -> Event:
    async for event in desk.events():
        if wanted(event):
            return event
    raise AssertionError("the desk has closed")


async def test_what_is_shown_first_is_what_the_store_is_going_to_have(config: Config) -> None:
    early = begun(config)

    async def start() -> None:
        glance = await early.glance(PATIENCE)
        assert glance is not None
        assert not config.state.exists()
        async with open_desk(config, mail=early) as desk:
            inbox = next(each for each in await desk.mailboxes() if each.role is Role.INBOX)
            kept = await desk.correspondence.rows([header.id for header in glance.rows])
            assert (glance.mailbox.id, glance.mailbox.account) == (inbox.id, inbox.account)
            assert [(kept[each.id].uid, kept[each.id].subject) for each in glance.rows] == [
                (each.uid, each.subject) for each in glance.rows
            ]

    await run(early, start)


async def test_the_desk_goes_on_with_the_session_that_is_open(config: Config) -> None:
    early = begun(config)

    async def start() -> None:
        async with (
            open_desk(config, worker=False, mail=early) as desk,
            desk.correspondence.sync(config.accounts[0]).line.session() as session,
        ):
            assert session is await early.session()
            assert session.selected is not None  # what was opened already is open still

    await run(early, start)


async def test_whoever_listens_hears_of_what_came_before(config: Config) -> None:
    """A letter that came back may be among it."""
    early = begun(config)

    async def start() -> None:
        glance = await early.glance(PATIENCE)
        assert glance is not None
        shown = {each.id for each in glance.rows}
        async with open_desk(config, mail=early) as desk:
            await heard(desk, lambda event: isinstance(event, MailboxChanged) and shown <= set(event.arrived))

    await run(early, start)


@asynccontextmanager
async def small(directory: Path, password: str) -> AsyncGenerator[tuple[SmallProvider, Config]]:
    """A provider that lets alice in with “sesame”, and her configuration; each use of her password leaves a line."""
    provider, authority = SmallProvider(accounts={"alice": "sesame"}), Authority(directory)
    account = Account(
        name="home",
        address=Address("alice", "own.example"),
        user="alice",
        password_command=f"echo once >> {directory}/runs; echo {password}",
        imap=Server(host=READING, port=993),
    )
    async with running(provider, authority.context(READING), authority.context(SENDING)):
        yield (
            provider,
            replace(
                provider.config(directory, authority.file),
                accounts=(account,),
                store=Store(key=KeySource.COMMAND, key_command=f"printf {1:064d}"),
            ),
        )


async def test_a_password_that_was_refused_is_not_tried_again(tmp_path: Path) -> None:
    async with small(tmp_path, "wrong") as (provider, config):
        early = begun(config)

        async def start() -> None:
            assert await early.glance(PATIENCE) is None
            async with open_desk(config, mail=early) as desk:
                await heard(desk, lambda event: isinstance(event, CredentialsRejected))

        await run(early, start)
        assert provider.tried == [("imap", "alice", "wrong")]


async def test_the_password_is_asked_for_once(tmp_path: Path) -> None:
    async with small(tmp_path, "sesame") as (_, config):
        early = begun(config)

        async def start() -> str:
            assert await early.glance(PATIENCE) is not None
            async with open_desk(config, worker=False, mail=early) as desk:
                return await desk.rooms.secrets.password(config.accounts[0])

        assert await run(early, start) == "sesame"
        assert (tmp_path / "runs").read_text() == "once\n"


async def test_nobody_waits_for_a_server_that_says_nothing(config: Config) -> None:
    """Not the screens, and not whoever leaves them."""
    async with serve(_says_nothing) as port:
        rules = config.network.connect_to
        here = tuple(replace(rule, to_port=port) if rule.port == 993 else rule for rule in rules)
        early = begun(replace(config, network=replace(config.network, connect_to=here)))
        assert await run(early, lambda: early.glance(0.0)) is None


async def _says_nothing(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


def test_only_a_command_is_asked_for_a_password(config: Config) -> None:
    """A keyring and a person may be asked once, by the desk, which says what it waits for."""
    (account,) = config.accounts
    oauth = OAuth(name="own", client_id="us")
    for other in (
        replace(account, password_command=""),
        replace(account, oauth=oauth),
        replace(account, imap=None),
    ):
        assert asked_first(replace(config, accounts=(other,))) is None
    assert asked_first(replace(config, accounts=())) is None


@pytest.mark.parametrize("content", [b"", b"anything"])
def test_where_there_is_a_store_nothing_is_asked(config: Config, content: bytes) -> None:
    config.state.mkdir()
    (config.state / "mail.db").write_bytes(content)
    assert asked_first(config) is None
