"""A letter of many megabytes: how far it is is told, and nothing else waits for it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.formats.mime import parse_message
from linksec_tui.model.errors import BadInput
from linksec_tui.model.events import OutboxChanged
from linksec_tui.model.letter import Attachment
from linksec_tui.world import Faults, World
from tests.desk.letters import all_over, letter, send, until

ALICE = "alice@home.example"
OCTETS = 3_000_000


CONTENT = random.Random(1).randbytes(OCTETS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.bin"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture(autouse=True)
def roomy(world: World) -> Iterator[None]:
    world.misbehave(Faults(size=64 << 20))
    yield
    world.misbehave(Faults())


async def test_how_much_of_it_is_through_is_told_and_every_octet_arrives(
    world: World, config: Config, file: Path
) -> None:
    async with open_desk(config) as desk:
        told: list[int] = []
        listening = asyncio.create_task(_listen(desk, told))
        draft = replace(letter(desk, "harpsichord", ALICE), attachments=(Attachment(name="h.bin", path=file),))
        await send(desk, draft)
        await until(desk, all_over)
        listening.cancel()
    assert told == sorted(told)
    assert len(told) > 10
    assert await asyncio.to_thread(world.settled, 120)
    (arrived,) = (raw for raw in world.inbox(ALICE) if message_from_bytes(raw)["Subject"] == "harpsichord")
    (_, part) = parse_message(arrived).children
    assert part.decoded(64 << 20) == CONTENT


async def _listen(desk: Desk, told: list[int]) -> None:
    async for event in desk.events():
        if isinstance(event, OutboxChanged) and event.percent:
            told.append(event.percent)


async def test_a_file_that_went_meanwhile_is_said_and_nothing_is_in_the_outbox(config: Config, file: Path) -> None:
    async with open_desk(config, worker=False) as desk:
        draft = replace(letter(desk, "clavichord", ALICE), attachments=(Attachment(name="h.bin", path=file),))
        decision = await desk.decide(draft, {}, await desk.gate(draft))
        await asyncio.to_thread(file.unlink)
        with pytest.raises(BadInput, match="cannot be read"):
            await desk.send(draft, decision)
        assert await desk.outbox() == ()


async def test_what_becomes_of_the_file_after_sending_does_not_matter(world: World, config: Config, file: Path) -> None:
    async with open_desk(config, worker=False) as desk:
        await send(desk, replace(letter(desk, "spinet", ALICE), attachments=(Attachment(name="h.bin", path=file),)))
    await asyncio.to_thread(file.write_bytes, b"something else")
    await asyncio.to_thread(file.unlink)
    async with open_desk(config) as desk:
        await until(desk, all_over)
    assert await asyncio.to_thread(world.settled, 120)
    (arrived,) = (raw for raw in world.inbox(ALICE) if message_from_bytes(raw)["Subject"] == "spinet")
    (_, part) = parse_message(arrived).children
    assert part.decoded(64 << 20) == CONTENT
