"""People: found while typing, merged, grouped, written to; the gate offers their other address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linksec_tui.model.address import Address, Recipient
from linksec_tui.model.letter import Choice, Draft, Gate, Requirement
from linksec_tui.tui.screens.ask import AskLine, AskYes
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.contact_form import ContactForm
from linksec_tui.tui.screens.contacts import ContactsScreen
from linksec_tui.tui.screens.gate import GateScreen
from linksec_tui.tui.screens.which import AskWhich
from tests.tui.table_people import somebody

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Stage, TableDesk, Until

    from linksec_tui.tui.front import Leave


async def among_people(stage: Stage, pilot: Pilot[Leave], until: Until) -> ContactsScreen:
    await until(pilot, lambda: stage.open_desk_or_none is not None)
    await pilot.press("p")
    await until(pilot, lambda: isinstance(stage.screen, ContactsScreen) and stage.screen.people.length > 0)
    assert isinstance(stage.screen, ContactsScreen)
    return stage.screen


def names(stage: Stage) -> list[str]:
    return [person.shown for person in stage.table.people.people]


async def test_everybody_is_listed_with_what_is_remembered_of_their_domain(
    stage: Stage, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await among_people(stage, pilot, until)
        await until(pilot, lambda: "mx.bank.example could prove itself (DANE): 2026-03-13" in shown(stage))
        assert "◑ Verifiable" in shown(stage)
        assert not any(each[0] == "assess" for each in stage.table.done)


async def test_typing_shows_those_who_fit_and_escape_everybody_again(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await among_people(stage, pilot, until)
        await pilot.press("slash", *"choir")
        await until(pilot, lambda: [each.shown for each in screen.people.people] == ["Anna Bank", "Jo Club"])
        await pilot.press("enter", "escape")
        await until(pilot, lambda: screen.people.length == 4)
        assert stage.screen is screen
        await pilot.press("escape")
        await until(pilot, lambda: stage.screen is not screen)


async def test_two_become_one_under_the_name_that_is_chosen(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await among_people(stage, pilot, until)
        await pilot.press("x", "j", "x", "m")
        await until(pilot, lambda: isinstance(stage.screen, AskWhich))
        await pilot.press("enter")
        await until(pilot, lambda: len(stage.table.people.people) == 3)
        together = stage.table.people.people[0]
        assert together.shown == "Anna Bank"
        assert [str(each.address) for each in together.contacts] == [
            "anna@bank.example", "anna@club.example", "jo@club.example",
        ]  # fmt: skip


async def test_somebody_is_edited_and_a_bad_address_stays(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await among_people(stage, pilot, until)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(stage.screen, ContactForm) and stage.focused is not None)
        await pilot.press("end", *" jr.", "tab", "end", *", nobody", "ctrl+s")
        await until(pilot, lambda: "“nobody” is not a mail address" in shown(stage))
        await pilot.press("end", *["backspace"] * 8, "ctrl+s")
        await until(pilot, lambda: "Anna Bank jr." in names(stage))
        assert len(stage.table.people.people[0].contacts) == 2
        assert stage.table.people.people[0].contacts[0].times_written == 6


async def test_somebody_new_a_group_and_a_demand(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await among_people(stage, pilot, until)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(stage.screen, ContactForm) and stage.focused is not None)
        await pilot.press(*"Aaron", "tab", *"aaron@uni.example", "ctrl+s")
        await until(pilot, lambda: "Aaron" in names(stage) and stage.screen is screen)
        await pilot.press("home", "g")
        await until(pilot, lambda: isinstance(stage.screen, AskLine))
        await pilot.press(*"Board", "enter")
        await until(pilot, lambda: stage.table.people.people[0].groups == ("Board",))
        await until(pilot, lambda: screen.people.current is not None and screen.people.current.groups == ("Board",))
        await pilot.press("r", "r")
        await until(pilot, lambda: stage.table.people.people[0].requirement is not None)


async def test_a_domain_gets_a_demand_of_its_own(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await among_people(stage, pilot, until)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(stage.screen, AskWhich))
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: stage.table.people.domains == {"bank.example": Requirement.VERIFIABLE})
        await until(pilot, lambda: "bank.example  require Verifiable" in shown(stage))


async def test_deleting_is_asked_about(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await among_people(stage, pilot, until)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        await pilot.press("n")
        await pilot.pause()
        assert "Anna Bank" in names(stage)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        await pilot.press("y")
        await until(pilot, lambda: "Anna Bank" not in names(stage))


async def test_a_letter_to_the_selected_begins_with_what_was_set_for_them(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await among_people(stage, pilot, until)
        await pilot.press("X", "c")
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen))
        assert isinstance(stage.screen, ComposeScreen)
        assert [str(each.address) for each in stage.screen.draft.recipients] == [
            "anna@bank.example", "carol@old.example", "jo@club.example", "prof@uni.example",
        ]  # fmt: skip
        assert stage.screen.draft.requirement is Requirement.ENCRYPTED


class WithOther:
    """A desk where carol has another address that passes."""

    def __init__(self, table: TableDesk) -> None:
        self._gate = table.gate

    async def __call__(self, draft: Draft) -> Gate:
        gate = await self._gate(draft)
        other = (Address("carol", "bank.example"),)
        lines = [
            line if line.passes or line.recipient.address.local != "carol" else replace(line, instead=other)
            for line in gate.lines
        ]
        return replace(gate, lines=tuple(lines))


async def test_the_gate_offers_their_other_address_and_keeps_what_was_chosen_for_others(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    table.gate = WithOther(table)  # pyright: ignore[reportAttributeAccessIssue]  # a table with one more fact
    people = [Recipient(address=Address(*each.split("@"))) for each in ("jo@old.example", "carol@old.example")]
    draft = replace(table.new_draft(), recipients=tuple(people), requirement=Requirement.ENCRYPTED)
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        stage.push_screen(ComposeScreen(draft))
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen) and stage.focused is not None)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(stage.screen, GateScreen) and stage.focused is not None)
        await pilot.press("n")
        await until(pilot, lambda: "carol@bank.example passes: o writes there instead." in shown(stage))
        await pilot.press("o")
        await until(pilot, lambda: "gets the notice instead" in shown(stage) and "passes: o" not in shown(stage))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: any(each[0] == "decide" for each in table.done))
        assert ("decide", {Address("jo", "old.example"): Choice.NOTICE}) in table.done
        assert table.items[-1].recipients == ("jo@old.example", "carol@bank.example")


@pytest.mark.parametrize(
    "name", ["[/]", "[b", "[@click=app.quit]x[/]", "● Link-secure", "\x1b]0;x\x07\x0bq", "\u202eevil"]
)
async def test_a_hostile_name_is_text_in_every_place(
    name: str, stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    hostile = somebody(1, name, "zz@bank.example", groups=(f"zz{name}",), note=name)
    table.people.people = (hostile,)
    async with stage.run_test(size=(80, 24)) as pilot:
        await among_people(stage, pilot, until)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(stage.screen, ContactForm))
        await pilot.press("escape", "g")
        await until(pilot, lambda: isinstance(stage.screen, AskLine))
        await pilot.press("escape", "d")
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        await pilot.press("n", "escape", "c", "z", "z")
        await until(pilot, lambda: "zz@bank.example" in shown(stage))
        assert "\x1b" not in shown(stage)
