"""Drafts at a real IMAP server: filed soon, replaced and not piled up, continued on another machine, lost by nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.desk.draft_sync import DraftSync
from linksec_tui.model.events import DraftsChanged
from linksec_tui.model.letter import Draft
from linksec_tui.world import World
from tests.desk.letters import letter, send

CAROL = "carol@university.example"


@pytest.fixture
def word() -> str:
    return f"marimba{uuid4().hex[:8]}"


@asynccontextmanager
async def machine(config: Config, state: Path) -> AsyncGenerator[tuple[Desk, DraftSync]]:
    """A desk whose drafts are synchronised when the test says so."""
    async with open_desk(replace(config, state=state), worker=False) as desk:
        await desk.correspondence.sync(config.accounts[0]).once()
        minutes, began = count(), desk.now()
        rooms = replace(desk.rooms, clock=lambda: began + timedelta(minutes=next(minutes)))  # nobody types meanwhile
        sync = DraftSync(rooms=rooms, correspondence=desk.correspondence, account=config.accounts[0])
        yield desk, sync


async def file(desk: Desk, sync: DraftSync, draft: Draft) -> None:
    await desk.save_draft(draft)
    await sync.once()
    await sync.once()


def on_server(world: World, word: str) -> list[str]:
    found = [message_from_bytes(raw) for raw in world.inbox(world.address, "Drafts")]
    return [str(each["Message-ID"]) for each in found if each["Subject"] == word]


def bodies(found: tuple[Draft, ...], word: str) -> list[str]:
    return sorted(draft.body for draft in found if draft.subject == word)


async def test_a_letter_begun_on_one_machine_is_continued_on_another(
    world: World, config: Config, tmp_path: Path, word: str
) -> None:
    async with machine(config, tmp_path / "one") as (one, filing), machine(config, tmp_path / "two") as (two, looking):
        draft = replace(letter(one, word, CAROL), body="begun")
        await file(one, filing, draft)
        assert len(on_server(world, word)) == 1
        await looking.once()
        [found] = [each for each in await two.drafts() if each.subject == word]
        assert (found.body, found.recipients) == ("begun", draft.recipients)
        await file(two, looking, replace(found, body="begun, continued"))
        assert len(on_server(world, word)) == 1, "replaced, not piled up"
        await filing.once()
        assert bodies(await one.drafts(), word) == ["begun, continued"]
        await two.discard_draft(found.id)
        await looking.once()
        assert on_server(world, word) == []
        await filing.once()
        assert bodies(await one.drafts(), word) == []


async def test_two_machines_at_once_lose_no_word_and_each_shows_both(
    world: World, config: Config, tmp_path: Path, word: str
) -> None:
    async with machine(config, tmp_path / "one") as (one, first), machine(config, tmp_path / "two") as (two, second):
        draft = replace(letter(one, word, CAROL), body="begun")
        await file(one, first, draft)
        await second.once()
        [found] = [each for each in await two.drafts() if each.subject == word]
        await file(two, second, replace(found, body="begun, two"))
        events = one.events()
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        await file(one, first, replace(draft, body="begun, one"))
        told = await waiting
        while not (isinstance(told, DraftsChanged) and told.conflict):
            told = await anext(events)
        assert bodies(await one.drafts(), word) == ["begun, one", "begun, two"]
        await first.once()
        await first.once()
        await second.once()
        assert bodies(await two.drafts(), word) == ["begun, one", "begun, two"]
        assert len(on_server(world, word)) == 2


async def test_a_sent_letter_leaves_no_draft_on_the_server(
    world: World, config: Config, tmp_path: Path, word: str
) -> None:
    async with machine(config, tmp_path / "one") as (one, filing):
        draft = letter(one, word, CAROL)
        await file(one, filing, draft)
        [item] = await send(one, draft)
        await filing.once()
        assert on_server(world, word) == []
        await one.cancel(item.id)
        assert bodies(await one.drafts(), word) == [draft.body]
        await filing.once()
        assert bodies(await one.drafts(), word) == [draft.body], "taken back, it is not taken for thrown away"


async def test_the_worker_files_what_is_typed_by_itself(world: World, config: Config, word: str) -> None:
    async with open_desk(config) as desk:
        events, draft = desk.events(), letter(desk, word, CAROL)
        listening = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        await desk.save_draft(draft)
        await listening
        async for event in events:  # the test's time limit ends a wait in vain
            if isinstance(event, DraftsChanged) and event.filed == draft.id:
                break
        assert len(await asyncio.to_thread(on_server, world, word)) == 1
