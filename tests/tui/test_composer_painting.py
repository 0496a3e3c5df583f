"""What is laid out and drawn anew while a letter is written to many, and what is not; counted, never timed.

A screen that was opened a moment ago may still paint by itself: each thing is done several times, and the least counts.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

import pytest

from linksec_tui.model.address import Address, Field, Recipient
from linksec_tui.model.assessment import Assurance
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.widgets.chips import ChipLines
from linksec_tui.tui.widgets.letter_body import LetterBody

if TYPE_CHECKING:
    from conftest import Judge, Pilot, Shown, Stage, Until
    from rich.text import Text
    from textual.signal import Signal
    from textual.strip import Strip

    from linksec_tui.model.letter import Draft
    from linksec_tui.tui.front import Leave

TEXT = "A line of a letter that goes to many, and is longer than the screen is wide, in any of its sizes.\n" * 300
MANY = [Recipient(address=Address("a", f"domain{number}.example")) for number in range(60)]


@dataclass
class Work:
    """How often."""

    layouts: int = 0
    texts: int = 0
    chip_lines: int = 0


@contextmanager
def counted(screen: ComposeScreen, monkeypatch: pytest.MonkeyPatch) -> Generator[Work]:
    """From here on: layouts of the screen, lines of the text and lines of chips that are drawn."""
    work = Work()
    text, chips = LetterBody.get_line, ChipLines.render_line

    def of_text(body: LetterBody, line_index: int) -> Text:
        work.texts += 1
        return text(body, line_index)

    def of_chips(lines: ChipLines, y: int) -> Strip:
        work.chip_lines += 1
        return chips(lines, y)

    def of_screen(_: object) -> None:
        work.layouts += 1

    with monkeypatch.context() as patched:
        patched.setattr(LetterBody, "get_line", of_text)
        patched.setattr(ChipLines, "render_line", of_chips)
        laid_out = cast("Signal[object]", screen.screen_layout_refresh_signal)
        laid_out.subscribe(screen.form, of_screen, immediate=True)
        yield work
        laid_out.unsubscribe(screen.form)


async def composing(stage: Stage, pilot: Pilot[Leave], until: Until, draft: Draft) -> ComposeScreen:
    """With all badges drawn, and a cursor that stands still: one that blinks draws its line."""
    await until(pilot, lambda: stage.open_desk_or_none is not None)
    screen = ComposeScreen(draft)
    await stage.push_screen(screen)
    wanted = {each.address.domain for each in draft.recipients}
    await until(pilot, lambda: {each for each, known in screen.assessing.known.items() if known.complete} == wanted)
    await until(pilot, lambda: not list(stage.workers) and stage.focused is screen.body)
    screen.body.cursor_blink = False
    screen.show_known()  # else a change of the last second may still wait for its turn
    await pilot.pause()
    return screen


def is_verifiable(stage: Stage, shown: Shown, domain: str) -> bool:
    return f"◑ Verifiable  a@{domain}" in shown(stage)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_a_badge_that_arrives_touches_its_own_line_and_neither_layout_nor_text(
    stage: Stage, until: Until, shown: Shown, judge: Judge, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with stage.run_test(size=size) as pilot:
        draft = replace(stage.table.new_draft(), recipients=tuple(MANY), body=TEXT)
        screen = await composing(stage, pilot, until, draft)
        done: list[tuple[int, int, int]] = []
        for recipient in MANY[2:8:2]:  # a line each, and none of them is pointed at
            domain = recipient.address.domain
            with counted(screen, monkeypatch) as work:
                screen.assessing.known[domain] = judge(domain, Assurance.VERIFIABLE)
                screen.show_known()
                await until(pilot, partial(is_verifiable, stage, shown, domain))
            done.append((work.layouts, work.texts, work.chip_lines))
        assert min(done) == (0, 0, 1)


async def test_a_text_is_broken_into_lines_for_the_widths_it_is_shown_in_and_for_no_badge(
    stage: Stage, until: Until
) -> None:
    async with stage.run_test(size=(160, 50)) as pilot:
        draft = replace(stage.table.new_draft(), recipients=tuple(MANY), body=TEXT)
        screen = await composing(stage, pilot, until, draft)
        assert screen.body.wrapped.wraps <= 3  # at first, beside the path, and beside its scrollbar: not sixty times


async def test_keys_in_the_head_lay_nothing_out_and_draw_no_chip(
    stage: Stage, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.run_test(size=(160, 50)) as pilot:
        draft = replace(stage.table.new_draft(), recipients=tuple(MANY), body=TEXT)
        screen = await composing(stage, pilot, until, draft)
        for line in (screen.form.fields[Field.TO].line, screen.form.subject):
            line.focus()
            done: list[tuple[int, int, int]] = []
            for typed in ("z", "zz", "zzz", "zzzz"):
                with counted(screen, monkeypatch) as work:
                    await pilot.press("z")
                    await until(pilot, lambda: not list(stage.workers))
                assert line.value == typed
                done.append((work.layouts, work.texts, work.chip_lines))
            assert min(done) == (0, 0, 0)


async def test_other_words_are_laid_out_anew_only_where_they_take_more_lines(
    stage: Stage, until: Until, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.run_test(size=(160, 50)) as pilot:
        draft = replace(stage.table.new_draft(), recipients=tuple(MANY[:2]))
        screen = await composing(stage, pilot, until, draft)
        with counted(screen, monkeypatch) as work:
            screen.form.show_notes(["One.", "Two.", "Three."])
            await until(pilot, lambda: "Three." in shown(stage))
        assert work.layouts > 0
        done: list[int] = []
        for word in ("Four.", "Five.", "Six."):
            with counted(screen, monkeypatch) as work:
                screen.form.show_notes(["One.", "Two.", word])
                await until(pilot, partial(is_told, stage, shown, word))
            done.append(work.layouts)
        assert min(done) == 0


def is_told(stage: Stage, shown: Shown, word: str) -> bool:
    return word in shown(stage)
