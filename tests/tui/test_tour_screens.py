"""The tour as people see it: offered, beginning, and its last page; golden at both sizes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linksec_tui.model.assessment import Assurance
from linksec_tui.model.tale import Character
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.setup import SetupScreen
from linksec_tui.tui.screens.tour import TourEnd, TourOffer
from linksec_tui.tui.tour import Tour, TourPlan
from linksec_tui.tui.tour_facts import Heard

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Stage, TableDesk, Until

    from linksec_tui.tui.front import Leave

SCREENS = Path(__file__).parents[1] / "screens"
SIZES = {"80x24": (80, 24), "160x50": (160, 50)}
CAST = (
    Character(address="prof@uni.example", what="a university", truth=Assurance.ENFORCED),
    Character(address="jo@club.example", what="a club", truth=Assurance.ENCRYPTED),
    Character(address="carol@old.example", what="an old server", truth=Assurance.EXPOSED),
)
PLAN = TourPlan(cast=CAST)


async def offered(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await until(pilot, lambda: isinstance(stage.screen, TourOffer) and "Sender" in stage.export_screenshot())


async def begun(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await offered(stage, pilot, until)
    await pilot.press("enter")
    await until(pilot, lambda: stage.tour is not None and stage.tour.scene.where == "mailbox")
    await pilot.press("c")
    await until(pilot, lambda: "Write to prof" in stage.export_screenshot().replace("&#160;", " "))


async def ended(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await offered(stage, pilot, until)
    await pilot.press("escape")
    tour = Tour(stage, stage.tour_plan or PLAN)
    tour.first = tuple(Heard(domain=p.domain, crossed=True, read=p.truth is Assurance.EXPOSED) for p in CAST)
    tour.second = tuple(Heard(domain=p.domain, crossed=not p.protected, read=not p.protected) for p in CAST)
    await stage.push_screen(TourEnd(tour))


def box(screen: str) -> str:
    """Of the offer its own box: what lies behind is another screen's."""
    return "\n".join(line[line.index("█") : 130].rstrip() for line in screen.splitlines() if "█" in line)


def bar(screen: str) -> str:
    """Of a screen the tour's own lines."""
    lines = screen.splitlines()[1:]
    return "\n".join(lines[: next(at for at, line in enumerate(lines) if line.split()[:1] == ["To"])])


def whole(screen: str) -> str:
    return screen


WALKS = {"tour_offer": (offered, box), "tour_bar": (begun, bar), "tour_end": (ended, whole)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("walk", WALKS)
async def test_the_tour_looks_as_it_was_agreed(
    walk: str, size: str, make_stage: type[Stage], table: TableDesk, until: Until, shown: Shown
) -> None:
    stage = make_stage(table)
    stage.tour_plan = PLAN
    file = SCREENS / f"{walk}-{size}.txt"
    async with stage.run_test(size=SIZES[size]) as pilot:
        walked, part = WALKS[walk]
        await walked(stage, pilot, until)
        if os.environ.get("REWRITE_SCREENS"):
            for _ in range(20):
                await pilot.pause()
            file.write_text(part(shown(stage)) + "\n", "utf-8")
        agreed = file.read_text("utf-8").removesuffix("\n")
        await until(pilot, lambda: part(shown(stage)) == agreed)


async def test_what_lies_behind_an_offer_is_shown_also_before_the_offer_is_painted_anew(
    make_stage: type[Stage], table: TableDesk, until: Until, shown: Shown
) -> None:
    stage = make_stage(table)
    stage.tour_plan = PLAN
    async with stage.run_test() as pilot:
        await offered(stage, pilot, until)
        before = shown(stage)
        stage.screen.refresh()
        assert shown(stage) == before
        assert "Sender" in before


async def test_the_tour_may_look_once_more_while_its_screens_go(
    make_stage: type[Stage], table: TableDesk, until: Until
) -> None:
    stage = make_stage(table)
    stage.tour_plan = PLAN

    async def late(tour: Tour) -> bool:
        while stage.screen_stack:  # noqa: ASYNC110 - that the last one has gone is told by nothing
            await asyncio.sleep(0)
        is_open = stage.open_desk_or_none is not None
        await tour.look()
        return is_open

    async with stage.run_test() as pilot:
        await begun(stage, pilot, until)
        assert stage.tour is not None
        looking = asyncio.create_task(late(stage.tour))
    assert await looking


async def test_a_browser_is_not_offered_an_account(make_stage: type[Stage], table: TableDesk, until: Until) -> None:
    stage = make_stage(table)
    stage.tour_plan = TourPlan(cast=CAST, accounts=False)
    async with stage.run_test() as pilot:
        await ended(stage, pilot, until)
        await pilot.press("a")
        await pilot.pause()
        assert isinstance(stage.screen, TourEnd)
        await pilot.press("escape", "a")
        await until(pilot, lambda: "tour" not in stage.screen.__class__.__name__.lower())
        stage.add_account()
        await pilot.pause()
        assert not isinstance(stage.screen, SetupScreen)


async def test_escape_ends_the_tour_and_nothing_else(make_stage: type[Stage], table: TableDesk, until: Until) -> None:
    stage = make_stage(table)
    stage.tour_plan = PLAN
    async with stage.run_test() as pilot:
        await begun(stage, pilot, until)
        await pilot.press("escape")
        await until(pilot, lambda: stage.tour is None)
        assert stage.guided is None
        assert isinstance(stage.screen, ComposeScreen)
