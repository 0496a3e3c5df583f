"""Files for a letter: named, pasted, dropped, shown with their size, taken off, and missed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.widgets import Input

from linksec_tui.model.letter import Attachment, Inside
from linksec_tui.tui.file_choice import begun_anew, entries, paths_in
from linksec_tui.tui.screens.ask import AskYes
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.pick_file import PickFile
from linksec_tui.tui.widgets.letter_body import LONGEST, broken

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Stage, Until

    from linksec_tui.tui.front import Leave


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "minutes.txt").write_text("x" * 2048)
    (tmp_path / "with blank.pdf").write_bytes(b"%PDF")
    (tmp_path / ".hidden").write_text("")
    (tmp_path / "Music").mkdir()
    return tmp_path


def test_a_directory_shows_what_begins_with_what_is_typed(place: Path) -> None:
    assert [(each.name, each.size) for each in entries(f"{place}/")] == [
        ("Music", None),
        ("minutes.txt", 2048),
        ("with blank.pdf", 4),
    ]
    assert [each.name for each in entries(f"{place}/m")] == ["Music", "minutes.txt"]
    assert [each.name for each in entries(f"{place}/.")] == [".hidden"]
    assert entries(f"{place}/nowhere/") == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("~/~/notes", "~/notes"),
        ("~/Letters//etc/ho", "/etc/ho"),
        ("~/~", "~"),
        ("~/Letters/", "~/Letters/"),
        ("minutes~", "minutes~"),
        ("", ""),
    ],
)
def test_a_whole_path_typed_behind_another_is_the_one_that_is_meant(typed: str, meant: str) -> None:
    assert begun_anew(typed) == meant


def test_every_way_in_which_a_terminal_names_files(place: Path) -> None:
    one, two = place / "minutes.txt", place / "with blank.pdf"
    assert paths_in(str(one)) == (one,)
    assert paths_in(f"{one}\n{two}\n") == (one, two)
    assert paths_in(f"'{one}' '{two}' ") == (one, two)
    assert paths_in(str(two).replace(" ", "\\ ")) == (two,)
    assert paths_in(f"file://{str(two).replace(' ', '%20')}") == (two,)


@pytest.mark.parametrize(
    "text", ["", "minutes.txt", "/nowhere/at.all", "see /etc/hostname", "file://elsewhere/etc/hosts"]
)
def test_a_text_that_is_not_files_alone_stays_a_text(text: str) -> None:
    assert paths_in(text) == ()


def test_a_line_without_end_is_broken_and_loses_no_word() -> None:
    text = "word " * 100_000
    lines = broken(f"first\n{text}").split("\n")
    assert max(map(len, lines)) <= LONGEST
    assert "\n".join(lines).split() == ["first", *["word"] * 100_000]
    assert broken("as\r\nit is\n") == "as\r\nit is\n"


async def composing(stage: Stage, pilot: Pilot[Leave], until: Until) -> ComposeScreen:
    await until(pilot, lambda: stage.open_desk_or_none is not None)
    await pilot.press("c")
    await until(pilot, lambda: isinstance(stage.screen, ComposeScreen) and stage.focused is not None)
    assert isinstance(stage.screen, ComposeScreen)
    return stage.screen


async def test_a_file_is_chosen_by_keys_shown_with_its_size_and_taken_off(
    stage: Stage, until: Until, shown: Shown, place: Path
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        screen.body.focus()
        stage.push_screen(PickFile(f"{place}/"), lambda paths: screen.take_files(paths or ()))
        await until(pilot, lambda: "minutes.txt" in shown(stage))
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: "+ minutes.txt  2" in shown(stage))
        stage.post_message(events.Paste(str(place / "with blank.pdf")))
        await until(pilot, lambda: "+ with blank.pdf  4" in shown(stage))
        assert screen.body.text == ""
        await pilot.press("ctrl+t", "delete")
        await until(pilot, lambda: [each.name for each in screen.draft.attachments] == ["with blank.pdf"])


@pytest.mark.parametrize("key", ["tab", "right"])
async def test_a_name_that_is_begun_is_completed_by_a_key(
    stage: Stage, until: Until, shown: Shown, place: Path, key: str
) -> None:
    chosen: list[tuple[Path, ...] | None] = []
    async with stage.run_test(size=(80, 24)) as pilot:
        stage.push_screen(PickFile(f"{place}/minu"), chosen.append)
        await until(pilot, lambda: "minutes.txt" in shown(stage) and "with blank.pdf" not in shown(stage))
        await pilot.press(key)
        await until(pilot, lambda: stage.screen.query_one(Input).value == f"{place}/minutes.txt")
        await pilot.press("enter")
        await until(pilot, lambda: chosen == [(place / "minutes.txt",)])


async def test_a_letter_that_speaks_of_a_file_and_has_none_is_asked_about(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        stage.post_message(events.Paste("anna@bank.example,"))
        await until(pilot, lambda: bool(screen.form.recipients))
        screen.body.text = "The minutes are attached."
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        await pilot.press("n")
        await until(pilot, lambda: stage.screen is screen)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))


async def test_a_letter_put_aside_comes_back_as_it_was(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        first = await composing(stage, pilot, until)
        first.body.text = "one"
        first.body.focus()
        await pilot.press("ctrl+end", "!", "f4")
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))
        second = await composing(stage, pilot, until)
        await pilot.press("f3")
        await until(pilot, lambda: stage.screen is first)
        await pilot.press("ctrl+z")
        assert first.body.text == "one"
        await pilot.press("f3")
        await until(pilot, lambda: stage.screen is second)
        assert stage.letters.aside == [first]


async def test_parts_that_came_with_a_letter_are_looked_at_and_taken_off_like_files(
    stage: Stage, until: Until, shown: Shown
) -> None:
    page = Attachment(
        name="page.html", path=Path("page.html"), media_type="text/html; charset=utf-8",
        inside=Inside(letter="letter-1", part="1.2", size=2048),
    )  # fmt: skip
    draft = replace(stage.table.new_draft(), attachments=(page,), elsewhere=("plan.pdf",))
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        screen = ComposeScreen(draft)
        stage.push_screen(screen)
        await until(pilot, lambda: "+ page.html  2" in shown(stage) and "as it came" in shown(stage))
        assert "plan.pdf  not on this machine" in shown(stage)
        await pilot.press("ctrl+t", "enter")
        await until(pilot, lambda: "The text of page.html." in shown(stage))
        await pilot.press("escape")
        await until(pilot, lambda: stage.screen is screen)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "It lies on the machine" in shown(stage))
        await pilot.press("delete")
        await until(pilot, lambda: screen.draft.elsewhere == ())
        assert screen.draft.attachments == (page,)
