"""Taking a letter back: offered with a countdown wherever one is, but never while somebody types."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.widgets import Input

from linksec_tui.model.events import DraftsChanged, OutboxChanged
from linksec_tui.model.letter import Kind, OutboxItem, OutboxState
from linksec_tui.tui import taking_back
from linksec_tui.tui.screens.ask_when import AskWhen
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.outbox import OutboxScreen, when_words
from tests.tui.conftest import Shown, Stage, TableDesk, Until
from tests.tui.table_facts import NOON

GOING = OutboxItem(
    id="item-1", letter="letter-1", kind=Kind.LETTER, account="home", state=OutboxState.WAITING,
    recipients=("bob@bank.example",), subject="Lunch", created_at=NOON, not_before=NOON + timedelta(seconds=5),
    next_attempt_at=NOON + timedelta(seconds=5),
)  # fmt: skip
CHANGED = OutboxChanged(item="item-1", state="waiting")


async def test_a_letter_sent_a_moment_ago_is_taken_back_by_one_key(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        table.posted.grace = GOING
        table.posted.back = replace(table.new_draft(), subject="Lunch")
        await table.queue.put(CHANGED)
        await until(pilot, lambda: "it goes in 5 s" in shown(stage))
        await pilot.press("u")
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen))
        assert table.posted.done == [("undo", "letter-1")]
        assert "goes in" not in shown(stage)


async def test_the_key_stays_a_letter_for_whoever_is_typing(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        table.posted.grace = GOING
        await table.queue.put(CHANGED)
        await until(pilot, lambda: "it goes in 5 s" in shown(stage))
        await pilot.press("c")
        await until(pilot, lambda: isinstance(stage.focused, Input))
        await pilot.press("u")
        assert table.posted.done == []


async def test_a_tick_while_the_client_closes_is_no_fault(
    stage: Stage, table: TableDesk, until: Until, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def closing_slowly() -> AsyncGenerator[TableDesk]:
        yield table
        await asyncio.sleep(20 * taking_back.TICK)  # what is tried out is time itself

    monkeypatch.setattr(taking_back, "TICK", 0.01)
    monkeypatch.setattr(stage, "opening", closing_slowly)
    async with stage.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        table.posted.grace = GOING
        await table.queue.put(CHANGED)
        await until(pilot, lambda: "it goes in 5 s" in shown(stage))
    assert stage.crashed is None


async def test_two_machines_that_wrote_at_once_are_told_of(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        await table.queue.put(DraftsChanged(account="home", elsewhere=True, conflict=True))
        await until(pilot, lambda: "both are kept" in shown(stage))


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (replace(GOING, not_before=None, next_attempt_at=NOON + timedelta(minutes=5)), "tried again today 12:05"),
        (replace(GOING, not_before=NOON + timedelta(days=1), next_attempt_at=NOON + timedelta(days=1)), "goes "),
        (replace(GOING, state=OutboxState.HELD), ""),
    ],
)
def test_the_outbox_says_when(item: OutboxItem, words: str) -> None:
    assert "".join(when_words(item, NOON)).startswith(words)


async def test_a_letter_is_put_off_by_words_and_known_to_have_gone_out(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        table.items = [GOING]
        await pilot.press("o")
        await until(pilot, lambda: isinstance(stage.screen, OutboxScreen) and "Lunch" in shown(stage))
        await pilot.press("l")
        await until(pilot, lambda: isinstance(stage.screen, AskWhen) and stage.focused is not None)
        await pilot.press(*"mon", "space", "9", "enter")
        await until(pilot, lambda: table.posted.done == [("mon 9", "item-1")])
        table.items = [replace(GOING, state=OutboxState.MAYBE_SENT)]
        await table.queue.put(CHANGED)
        await until(pilot, lambda: "may have gone out" in shown(stage))
        await pilot.press("w", "y")
        await until(pilot, lambda: ("went out", "item-1") in table.posted.done)
