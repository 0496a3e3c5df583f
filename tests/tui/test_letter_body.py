"""The letter's text: what is painted anew when a key is pressed in it, and what is not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from linksec_tui.tui.front import Leave
from linksec_tui.tui.widgets.letter_body import BRACKET_NEAR, LONGEST, LetterBody, broken
from linksec_tui.tui.wrapping import Wrapped

if TYPE_CHECKING:
    from conftest import Until

LONG = "The (quick) brown fox jumps over the [lazy] dog and goes on to the next line, which is ours.\n" * 40


class Watched(LetterBody):
    """Tells what it wants to be painted; None is all of it."""

    def __init__(self, text: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        self.wanted: list[Region | None] = []
        super().__init__(text, id=id)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        self.wanted += regions or (None,)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class Editor(App[Leave]):
    """Nothing but a letter's text."""

    CSS = "LetterBody { height: 1fr; border: none; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.body = Watched(text, id="body")

    def compose(self) -> ComposeResult:
        yield self.body


def press_something(body: LetterBody, chance: random.Random) -> None:
    """One of the things that a person does to a text."""
    last = body.document.line_count - 1
    row = min(chance.choice((body.cursor_location[0], chance.randint(0, last))), last)
    place = (row, chance.randint(0, len(body.document[row])))
    match chance.randrange(9):
        case 0 | 1 | 2:
            body.insert(chance.choice(("x", "word ", "(", ")", "\n", "two\nlines", "w" * 50)))
        case 3:
            body.action_delete_left()
        case 4:
            body.move_cursor(place)
        case 5:
            body.move_cursor(place, select=True)
        case 6:
            body.delete(place, body.cursor_location)
        case 7:
            body.undo()
        case _:
            body.redo()


def rows(body: LetterBody) -> Iterator[tuple[int, list[object]]]:
    lines = body.render_lines(Region(0, 0, body.size.width, body.size.height))
    return ((at, list(line)) for at, line in enumerate(lines))


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_kept_of_a_painting_is_what_would_be_painted_anew(seed: int) -> None:
    chance = random.Random(seed)
    app = Editor(LONG if seed % 2 else "a few words")
    async with app.run_test(size=(40, 12)) as pilot:
        for _ in range(60):
            press_something(app.body, chance)
            await pilot.pause()
            kept = list(rows(app.body))
            app.body.notify_style_update()  # forgets what it has drawn
            app.body.refresh()
            assert kept == list(rows(app.body))


async def test_another_width_is_painted_with_the_text_broken_for_it() -> None:
    app = Editor("as many words as take two lines in either width\n" * 5)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        for width in (34, 40):
            await pilot.resize_terminal(width, 12)
            await pilot.pause()
            kept = list(rows(app.body))
            app.body.notify_style_update()  # forgets what it has drawn
            app.body.refresh()
            assert kept == list(rows(app.body))


async def test_a_key_paints_the_line_that_it_is_typed_into_and_no_other(until: Until) -> None:
    app = Editor(LONG)
    async with app.run_test(size=(40, 12)) as pilot:
        await until(pilot, lambda: app.body.wrapped.wraps > 0)
        rows_of_line = range(app.body.wrapped.rows_of(0)[1] + 1)
        app.body.wanted.clear()
        app.body.insert("x")
        painted = [each for each in app.body.wanted if each is not None]
        assert painted == app.body.wanted
        assert {row for each in painted for row in each.line_range} == set(rows_of_line)


async def test_a_text_is_broken_into_lines_once_when_it_is_opened(until: Until) -> None:
    app = Editor(LONG)
    async with app.run_test(size=(40, 12)) as pilot:
        await until(pilot, lambda: app.body.show_vertical_scrollbar and app.body.wrapped.wraps > 0)
        assert app.body.wrapped.wraps == 1


def test_a_brackets_partner_is_looked_for_nearby() -> None:
    """Where there is none at all, a megabyte would be gone through with each move of the cursor."""
    body = LetterBody("(" + "x\n" * BRACKET_NEAR + ")", id="body")
    assert body.find_matching_bracket("(", (0, 0)) is None
    assert LetterBody("(\n)", id="body").find_matching_bracket("(", (0, 0)) == (1, 0)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_only_lines_without_end_are_broken(end: str) -> None:
    ordinary = end.join(["some words"] * LONGEST)
    assert broken(ordinary).splitlines() == ordinary.splitlines()
    assert [len(line) <= LONGEST for line in broken(ordinary + end + "word " * LONGEST).splitlines()].count(False) == 0


@pytest.mark.parametrize("seed", range(8))
async def test_undoing_several_replacements_at_once_leaves_the_text_broken_into_lines_as_ever(seed: int) -> None:
    chance = random.Random(seed)
    async with Editor("one\ntwo\nthree\nfour\nfive").run_test(size=(20, 12)) as pilot:
        body = pilot.app.query_one(LetterBody)
        for _ in range(30):
            for _ in range(chance.randint(1, 4)):
                begin, end = (chance.randrange(body.document.line_count) for _ in range(2))
                first, last = min(begin, end), max(begin, end)
                words = "\n".join("a word or two in a row " * chance.randint(0, 2) for _ in range(chance.randint(1, 4)))
                body.replace(words, (first, 0), (last, len(body.document[last])))
            for _ in range(chance.randint(0, 2)):
                body.undo()
            body.redo()
            anew = Wrapped(body.document, tab_width=body.indent_width)
            anew.wrap(body.wrap_width)
            assert body.wrapped.lines == anew.lines
