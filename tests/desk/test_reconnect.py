"""The client is back by itself, the queue intact: after it was stopped, and after its provider could not be reached."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from linksec_tui import config_file
from linksec_tui.config import Config, ConnectTo
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.events import ConnectionChanged, Link
from linksec_tui.model.letter import OutboxState
from linksec_tui.outgoing.outbox import BACK_OFF
from linksec_tui.world import World
from tests import headless
from tests.cable import Cable
from tests.desk.letters import letter, send, until

CAROL = "carol@university.example"
HOSTS = ("imap.home.example:993", "smtp.home.example:465")


@pytest.fixture
def word() -> str:
    return f"glockenspiel{uuid4().hex[:8]}"


@pytest.fixture
def own(world: World, tmp_path: Path) -> Config:
    """As `config`, in a file that another process can read."""
    file = tmp_path / "config.toml"
    file.write_text(re.sub(r'(?m)^state = ".*"$', f'state = "{tmp_path}/state"', world.config_path.read_text()))
    return config_file.load(file)


async def stopped_for(seconds: float, config: Config, world: World, word: str) -> None:
    """SIGSTOP, and meanwhile a letter is put into the outbox; then SIGCONT: it goes out, arrives, and is heard of."""
    with headless.running(config.path or Path()) as client:
        await asyncio.to_thread(client.says, "link online")
        client.signal(signal.SIGSTOP)
        async with open_desk(config, worker=False) as desk:
            await send(desk, letter(desk, word, world.address))
        await asyncio.sleep(seconds)  # what is tried out is time itself
        client.signal(signal.SIGCONT)
        await asyncio.to_thread(client.says, f"outbox submitted {word}", f"arrived {word}")
    assert sum(word.encode() in raw for raw in world.inbox(world.address, "INBOX")) == 1


async def test_a_client_that_was_stopped_for_a_moment_goes_on(world: World, own: Config, word: str) -> None:
    await stopped_for(2.0, own, world, word)


@pytest.mark.soak
async def test_a_client_that_was_stopped_for_a_minute_goes_on(world: World, own: Config, word: str) -> None:
    await stopped_for(60.0, own, world, word)


@asynccontextmanager
async def on_cables(world: World, config: Config) -> AsyncGenerator[tuple[Config, dict[str, Cable]]]:
    """The configuration with a cable to each server of the provider."""
    cables: dict[str, Cable] = {}
    rules: list[ConnectTo] = []
    for where in HOSTS:
        host, _, port = where.partition(":")
        cables[where] = cable = Cable(world.port(host, int(port)))
        await cable.lay()
        rules.append(ConnectTo(host=host, port=int(port), address="127.0.0.1", to_port=cable.port))
    network = replace(config.network, connect_to=(*rules, *config.network.connect_to))
    try:
        yield replace(config, network=network), cables
    finally:
        for cable in cables.values():
            await cable.remove()


async def link(desk: Desk, wanted: Link) -> ConnectionChanged:
    """The connection as soon as it is so."""
    events = desk.events()
    waiting = asyncio.ensure_future(anext(events))
    try:
        await asyncio.sleep(0)  # listening before looking: nothing is missed in between
        while (now := desk.connection("home")) is None or now.link is not wanted:
            await waiting
            waiting = asyncio.ensure_future(anext(events))
        return now
    finally:
        waiting.cancel()
        await asyncio.wait([waiting])


async def test_what_could_not_be_handed_over_goes_as_soon_as_the_provider_is_back(
    world: World, config: Config, word: str
) -> None:
    async with on_cables(world, config) as (wired, cables), open_desk(wired) as desk:
        await link(desk, Link.ONLINE)
        draft = letter(desk, word, CAROL)
        gate = await desk.gate(draft)
        decision = await desk.decide(draft, {}, gate)
        for cable in cables.values():
            cable.cut()
        down = await link(desk, Link.OFFLINE)
        assert down.detail
        await desk.send(draft, decision)
        (item,) = await until(
            desk, lambda items: any(item.attempts and item.state is OutboxState.WAITING for item in items)
        )
        assert item.next_attempt_at is not None  # in a minute: nobody waits for that here
        for cable in cables.values():
            cable.mend()
        await desk.refresh()
        (item,) = await until(desk, lambda items: all(item.state is OutboxState.SETTLED for item in items))
        assert item.attempts == 2
    assert await asyncio.to_thread(world.settled, 120)
    assert sum(word.encode() in raw for raw in world.inbox(CAROL, "INBOX")) == 1


async def test_a_provider_whose_mailboxes_are_back_first_is_asked_again_soon(
    world: World, config: Config, word: str
) -> None:
    async with on_cables(world, config) as (wired, cables), open_desk(wired) as desk:
        mailboxes, submission = (cables[where] for where in HOSTS)
        await link(desk, Link.ONLINE)
        for cable in (mailboxes, submission):
            cable.cut()
        await link(desk, Link.OFFLINE)
        await send(desk, letter(desk, word, CAROL))
        await until(desk, lambda items: any(item.attempts == 1 and item.state is OutboxState.WAITING for item in items))
        mailboxes.mend()
        await desk.refresh()
        (item,) = await until(
            desk, lambda items: any(item.attempts > 1 and item.state is OutboxState.WAITING for item in items)
        )
        assert item.next_attempt_at is not None
        assert (
            item.next_attempt_at - desk.rooms.clock() < BACK_OFF[0]
        )  # the second of its ordinary pauses is five minutes
        submission.mend()
        await until(desk, lambda items: all(item.state is OutboxState.SETTLED for item in items))
    assert await asyncio.to_thread(world.settled, 120)
    assert sum(word.encode() in raw for raw in world.inbox(CAROL, "INBOX")) == 1


async def test_what_waits_for_another_reason_does_not_go_early(world: World, config: Config, word: str) -> None:
    patient = replace(config, compose=replace(config.compose, undo_seconds=3000))
    async with on_cables(world, patient) as (wired, cables), open_desk(wired) as desk:
        await link(desk, Link.ONLINE)
        await send(desk, letter(desk, word, CAROL))
        for cable in cables.values():
            cable.cut()
        await link(desk, Link.OFFLINE)
        for cable in cables.values():
            cable.mend()
        await desk.refresh()
        await link(desk, Link.ONLINE)
        (item,) = await desk.outbox()
        assert (item.state, item.attempts) == (OutboxState.WAITING, 0)
