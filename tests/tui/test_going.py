"""When and how one letter goes: said in words, shown as understood, seen on the letter, changed in the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from linksec_tui.model.assessment import Assurance
from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.model.letter import Kind, OutboxItem, OutboxState, Requirement
from linksec_tui.outgoing.later import FURTHEST, parse_span, parse_when
from linksec_tui.tui.going_words import can_have_notice, give_up_words, going_words, notice_words, optional_words
from linksec_tui.tui.meeting import unprotected_too
from linksec_tui.tui.screens.ask_when import AskWhen
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.going import GoingScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.outbox import OutboxScreen
from linksec_tui.tui.time_words import moment_typed, moment_words, span_words
from tests.tui.table_facts import NOON, judged

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Stage, TableDesk, Until

    from linksec_tui.tui.front import Leave

MET = ProviderFacts(account="home", observed_at=NOON)
DECLARED = replace(MET, linksec_level=3)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=6), "today 18:00"),
        (timedelta(hours=20), "tomorrow 8:00"),
        (timedelta(days=2, hours=-3), "Mon 16 Mar 9:00"),
        (timedelta(days=300), "Fri 8 Jan 2027 12:00"),
    ],
)
def test_a_moment_is_told_by_its_day_and_its_clock(ahead: timedelta, words: str) -> None:
    assert moment_words(NOON + ahead, NOON) == words


@given(st.integers(min_value=1, max_value=60 * 24 * 399))
def test_what_is_told_of_a_time_is_understood_when_it_is_typed(minutes: int) -> None:
    assert parse_span(span_words(minutes)) == timedelta(minutes=minutes)
    moment = NOON + timedelta(minutes=minutes)
    assert moment - NOON < FURTHEST
    assert parse_when(moment_typed(moment), NOON, UTC) == moment


def test_only_what_is_set_is_told(table: TableDesk) -> None:
    draft = table.new_draft()
    assert going_words(draft, NOON) == []
    told = replace(draft, send_at=NOON + timedelta(hours=20), give_up_minutes=240, notice_inside=True)
    assert going_words(told, NOON) == ["tomorrow 8:00", "comes back after 4 h", "the notice inside"]
    over = replace(draft, send_at=NOON - timedelta(hours=1), tls_optional=True, pickup="https://home.example/1")
    assert going_words(over, NOON) == ["when you send it (its time is over)", "notices with a link", "even unprotected"]


@pytest.mark.parametrize(
    ("offered", "words"),
    [
        (True, "Back after 4 h."),
        (None, "Back after 4 h, if your provider offers that."),
        (False, "Your provider does not offer that"),
    ],
)
def test_giving_up_says_what_the_provider_does_about_it(offered: bool | None, words: str) -> None:
    assert words in give_up_words(240, replace(MET, deliver_by_offered=offered))


def test_the_notice_inside_is_offered_only_where_the_provider_may_have_declared_it() -> None:
    assert can_have_notice(None)
    assert can_have_notice(DECLARED)
    assert not can_have_notice(MET)
    assert "does not say that it does this" in notice_words(MET, Requirement.ENFORCED, inside=False)
    assert "requires something" in notice_words(DECLARED, Requirement.ANY, inside=True)
    assert "they get the notice" in notice_words(DECLARED, Requirement.ENFORCED, inside=True)


def test_a_letter_that_requires_something_cannot_travel_unprotected_too() -> None:
    assert "requires nothing" in optional_words(Requirement.ENCRYPTED, optional=False)
    assert "anybody" in optional_words(Requirement.ANY, optional=True)


def test_no_badge_of_such_a_letter_is_above_encrypted() -> None:
    known = {name: judged(name, each) for name, each in (("a", Assurance.LINK_SECURE), ("b", Assurance.EXPOSED))}
    capped = unprotected_too(known)
    assert [capped[name].assurance for name in "ab"] == [Assurance.ENCRYPTED, Assurance.EXPOSED]


async def composing(stage: Stage, pilot: Pilot[Leave], until: Until) -> ComposeScreen:
    await until(pilot, lambda: stage.open_desk_or_none is not None)
    await pilot.press("c")
    await until(pilot, lambda: isinstance(stage.screen, ComposeScreen) and stage.focused is not None)
    assert isinstance(stage.screen, ComposeScreen)
    return stage.screen


async def test_what_is_typed_is_shown_as_understood_kept_and_seen_on_the_letter(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = await composing(stage, pilot, until)
        stage.post_message(events.Paste("anna@bank.example,"))
        await until(pilot, lambda: bool(screen.form.recipients))
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(stage.screen, GoingScreen) and stage.focused is not None)
        stage.post_message(events.Paste("someday"))
        await until(pilot, lambda: "“someday” is not a time" in shown(stage))
        await pilot.press("enter")
        await pilot.press(*["backspace"] * 7)
        stage.post_message(events.Paste("tomorrow 8"))
        await until(pilot, lambda: "Goes tomorrow 8:00" in shown(stage))
        await pilot.press("down")
        stage.post_message(events.Paste("4 h"))
        await until(pilot, lambda: "Back after 4 h" in shown(stage))
        await pilot.press("enter")
        await until(pilot, lambda: stage.screen is screen and "Goes     tomorrow 8:00 · comes back" in shown(stage))
        await until(pilot, lambda: "draft-1" in table.kept and table.kept["draft-1"].give_up_minutes == 240)
        assert table.kept["draft-1"].send_at == datetime(2026, 3, 15, 8, tzinfo=UTC)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))
        await until(pilot, lambda: ("send", "draft-1") in table.done)


async def test_a_letter_taken_up_again_tells_when_it_goes_as_wide_as_it_can(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    later = datetime(2026, 3, 15, 8, tzinfo=UTC)
    draft = replace(table.new_draft(), subject="Minutes", send_at=later, give_up_minutes=240)
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        stage.push_screen(ComposeScreen(draft))
        await until(pilot, lambda: "Goes     tomorrow 8:00 · comes back after 4 h · f8" in shown(stage))


async def test_what_stands_in_the_outbox_for_later_is_shown_and_changed_there(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    later = NOON + timedelta(hours=20)
    table.items = [
        OutboxItem(
            id="item-1", letter="l", kind=Kind.LETTER, account="home", state=OutboxState.WAITING,
            recipients=("anna@bank.example",), subject="Friday", created_at=NOON, next_attempt_at=later,
            not_before=later,
        )
    ]  # fmt: skip
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(stage.screen, OutboxScreen) and "goes tomorrow 8:00" in shown(stage))
        await pilot.press("l")
        await until(pilot, lambda: isinstance(stage.screen, AskWhen) and "That is tomorrow 8:00" in shown(stage))
        await pilot.press("ctrl+u")
        stage.post_message(events.Paste("in 2 h"))
        await until(pilot, lambda: "That is today 14:00" in shown(stage))
        await pilot.press("enter")
        await until(pilot, lambda: ("in 2 h", "item-1") in table.posted.done)
        await until(pilot, lambda: isinstance(stage.screen, OutboxScreen))
