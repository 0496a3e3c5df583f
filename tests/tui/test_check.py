"""The check screen over a table of facts: what comes in, how it is looked at, where it goes; it never waits."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from textual import events

from linksec_tui.config import Lookups
from linksec_tui.model.address import Field
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.screens.ask import AskLine, AskYes
from linksec_tui.tui.screens.check import CheckScreen
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.source import SourceScreen
from linksec_tui.tui.screens.which import AskWhich
from linksec_tui.tui.widgets.check_table import TableHead
from linksec_tui.tui.widgets.level_bar import LevelBar

if TYPE_CHECKING:
    from conftest import Shown, Stage, TableDesk, Until


from tests.tui.check_screen import SEVEN, filled, in_sight, opened


async def test_a_pasted_list_fills_the_table_with_badges(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(100, 40)) as pilot:
        await filled(stage, pilot, until)
        await until(pilot, lambda: "✕ No way there        no" in shown(stage) and "● 1 Link-secure" in shown(stage))
        text = shown(stage)
        assert "● Link-secure         yes" in text
        assert "anna@bank.example" in text.replace(" ", "")
        assert "6 of 7 can be written to" in text


async def test_one_that_is_typed_is_added_and_the_line_is_ready_for_the_next(stage: Stage, until: Until) -> None:
    async with stage.run_test() as pilot:
        screen = await opened(stage, pilot, until)
        await pilot.press(*"jo@club.example", "enter")
        await until(pilot, lambda: stage.roll.complete == 1)
        assert screen.add_line.value == ""
        assert screen.add_line.has_focus


async def test_what_cannot_be_read_stays_in_the_line_and_is_said(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test() as pilot:
        screen = await opened(stage, pilot, until)
        await pilot.press(*"hello", "enter")
        await until(pilot, lambda: "“hello” is neither" in shown(stage))
        assert screen.add_line.value == "hello"
        assert len(stage.roll) == 0


async def test_a_file_is_loaded_and_its_unreadable_lines_can_be_seen(
    stage: Stage, until: Until, shown: Shown, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text("Name,E-Mail\nAnna,anna@bank.example\nBad,\x1b[31m@x\nWorse,nobody\n")
    async with stage.run_test(size=(100, 30)) as pilot:
        await opened(stage, pilot, until)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(stage.screen, AskLine))
        await pilot.press(*str(tmp_path / "list.csv"), "enter")
        await until(pilot, lambda: stage.roll.complete == 1)
        await until(pilot, lambda: "2 pieces could not be read. Line 3" in shown(stage))
        await pilot.press("tab", "tab", "u")
        await until(pilot, lambda: isinstance(stage.screen, SourceScreen))
        assert "line 4: “nobody”" in shown(stage)


async def test_a_file_that_is_not_there_is_said(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(100, 30)) as pilot:
        await opened(stage, pilot, until)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(stage.screen, AskLine))
        await pilot.press(*"/nowhere/list.csv", "enter")
        await until(pilot, lambda: "/nowhere/list.csv cannot be read" in shown(stage))


async def test_contacts_can_be_checked_and_the_recipients_of_a_letter_begun(
    stage: Stage, table: TableDesk, until: Until
) -> None:
    from linksec_tui.model.address import Recipient, parse_address

    to = (Recipient(address=parse_address("zoe@club.example")),)
    table.kept = {"d": replace(table.new_draft(), id="d", subject="Half a letter", recipients=to)}
    async with stage.run_test() as pilot:
        screen = await opened(stage, pilot, until)
        for keys, names in ((["enter"], {"prof", "anna"}), (["j", "enter"], {"prof", "anna", "zoe"})):
            await pilot.press("ctrl+t")
            await until(pilot, lambda: isinstance(stage.screen, AskWhich) and stage.focused is not None)
            await pilot.press(*keys)
            await until(pilot, lambda names=names: names <= set(in_sight(screen)))


async def test_where_nothing_is_looked_up_unasked_nobody_is_asked_before_the_key(
    make_stage: type[Stage], table: TableDesk, until: Until, shown: Shown
) -> None:
    table.config = replace(table.config, lookups=Lookups.ASKED)
    stage = make_stage(table)
    async with stage.run_test(size=(100, 30)) as pilot:
        screen = await opened(stage, pilot, until)
        stage.post_message(events.Paste(SEVEN))
        await until(pilot, lambda: len(screen.table.rows.spine) == 7)
        assert not [done for done in table.done if done[0] == "assess"]
        assert "not looked up" in shown(stage)
        await pilot.press("p")
        await until(pilot, lambda: stage.roll.complete == 7)


async def test_a_list_is_still_there_when_one_comes_back(stage: Stage, table: TableDesk, until: Until) -> None:
    async with stage.run_test() as pilot:
        await filled(stage, pilot, until)
        asked = len(table.done)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(stage.screen, CheckScreen))
        screen = await opened(stage, pilot, until)
        await until(pilot, lambda: len(screen.table.rows.spine) == 7)
        assert [done for done in table.done[asked:] if done[0] == "assess"] == []


# Looking


async def test_columns_sort_by_key_and_by_click_and_the_second_time_the_other_way(
    stage: Stage, until: Until, shown: Shown
) -> None:
    by_level = ["x", "carol", "who", "jo", "dave", "prof", "anna"]
    async with stage.run_test(size=(100, 40)) as pilot:
        screen = await filled(stage, pilot, until)
        await pilot.press("1")
        await until(pilot, lambda: in_sight(screen) == by_level)
        assert "Level ↑" in shown(stage)
        await pilot.click(TableHead, offset=(4, 0))
        await until(pilot, lambda: in_sight(screen) == by_level[::-1])
        await pilot.press("3")
        await until(pilot, lambda: in_sight(screen) == sorted(by_level))
        await pilot.press("S")
        await until(pilot, lambda: in_sight(screen) == sorted(by_level, reverse=True))
        await pilot.press("0")
        await until(pilot, lambda: in_sight(screen)[0] == "anna")


async def test_the_cursor_stays_on_its_row_when_the_order_changes(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(100, 40)) as pilot:
        screen = await filled(stage, pilot, until)
        await pilot.press("j", "j")
        here = screen.table.rows.current
        await pilot.press("1", "1")
        await until(pilot, lambda: in_sight(screen)[0] == "anna" and in_sight(screen)[-1] == "x")
        assert screen.table.rows.current == here


async def test_the_filter_shows_who_falls_short_then_who_meets_it_then_each_rung(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(100, 40)) as pilot:
        screen = await filled(stage, pilot, until)
        await pilot.press("ctrl+r", "ctrl+r", "f")
        await until(pilot, lambda: in_sight(screen) == ["jo", "who", "carol", "x"])
        await pilot.press("f")
        await until(pilot, lambda: in_sight(screen) == ["anna", "prof", "dave"])
        await pilot.press("f")
        await until(pilot, lambda: in_sight(screen) == ["x"])
        await pilot.press("F", "F", "F")
        await until(pilot, lambda: len(in_sight(screen)) == 7)


async def test_a_click_on_a_rung_shows_it_alone_and_a_second_one_everybody(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(140, 40)) as pilot:
        screen = await filled(stage, pilot, until)
        await pilot.click(LevelBar, offset=(3, 1))
        await until(pilot, lambda: in_sight(screen) == ["x"])
        await pilot.click(LevelBar, offset=(3, 1))
        await until(pilot, lambda: len(in_sight(screen)) == 7)


async def test_finding_narrows_as_one_types_and_escape_brings_everybody_back(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(100, 40)) as pilot:
        screen = await filled(stage, pilot, until)
        await pilot.press("slash", *"club")
        await until(pilot, lambda: in_sight(screen) == ["jo"])
        await pilot.press("escape")
        await until(pilot, lambda: len(in_sight(screen)) == 7)
        assert isinstance(stage.screen, CheckScreen)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_the_details_say_where_each_reason_comes_from_and_what_could_be_forged(
    size: tuple[int, int], stage: Stage, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=size) as pilot:
        await filled(stage, pilot, until)
        await pilot.press("enter")
        await until(pilot, lambda: "can prove itself with DANE. (signed DNS)" in " ".join(shown(stage).split()) or
                    "could be forged" in shown(stage))  # fmt: skip
        assert "anna@bank.example" in shown(stage)
        await pilot.press("escape")
        assert isinstance(stage.screen, CheckScreen)


async def test_a_source_that_failed_is_told_as_one_that_cannot_tell(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    from linksec_tui.model.evidence import Failure, Source, Unavailable

    late = Unavailable(source=Source.MTA_STS, kind=Failure.TIMEOUT, detail="mta-sts.bank.example")
    known = table.truth["bank.example"]
    table.truth["bank.example"] = replace(known, evidence=replace(known.evidence, unavailable=(late,)))
    async with stage.run_test(size=(160, 50)) as pilot:
        await filled(stage, pilot, until)
        await until(pilot, lambda: "Cannot tell" in shown(stage))
        assert "their published policy: no answer in time" in shown(stage)


# Going elsewhere


async def test_those_in_sight_are_exported_and_nothing_is_overwritten_unasked(
    stage: Stage, until: Until, shown: Shown, tmp_path: Path
) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("mine")
    async with stage.run_test(size=(140, 40), notifications=True) as pilot:
        screen = await filled(stage, pilot, until)
        await pilot.press("ctrl+r", "ctrl+r", "f")
        await until(pilot, lambda: len(in_sight(screen)) == 4)
        for answer, expected in (("n", 0), ("y", 4)):
            await pilot.press("e")
            await until(pilot, lambda: isinstance(stage.screen, AskLine))
            await pilot.press(*str(target), "enter")
            await until(pilot, lambda: isinstance(stage.screen, AskYes))
            await pilot.press(answer)
            await until(pilot, lambda: isinstance(stage.screen, CheckScreen))
            if not expected:
                assert target.read_text() == "mine"
        await until(pilot, lambda: "4 results written" in shown(stage))
    lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert (lines[0]["address"], lines[0]["meets"], lines[0]["required"]) == ("jo@club.example", False, "verifiable")


async def test_addresses_of_who_fall_short_are_copied(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(140, 40)) as pilot:
        await filled(stage, pilot, until)
        await pilot.press("ctrl+r", "ctrl+r", "y")
        await until(pilot, lambda: isinstance(stage.screen, AskWhich) and stage.focused is not None)
        await pilot.press("G", "enter")
        await until(pilot, lambda: stage.clipboard != "")
        assert stage.clipboard.splitlines() == [
            "jo@club.example", "who@unknown.example", "carol@old.example", "x@nowhere.example",
        ]  # fmt: skip


async def test_a_letter_goes_to_those_who_pass_and_none_learns_of_the_others(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(140, 40)) as pilot:
        await filled(stage, pilot, until)
        await pilot.press("ctrl+r", "ctrl+r", "w")
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen))
        draft = cast("ComposeScreen", stage.screen).draft
        assert [(str(each.address), each.field) for each in draft.recipients] == [
            ("anna@bank.example", Field.BCC), ("prof@uni.example", Field.BCC), ("dave@shop.example", Field.BCC),
        ]  # fmt: skip
        assert draft.requirement is Requirement.VERIFIABLE


async def test_the_selected_are_looked_at_anew_with_a_connection(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(140, 40)) as pilot:
        await filled(stage, pilot, until)
        await pilot.press("x", "x")
        await until(pilot, lambda: "2 selected" in shown(stage))
        await pilot.press("ctrl+l")
        await until(pilot, lambda: ("assess", "uni.example", True) in table.done)
        anew = {done[1] for done in table.done if done[0] == "assess" and done[2]}
        assert anew == {"bank.example", "uni.example"}


async def test_rows_are_taken_out_and_the_list_is_forgotten_only_when_asked(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(140, 40)) as pilot:
        screen = await filled(stage, pilot, until)
        await pilot.press("d")
        await until(pilot, lambda: in_sight(screen)[0] == "prof" and len(in_sight(screen)) == 6)
        await pilot.press("D")
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        await pilot.press("n")
        assert len(stage.roll) == 6
        await pilot.press("D")
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        await pilot.press("y")
        await until(pilot, lambda: len(stage.roll) == 0)
        assert in_sight(screen) == []


async def test_ten_thousand_rows_are_drawn_a_screen_at_a_time(stage: Stage, until: Until, shown: Shown) -> None:
    everybody = "\n".join(f"u{number:05}@club.example" for number in range(10_000))
    async with stage.run_test(size=(100, 30)) as pilot:
        screen = await filled(stage, pilot, until, everybody)
        await pilot.press("G")
        await until(pilot, lambda: "u09999@club.example" in shown(stage))
        await pilot.press("3", "3", "home")
        await until(pilot, lambda: in_sight(screen)[0] == "u09999")
        assert "10,000 recipients looked up" in shown(stage)


# Hostile text


async def test_no_list_gets_a_control_character_or_markup_onto_the_screen(
    stage: Stage, until: Until, shown: Shown
) -> None:
    hostile = (
        "a\x1b]0;owned\x07@b.example\n[/]@c.example\n[@click=app.quit]x[/]@d.example\n\u202ee@f.example\n"
        "● Link-secure <g@club.example>\n\x00\n\x9b31m@h.example\ni@club.example"
    )
    async with stage.run_test(size=(120, 30)) as pilot:
        await opened(stage, pilot, until)
        stage.post_message(events.Paste(hostile))
        await until(pilot, lambda: stage.roll.complete >= 2)
        await until(pilot, lambda: "could not be read" in shown(stage))
        assert all(line.isprintable() for line in shown(stage).splitlines())
        assert stage.is_running
