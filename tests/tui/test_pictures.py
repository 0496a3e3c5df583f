"""Pictures of a message on the screen: in coloured cells, or as pixels where the terminal said that it can."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from linksec_tui.model.picture import Drawing
from linksec_tui.model.reading import Part, PartKind
from linksec_tui.tui.graphics import Graphics, calls_itself_kitty, graphics_said, without_answers
from linksec_tui.tui.guard import harmless
from linksec_tui.tui.pixels import NUMBERS, PIECE, kitty_picture, kitty_row, sixel_picture
from linksec_tui.tui.screens.picture import PictureScreen

if TYPE_CHECKING:
    from conftest import Pilot, Stage, TableDesk, Until

    from linksec_tui.tui.front import Leave

PHOTO = Part(number="2", media_type="image/jpeg", name="photo.jpg", size=9, kind=PartKind.PICTURE)

ANSWERS = {
    "an xterm with Sixel": ("\x1b[?64;1;2;4;22c\x1b[6;20;10t", Drawing.SIXEL),
    "an xterm without": ("\x1b[?64;1;2;22c\x1b[6;20;10t", Drawing.BLOCKS),
    "a VT420, whose first number is no ability": ("\x1b[?4;1c\x1b[6;20;10t", Drawing.BLOCKS),
    "a Kitty": ("\x1b_Gi=31;OK\x1b\\\x1b[?62;52;c\x1b[6;20;10t", Drawing.KITTY),
    "one that knows the language and refuses": (
        "\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\\x1b[?62c\x1b[6;20;10t",
        Drawing.BLOCKS,
    ),
    "one whose cells nobody knows": ("\x1b[?62;4c\x1b[6;0;0t", Drawing.BLOCKS),
    "one that says nothing": ("", Drawing.BLOCKS),
    "somebody who types": ("jjq4c", Drawing.BLOCKS),
}


@pytest.mark.parametrize("who", ANSWERS)
def test_what_a_terminal_can_is_what_it_says(who: str) -> None:
    said, drawing = ANSWERS[who]
    assert graphics_said(said).drawing is drawing


def test_what_was_typed_meanwhile_is_kept() -> None:
    assert without_answers("j\x1b[?64;4c\x1b[Ak\x1b_Gi=31;OK\x1b\\\x1b[6;20;10tq") == "j\x1b[Akq"


def test_within_a_multiplexer_nobody_is_asked_as_a_kitty() -> None:
    assert calls_itself_kitty({"KITTY_WINDOW_ID": "1", "TERM": "xterm-kitty"})
    assert calls_itself_kitty({"TERM": "xterm-ghostty"})
    assert not calls_itself_kitty({"KITTY_WINDOW_ID": "1", "TMUX": "/tmp/x", "TERM": "tmux-256color"})
    assert not calls_itself_kitty({"TERM": "xterm-256color"})


def test_a_picture_for_kitty_comes_in_pieces_that_it_takes() -> None:
    png = bytes(range(256)) * 40
    written = kitty_picture(7, png, 30, 10)
    pieces = re.findall(r"\x1b_G([^;\x1b]*);([^\x1b]*)\x1b\\", written)
    assert "".join(f"\x1b_G{keys};{letters}\x1b\\" for keys, letters in pieces) == written
    assert all(len(letters) <= PIECE for _, letters in pieces)
    assert b64decode("".join(letters for _, letters in pieces)) == png
    assert [re.search(r"m=(\d)", keys)[1] for keys, _ in pieces] == ["1"] * (len(pieces) - 1) + ["0"]  # type: ignore[index]
    assert {"a=T", "U=1", "i=7", "c=30", "r=10", "q=2"} <= set(pieces[0][0].split(","))


def test_placeholders_are_letters_of_one_cell_that_the_guard_lets_pass() -> None:
    assert len(set(NUMBERS)) == 297
    assert (NUMBERS[0], NUMBERS[1], NUMBERS[-1]) == ("\u0305", "\u030d", "\U0001d244")
    assert cell_len(kitty_row(296, 297)) == 297
    assert harmless(kitty_row(3, 40)) == kitty_row(3, 40)


def test_a_sixel_is_drawn_where_it_belongs_and_the_cursor_goes_back() -> None:
    assert sixel_picture(b"#0;2;100;0;0~", 4, 2) == "\x1b7\x1b[3;5H\x1bP0;1;0q#0;2;100;0;0~\x1b\\\x1b8"


async def seen(stage: Stage, pilot: Pilot[Leave], until: Until) -> PictureScreen:
    await until(pilot, lambda: stage.standing.opened)
    screen = PictureScreen("photo.png", partial(stage.table.enclosures.picture, 1, PHOTO))
    await stage.push_screen(screen)
    return screen


async def test_a_picture_is_drawn_in_half_blocks(table: TableDesk, stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await seen(stage, pilot, until)
        await until(pilot, lambda: "first frame" in str(screen.note.content))
        (cells,) = [
            each for y in range(screen.view.size.height) for each in screen.view.render_line(y) if "▀" in each.text
        ]
        assert cells.text == "▀▀"
        assert cells.style is not None
        assert cells.style.color is not None
        assert cells.style.bgcolor is not None
        assert (cells.style.color.name, cells.style.bgcolor.name) == ("#ff0000", "#0000ff")
        assert "GIF, 400 × 300" in str(screen.title_line.content)


async def test_a_picture_is_fitted_again_when_its_room_changes(table: TableDesk, stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await seen(stage, pilot, until)
        await until(pilot, lambda: ("picture", "2", 80, 20) in table.done)
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: ("picture", "2", 120, 36) in table.done)
        await pilot.press("q")
        await until(pilot, lambda: not isinstance(stage.screen, PictureScreen))


async def test_a_picture_that_is_refused_leaves_a_sentence(table: TableDesk, stage: Stage, until: Until) -> None:
    table.enclosures.picture_problem = "The picture is broken, and nothing of it can be shown."
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await seen(stage, pilot, until)
        await until(pilot, lambda: "nothing of it can be shown" in str(screen.note.content))


async def test_where_letters_are_ascii_a_cell_is_one_colour(table: TableDesk, stage: Stage, until: Until) -> None:
    stage.graphics = Graphics(drawing=Drawing.BLANKS, cell_height=1)
    table.enclosures.seen = replace(table.enclosures.seen, down=1, octets=bytes((255, 0, 0)) * 2)
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await seen(stage, pilot, until)
        await until(pilot, lambda: "first frame" in str(screen.note.content))
        colours = {
            each.style.bgcolor.name
            for y in range(screen.view.size.height)
            for each in screen.view.render_line(y)
            if each.style and each.style.bgcolor
        }
        assert "#ff0000" in colours
