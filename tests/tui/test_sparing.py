"""The painter that draws only what changed shows the same as Textual's, which draws everything."""

from __future__ import annotations

import random
from typing import ClassVar

import pytest
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.geometry import Region
from textual.screen import Screen
from textual.widgets import Static

from linksec_tui.tui.sparing import MANY, Sparing

WIDTH, HEIGHT = 60, 20
WORDS = "words and 漢字 " * 40


class Counted(Static):
    """Tells how often it was drawn."""

    drawn = 0

    def render_lines(self, crop: Region) -> list[object]:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.drawn += 1
        return list(super().render_lines(crop))


class Pile(Screen[None]):
    """Widgets beside, within and above one another, some of them cut off."""

    LAYERS: ClassVar[list[str]] = ["default", "above"]
    CSS = """
    Pile { layers: default above; }
    #left { width: 20; border: round red; padding: 1; }
    #right { width: 1fr; }
    #above { layer: above; offset: 13 5; width: 24; height: 6; border: heavy green; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._compositor = self.sparing = Sparing()

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Counted(WORDS, id="left")
            with VerticalScroll(id="right"):
                for _ in range(5):
                    yield Counted(WORDS)
        yield Counted(WORDS, id="above")


def somewhere(chance: random.Random) -> Region:
    x, y = chance.randrange(WIDTH), chance.randrange(HEIGHT)
    size = chance.randint(1, WIDTH), chance.choice((1, 1, 2, 9))
    return Region(x, y, *size).intersection(Region(0, 0, WIDTH, HEIGHT))


@pytest.mark.parametrize("count", [1, 2, 5, MANY, MANY + 1])
async def test_what_is_shown_is_what_textual_shows(count: int) -> None:
    chance = random.Random(count)
    async with App[None]().run_test(size=(WIDTH, HEIGHT)) as pilot:
        pile = Pile()
        await pilot.app.push_screen(pile)
        await pilot.pause()
        pile.query_one("#right").scroll_to(y=7, animate=False, immediate=True)
        await pilot.pause()
        for _ in range(40):
            changed = {somewhere(chance) for _ in range(count)}
            pile.sparing._dirty_regions = set(changed)  # pyright: ignore[reportPrivateUsage]  # Textual's
            ours = pile.sparing.render_partial_update()
            pile.sparing._dirty_regions = set(changed)  # pyright: ignore[reportPrivateUsage]  # Textual's
            theirs = Compositor.render_partial_update(pile.sparing)
            assert (ours is None) == (theirs is None)
            if ours is not None and theirs is not None:
                assert ours.render_segments(pilot.app.console) == theirs.render_segments(pilot.app.console)


async def test_a_change_in_one_widget_draws_no_other() -> None:
    async with App[None]().run_test(size=(WIDTH, HEIGHT)) as pilot:
        pile = Pile()
        await pilot.app.push_screen(pile)
        await pilot.pause()
        left, *others = pile.query(Counted)
        before = [each.drawn for each in others], left.drawn
        pile.sparing._dirty_regions = {Region(2, 15, 5, 1)}  # pyright: ignore[reportPrivateUsage]  # Textual's
        pile.sparing.render_partial_update()
        assert left.drawn > before[1]
        assert [each.drawn for each in others] == before[0]
