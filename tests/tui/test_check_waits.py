"""The interface never waits: while lookups are pending, what is at hand is painted and keys answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from textual import events

from linksec_tui.model.assessment import Assessment
from linksec_tui.tui.screens.check import CheckScreen
from linksec_tui.tui.screens.compose import ComposeScreen

if TYPE_CHECKING:
    from conftest import Shown, Stage, TableDesk, Until


from tests.tui.check_screen import opened, refreshed


@dataclass
class Slow:
    """Somebody who answers about `slow…` domains when told to, and about others at once, from memory."""

    table: TableDesk
    answer: asyncio.Event = field(default_factory=asyncio.Event)
    pending: set[str] = field(default_factory=set[str])

    async def assess(
        self, domain: str, *, account: str | None = None, fresh: bool = False, probe: bool | None = None
    ) -> AsyncGenerator[Assessment]:
        if domain.startswith("slow"):
            self.pending.add(domain)
            await self.answer.wait()
            self.pending.discard(domain)
        yield replace(self.table.truth.get(domain) or self.table.truth["club.example"], domain=domain, from_cache=True)

    async def assess_many(
        self, domains: Iterable[str], *, account: str | None = None, fresh: bool = False, probe: bool | None = None
    ) -> AsyncGenerator[Assessment]:
        asked = list(domains)
        slow = [domain for domain in asked if domain.startswith("slow")]
        at_hand = [domain for domain in asked if domain not in slow]
        for domain in at_hand:
            async for assessment in self.assess(domain):
                yield assessment
        self.pending.update(slow)
        await self.answer.wait() if slow else None
        for domain in slow:
            self.pending.discard(domain)
            async for assessment in self.assess(domain):
                yield assessment


@pytest.fixture
def slow(table: TableDesk, monkeypatch: pytest.MonkeyPatch) -> Slow:
    behind = Slow(table)
    monkeypatch.setattr(table, "assess", behind.assess)
    monkeypatch.setattr(table, "assess_many", behind.assess_many)
    return behind


FIFTY = [f"a@slow{number}.example" for number in range(50)]


async def test_while_fifty_lookups_are_pending_a_badge_from_memory_is_painted_by_the_next_refresh_of_a_letter(
    stage: Stage, slow: Slow, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: stage.standing.opened)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen) and stage.focused is not None)
        stage.post_message(events.Paste(", ".join(FIFTY) + ","))
        await until(pilot, lambda: len(slow.pending) == 50)
        await pilot.press(*"anna@bank.example", ",")
        await refreshed(stage)
        assert "● Link-secure  anna@bank.example" in shown(stage)
        assert len(slow.pending) == 50


async def test_while_fifty_lookups_are_pending_a_badge_from_memory_is_painted_by_the_next_refresh_of_the_table(
    stage: Stage, slow: Slow, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(120, 80)) as pilot:
        await opened(stage, pilot, until)
        stage.post_message(events.Paste("\n".join([*FIFTY, "anna@bank.example"])))
        await until(pilot, lambda: "bank.example" in stage.roll.known)
        await refreshed(stage)
        await refreshed(stage)  # the first one may have been under way
        assert "● Link-secure         yes" in shown(stage)
        assert len(slow.pending) == 50


async def test_asking_can_be_stopped_and_goes_on_where_it_was(
    stage: Stage, slow: Slow, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(100, 30)) as pilot:
        screen = await opened(stage, pilot, until)
        stage.post_message(events.Paste("\n".join([*FIFTY, "anna@bank.example"])))
        await until(pilot, lambda: len(slow.pending) == 50)
        await pilot.press("p")
        await until(pilot, lambda: "1 of 51 looked up · stopped; p goes on" in shown(stage))
        assert not screen.checking.running
        slow.answer.set()
        await pilot.press("p")
        await until(pilot, lambda: stage.roll.complete == 51)
        await until(pilot, lambda: "51 recipients looked up" in shown(stage))


async def test_leaving_while_lookups_are_pending_leaves_nothing_behind(stage: Stage, slow: Slow, until: Until) -> None:
    async with stage.run_test(size=(100, 30)) as pilot:
        await opened(stage, pilot, until)
        stage.post_message(events.Paste("\n".join(FIFTY)))
        await until(pilot, lambda: len(slow.pending) == 50)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(stage.screen, CheckScreen))
        assert stage.roll.asked == set()
