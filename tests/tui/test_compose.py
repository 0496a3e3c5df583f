"""Writing a letter: chips, badges in place, the sentence under the selector, kept drafts, the gate on the way out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual import events

from linksec_tui.config import Lookups
from linksec_tui.model import assessment as judgement
from linksec_tui.model.address import Address
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Choice, Decision, Draft, OutboxItem, Requirement
from linksec_tui.tui.autosave import DELAY
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.gate import GateScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.widgets.address_line import split_addresses

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Stage, TableDesk, Until

    from linksec_tui.tui.front import Leave


async def paste(stage: Stage, text: str) -> None:
    """As a terminal hands over a pasted text: quicker than keys, and just as true."""
    stage.post_message(events.Paste(text))


async def composing(stage: Stage, pilot: Pilot[Leave], until: Until) -> ComposeScreen:
    await until(pilot, lambda: stage.open_desk_or_none is not None)
    await pilot.press("c")
    await until(pilot, lambda: isinstance(stage.screen, ComposeScreen) and stage.focused is not None)
    assert isinstance(stage.screen, ComposeScreen)
    return stage.screen


async def test_an_address_becomes_a_chip_with_its_badge(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        await paste(stage, "anna@bank.example,")
        await paste(stage, "x@old.example")
        await pilot.press("enter")
        await until(pilot, lambda: "○ Exposed  x@old.example" in shown(stage))
        assert "● Link-secure  anna@bank.example" in shown(stage)
        assert [str(each.address) for each in screen.form.recipients] == ["anna@bank.example", "x@old.example"]


async def test_a_bad_address_keeps_its_text_and_says_why(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        await paste(stage, "a@x> NOTIFY=NEVER")
        await pilot.press("enter")
        await until(pilot, lambda: "is not a" in shown(stage) or "cannot have" in shown(stage))
        assert not screen.form.recipients
        assert "NOTIFY=NEVER" in shown(stage)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert stage.screen is screen


async def test_leaving_the_field_completes_the_address(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        await paste(stage, "anna@bank.example")
        await pilot.press("tab")
        await until(pilot, lambda: len(screen.form.recipients) == 1)


async def test_the_sentence_under_the_selector_counts_and_names(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await composing(stage, pilot, until)
        await paste(stage, "a@bank.example,b@uni.example,carol@old.example,")
        await pilot.press("ctrl+r", "ctrl+r")
        await until(pilot, lambda: "2 of 3 meet Verifiable · carol@old.example is ○ Exposed" in shown(stage))
        assert "from then on nobody holds the letter back" in shown(stage)


async def test_a_field_looks_entered_only_while_it_is(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        assert "can read it" not in shown(stage)
        screen.set_focus(screen.form.subject)
        await until(pilot, lambda: "servers on the way can read it" in shown(stage))
        await pilot.press("enter")
        await until(pilot, lambda: stage.focused is screen.body and "can read it" not in shown(stage))


async def test_what_is_typed_never_changes_what_the_letter_demands(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        screen.form.selector.focus()
        await pilot.press("right", *"hello")
        await pilot.pause()
        assert screen.form.selector.value is Requirement.ENCRYPTED
        screen.form.subject.focus()
        await pilot.press("L", "enter", *"hello")
        await until(pilot, lambda: screen.body.text == "hello")


async def test_the_path_follows_the_recipient_under_the_cursor(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(160, 50)) as pilot:
        await composing(stage, pilot, until)
        await paste(stage, "a@bank.example,b@uni.example,")
        await until(pilot, lambda: "uni.example as the table says" in shown(stage))
        await pilot.press("up")
        await until(pilot, lambda: "bank.example as the table says" in shown(stage))
        text = shown(stage)
        assert "certificate of smtp.home.example checked" in text
        assert "proved by us" in text
        assert "(signed DNS)" in text


async def test_backspace_in_an_empty_line_takes_the_chip_back_into_text(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        await paste(stage, "a@bank.example,")
        await pilot.press("backspace", "backspace", "enter")
        await until(pilot, lambda: [str(each.address) for each in screen.form.recipients] == ["a@bank.exampl"])
        await pilot.press("delete")
        await until(pilot, lambda: not screen.form.recipients)


async def test_completion_offers_whom_one_wrote_to(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        line = screen.form.fields[next(iter(screen.form.fields))].line
        await pilot.press(*"pro")
        await until(pilot, lambda: line.names_open)
        await pilot.press("enter")
        await until(pilot, lambda: [str(each.address) for each in screen.form.recipients] == ["prof@uni.example"])


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a@x, b@y", 2),
        ('"Doe, John" <j@x>', 1),
        ("a@x; b@y\nc@z", 3),
        ("<a@x,b>", 1),
    ],
)
def test_lists_are_split_only_between_addresses(text: str, pieces: int) -> None:
    assert len(split_addresses(text)) == pieces


async def test_nothing_is_looked_up_unasked_where_the_configuration_says_so(
    table: TableDesk, stage: Stage, until: Until, shown: Shown
) -> None:
    stage.config = replace(stage.config, lookups=Lookups.ASKED)
    async with stage.run_test(size=(80, 24)) as pilot:
        await composing(stage, pilot, until)
        await paste(stage, "a@bank.example,")
        await until(pilot, lambda: "not checked  a@bank.example" in shown(stage))
        assert not any(deed[0] == "assess" for deed in table.done)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "● Link-secure  a@bank.example" in shown(stage))


async def test_what_is_typed_is_kept_within_a_second_and_escape_keeps_it_too(
    stage: Stage, table: TableDesk, until: Until
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        screen.body.focus()
        await pilot.press(*"Hello")
        await until(pilot, lambda: "draft-1" in table.kept and table.kept["draft-1"].body == "Hello")
        assert DELAY < 1
        await pilot.press("!", "escape")
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))
        assert table.kept["draft-1"].body == "Hello!"


async def test_an_empty_letter_is_not_kept(stage: Stage, table: TableDesk, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await composing(stage, pilot, until)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))
        assert not table.kept


async def test_quitting_in_the_middle_of_a_word_keeps_the_letter(stage: Stage, table: TableDesk, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        screen.form.subject.focus()
        await pilot.press(*"Hal", "ctrl+q")
    assert table.kept["draft-1"].subject == "Hal"


async def test_keys_typed_just_before_quitting_are_kept_too(stage: Stage, table: TableDesk, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        screen.form.subject.focus()
        await pilot.pause()
        for key in "Hallo":
            stage.post_message(events.Key(key, key))
        stage.post_message(events.Key("ctrl+q", None))
        await until(pilot, lambda: stage.return_value is not None)
    assert table.kept["draft-1"].subject == "Hallo"


async def test_everybody_passes_and_the_letter_goes(stage: Stage, table: TableDesk, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await composing(stage, pilot, until)
        await paste(stage, "a@bank.example,")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: ("send", "draft-1") in table.done)
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))


async def test_the_gate_chooses_nothing_by_itself_and_lowering_needs_two_steps(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await composing(stage, pilot, until)
        await paste(stage, "a@bank.example,c@old.example,u@unknown.example,n@nowhere.example,")
        await pilot.press(*["ctrl+r"] * 3, "ctrl+s")
        await until(pilot, lambda: isinstance(stage.screen, GateScreen))
        await pilot.press("ctrl+s", "y", "t")
        await until(pilot, lambda: "3 not decided yet" in shown(stage))
        await pilot.press("n", "W")
        await until(pilot, lambda: "nobody can tell who could" in shown(stage))
        assert "2 not decided yet" in shown(stage)
        await pilot.press("y")
        await until(pilot, lambda: "1 not decided yet" in shown(stage))
        await pilot.press("n")
        await pilot.pause()
        assert "1 not decided yet" in shown(stage), "no notice where there is no way"
        await pilot.press("l")
        await until(pilot, lambda: "2 get the letter" in shown(stage))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: ("send", "draft-1") in table.done)
    assert (
        "decide",
        {
            Address("c", "old.example"): Choice.NOTICE,
            Address("u", "unknown.example"): Choice.LOWER,
            Address("n", "nowhere.example"): Choice.LEAVE_OUT,
        },
    ) in table.done


async def test_moving_on_takes_back_the_first_step_of_lowering(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await composing(stage, pilot, until)
        await paste(stage, "c@old.example,u@unknown.example,")
        await pilot.press("ctrl+r", "ctrl+s")
        await until(pilot, lambda: isinstance(stage.screen, GateScreen))
        await pilot.press("W", "j", "y")
        await pilot.pause()
        assert "2 not decided yet" in shown(stage)
        await pilot.press("W", "z", "y")
        await pilot.pause()
        assert "2 not decided yet" in shown(stage)
        await pilot.press("W", "escape")
        await pilot.pause()
        assert "2 not decided yet" in shown(stage), "escape takes back the step, not the gate"
        await pilot.press("W", "y")
        await until(pilot, lambda: "1 not decided yet" in shown(stage))


async def test_the_same_choice_for_all_and_back_to_the_letter(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        await paste(stage, "c@old.example,u@unknown.example,")
        await pilot.press("ctrl+r", "ctrl+s")
        await until(pilot, lambda: isinstance(stage.screen, GateScreen))
        await pilot.press("N")
        await until(pilot, lambda: "Nobody gets the letter" in shown(stage))
        await pilot.press("escape")
        await until(pilot, lambda: stage.screen is screen)
        assert not any(deed[0] == "send" for deed in table.done)


async def test_whoever_nothing_new_is_known_of_is_not_asked_about_twice(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await composing(stage, pilot, until)
        await paste(stage, "c@old.example,u@unknown.example,")
        await pilot.press("ctrl+r", "ctrl+s")
        await until(pilot, lambda: isinstance(stage.screen, GateScreen))
        await pilot.press("N")
        await until(pilot, lambda: "Nobody gets the letter" in shown(stage))
        table.truth["unknown.example"] = table.truth["old.example"]
        await pilot.press("a")
        await until(pilot, lambda: "1 not decided yet" in shown(stage) and "gets the notice instead" in shown(stage))


async def test_a_warning_opens_the_gate_and_passing_it_acknowledges_it(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    warning = judgement.Warning(code="downgrade", text="Weaker than on 2026-01-01.")
    table.truth["shop.example"] = replace(table.truth["shop.example"], warnings=(warning,))
    async with stage.run_test(size=(80, 24)) as pilot:
        await composing(stage, pilot, until)
        await paste(stage, "s@shop.example,")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(stage.screen, GateScreen))
        await pilot.press("W")
        await until(pilot, lambda: "Weaker than on 2026-01-01" in shown(stage))
        await pilot.press("y", "ctrl+s")
        await until(pilot, lambda: ("accept", "shop.example", "downgrade") in table.done)
        await until(pilot, lambda: ("send", "draft-1") in table.done)


async def test_a_letter_that_is_being_sent_is_not_sent_twice(
    stage: Stage, table: TableDesk, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_over = asyncio.Event()
    send = table.send

    async def slowly(draft: Draft, decision: Decision) -> tuple[OutboxItem, ...]:
        await handed_over.wait()
        return await send(draft, decision)

    monkeypatch.setattr(table, "send", slowly)
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        await paste(stage, "a@bank.example,")
        await pilot.press("ctrl+s", "ctrl+s", "x", "escape")
        assert stage.screen is screen
        handed_over.set()
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))
    assert table.done.count(("send", "draft-1")) == 1
    assert not table.kept


async def test_what_the_desk_refuses_is_said_and_the_letter_stays(
    stage: Stage, table: TableDesk, until: Until, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(draft: object, decision: object) -> object:
        raise BadInput("The letter is empty.", "Write something.")

    monkeypatch.setattr(table, "send", refuse)
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        await paste(stage, "a@bank.example,")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "The letter is empty." in shown(stage))
        assert stage.screen is screen
        assert "draft-1" in table.kept


async def test_where_no_editor_can_take_over_the_letter_is_as_it_was(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        screen = await composing(stage, pilot, until)
        screen.body.text = "Hello"
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "cannot take over" in shown(stage))
        assert screen.body.text == "Hello"


async def test_a_file_goes_with_the_letter_or_a_sentence_says_why_not(
    stage: Stage, table: TableDesk, tmp_path: Path, until: Until, shown: Shown
) -> None:
    (tmp_path / "notes.txt").write_text("x")
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        screen = await composing(stage, pilot, until)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "Which file" in shown(stage))
        await paste(stage, "/nowhere")
        await pilot.press("enter")
        await until(pilot, lambda: "“/nowhere” is no" in shown(stage))
        await paste(stage, str(tmp_path / "notes.txt"))
        await until(pilot, lambda: "+ notes.txt" in shown(stage))
        assert screen.draft.attachments[0].media_type == "text/plain"
        await pilot.press("ctrl+t", "delete")
        await until(pilot, lambda: not screen.draft.attachments)


async def test_a_draft_is_taken_up_with_everything_in_it(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    draft = replace(table.new_draft(), subject="Old one", body="Text", requirement=Requirement.VERIFIABLE)
    table.kept[draft.id] = draft
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        await pilot.press("b")
        await until(pilot, lambda: "Old one" in shown(stage))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen))
        assert isinstance(stage.screen, ComposeScreen)
        assert stage.screen.form.selector.value is Requirement.VERIFIABLE
        assert stage.screen.body.text == "Text"


def test_the_table_says_what_the_tests_think(table: TableDesk) -> None:
    assert table.truth["old.example"].assurance is Assurance.EXPOSED
