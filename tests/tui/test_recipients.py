"""Recipients while a letter is written: the list of names, groups, look-alikes and lists, Bcc instead, defaults."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import events

from linksec_tui.config import PROBED_AT_ONCE, ProbeWhen
from linksec_tui.model.address import Address, Field, Origin, Recipient
from linksec_tui.model.contact import PersonMark
from linksec_tui.model.letter import Draft, Requirement
from linksec_tui.tui.recipient_care import MANY
from linksec_tui.tui.screens.compose import ComposeScreen

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Stage, TableDesk, Until

    from linksec_tui.tui.front import Leave


async def composing(stage: Stage, pilot: Pilot[Leave], until: Until, draft: Draft | None = None) -> ComposeScreen:
    await until(pilot, lambda: stage.open_desk_or_none is not None)
    stage.push_screen(ComposeScreen(draft or stage.table.new_draft()))
    await until(pilot, lambda: isinstance(stage.screen, ComposeScreen) and stage.focused is not None)
    assert isinstance(stage.screen, ComposeScreen)
    return stage.screen


def words(text: str) -> str:
    """What is told, however it is broken into lines."""
    return " ".join(text.split())


def addresses(screen: ComposeScreen, field: Field) -> list[str]:
    return [str(each.address) for each in screen.form.fields[field].recipients]


async def test_after_two_letters_names_are_offered_with_what_is_remembered_of_their_domain(
    stage: Stage, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await composing(stage, pilot, until)
        await pilot.press("b")
        await pilot.pause()
        assert "Anna Bank" not in shown(stage)
        await pilot.press("a")
        await until(pilot, lambda: "◑ Verifiable" in shown(stage))
        assert "Anna Bank  anna@bank.example" in shown(stage)
        assert not any(each[0] == "assess" for each in stage.table.done)


async def test_an_answer_shows_the_way_to_whom_it_goes_before_anybody_goes_there(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    anna = Recipient(address=Address("anna", "bank.example"))
    async with stage.run_test(size=(160, 50)) as pilot:
        screen = await composing(stage, pilot, until, replace(table.new_draft(), recipients=(anna,)))
        await until(pilot, lambda: "bank.example as the table says" in shown(stage))
        assert stage.focused is screen.body


async def test_enter_takes_the_first_and_the_arrows_another(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        line = screen.form.fields[Field.TO].line
        await pilot.press(*"anna")
        await until(pilot, lambda: line.names_open)
        await pilot.press("down", "enter")
        await pilot.press(*"carol")
        await until(pilot, lambda: line.names_open)
        await pilot.press("enter")
        await until(pilot, lambda: addresses(screen, Field.TO) == ["anna@club.example", "carol@old.example"])
        assert [each.name for each in screen.form.recipients] == ["Anna Bank", "Carol"]


async def test_a_whole_address_is_taken_as_typed_and_not_for_whom_it_resembles(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        line = screen.form.fields[Field.TO].line
        await pilot.press(*"anna@bank.ex")
        await until(pilot, lambda: line.names_open)
        await pilot.press("enter")
        await until(pilot, lambda: addresses(screen, Field.TO) == ["anna@bank.ex"])


async def test_escape_closes_the_names_and_not_the_letter(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        line = screen.form.fields[Field.TO].line
        await pilot.press(*"anna")
        await until(pilot, lambda: line.names_open)
        await pilot.press("escape")
        await until(pilot, lambda: not line.names_open)
        assert stage.screen is screen
        assert line.value == "anna"


async def test_a_click_takes_whom_it_is_on(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        await pilot.press(*"anna")
        await until(pilot, lambda: "anna@club.example" in shown(stage))
        row = next(at for at, line in enumerate(shown(stage).splitlines()) if "anna@club.example" in line)
        await pilot.click(offset=(40, row))
        await until(pilot, lambda: addresses(screen, Field.TO) == ["anna@club.example"])


async def test_a_group_brings_all_its_members(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        await pilot.press(*"choi")
        await until(pilot, lambda: "Choir  2 people" in shown(stage))
        await pilot.press("enter")
        await until(pilot, lambda: addresses(screen, Field.TO) == ["anna@bank.example", "jo@club.example"])


async def test_a_group_is_pasted_from_anywhere(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        stage.post_message(events.Paste("Bank, Anna <a@bank.example>; Roe, Jane <r@uni.example>\nnobody\n"))
        await until(pilot, lambda: addresses(screen, Field.TO) == ["a@bank.example", "r@uni.example"])
        assert screen.form.fields[Field.TO].line.value == "nobody"
        assert "“nobody” is not a mail address" in shown(stage)


async def test_a_recipient_goes_from_to_to_cc_to_bcc_and_round(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        stage.post_message(events.Paste("a@bank.example, b@uni.example"))
        await until(pilot, lambda: len(screen.form.recipients) == 2)
        await pilot.press("ctrl+f")
        await until(pilot, lambda: addresses(screen, Field.CC) == ["b@uni.example"])
        await pilot.press("ctrl+f")
        await until(pilot, lambda: addresses(screen, Field.BCC) == ["b@uni.example"])
        assert [each.field for each in screen.form.recipients] == [Field.TO, Field.BCC]
        await pilot.press("ctrl+f")
        await until(pilot, lambda: addresses(screen, Field.TO) == ["a@bank.example", "b@uni.example"])


async def test_above_fifteen_who_see_each_other_bcc_is_offered(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        stage.post_message(events.Paste(", ".join(f"m{n}@club.example" for n in range(MANY))))
        await until(pilot, lambda: len(screen.form.recipients) == MANY)
        await pilot.press("ctrl+n")
        assert len(addresses(screen, Field.TO)) == MANY
        stage.post_message(events.Paste("one@more.example, two@more.example"))
        await until(pilot, lambda: "17 people will see each other's addresses" in words(shown(stage)))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: len(addresses(screen, Field.BCC)) == MANY + 2)
        await until(pilot, lambda: "will see each other" not in shown(stage))


async def test_a_look_alike_is_told_while_typing_and_never_green(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    table.people.marked["anna@bank.example"] = PersonMark(doubt="It looks like bаnk.example.")
    async with stage.run_test(size=(80, 24)) as pilot:
        await composing(stage, pilot, until)
        stage.post_message(events.Paste("anna@bank.example, otto@bank.example"))
        await until(pilot, lambda: "● Link-secure  otto@bank.example" in shown(stage))
        assert "◑ Verifiable ▲  anna@bank.example" in shown(stage)
        assert "anna@bank.example: It looks like" in shown(stage)


async def test_a_list_that_is_answered_is_marked(stage: Stage, until: Until, shown: Shown) -> None:
    listed = Recipient(address=Address("dev", "bank.example"), origin=Origin.LIST)
    async with stage.run_test(size=(80, 24)) as pilot:
        draft = replace(stage.table.new_draft(), recipients=(listed,))
        await composing(stage, pilot, until, draft)
        await until(pilot, lambda: "◑ Verifiable list  dev@bank.example" in shown(stage))
        assert "passes the letter on to people we can't check" in words(shown(stage))


async def test_what_was_set_for_somebody_is_asked_for_until_the_person_chooses(
    stage: Stage, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        selector = screen.form.selector
        stage.post_message(events.Paste("carol@old.example, jo@club.example"))
        await until(pilot, lambda: selector.value is Requirement.ENCRYPTED)
        await until(pilot, lambda: "Encrypted, as you set it for who it goes to." in shown(stage))
        await pilot.press("up", "delete")
        await until(pilot, lambda: selector.value is Requirement.ANY)
        selector.value = Requirement.LINK_SECURE
        await until(pilot, lambda: screen.draft.requirement_chosen)
        selector.value = Requirement.ANY
        stage.post_message(events.Paste("carol@old.example, x@club.example"))
        await until(pilot, lambda: "this letter asks for less, as you chose" in words(shown(stage)))
        assert selector.value is Requirement.ANY


async def test_a_draft_keeps_its_demand_when_it_is_opened_again(stage: Stage, until: Until) -> None:
    carol = Recipient(address=Address("carol", "old.example"))
    async with stage.run_test(size=(80, 24)) as pilot:
        draft = replace(stage.table.new_draft(), recipients=(carol,), requirement=Requirement.ENFORCED)
        screen = await composing(stage, pilot, until, draft)
        stage.post_message(events.Paste("x"))
        await until(pilot, lambda: bool(screen.care.wanted))
        assert screen.form.selector.value is Requirement.ENFORCED


async def test_a_letter_that_begins_with_its_recipients_asks_for_what_was_set_for_them(
    stage: Stage, until: Until
) -> None:
    carol = Recipient(address=Address("carol", "old.example"))
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        begun = replace(stage.table.new_draft(), recipients=(carol,))
        assert begun.requirement is Requirement.ANY
        stage.push_screen(screen := ComposeScreen(begun, fresh=True))
        await until(pilot, lambda: stage.screen is screen and stage.focused is not None)
        await until(pilot, lambda: screen.form.selector.value is screen.care.wanted)
        assert screen.form.selector.value > Requirement.ANY
        assert not screen.autosave.touched


async def test_of_many_recipients_no_server_is_connected_to_unasked(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    stage.config = replace(stage.config, network=replace(stage.config.network, probe=ProbeWhen.AUTOMATIC))
    everybody = [f"a@d{number}.example" for number in range(200)]
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        stage.post_message(events.Paste("\n".join(everybody[:PROBED_AT_ONCE])))
        await until(pilot, lambda: len(screen.assessing.known) == PROBED_AT_ONCE)
        assert set(table.connected.values()) == {None}
        assert "judged by what they publish" not in words(shown(stage))
        stage.post_message(events.Paste("\n".join(everybody[PROBED_AT_ONCE:])))
        await until(pilot, lambda: "judged by what they publish. ctrl+l" in words(shown(stage)))
        await until(pilot, lambda: len(screen.assessing.known) == 200)
        assert [table.connected[f"d{number}.example"] for number in (0, 49, 50, 199)] == [None, None, False, False]
        await pilot.press("ctrl+l")
        await until(pilot, lambda: set(table.connected.values()) == {True})
        await until(pilot, lambda: "judged by what they publish" not in words(shown(stage)))
