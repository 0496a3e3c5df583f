"""How the list is looked at: conversations, words, orders, what is unread, several accounts, panes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linksec_tui.model.events import MailboxChanged
from linksec_tui.model.listing import Arrangement, Order
from linksec_tui.model.message import Flag
from linksec_tui.tui.screens.mailbox import MailboxScreen

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Stage, TableDesk, Until

    from linksec_tui.config import Config
    from linksec_tui.tui.front import Leave


def mailbox(stage: Stage) -> MailboxScreen:
    screen = stage.screen_stack[1]
    assert isinstance(screen, MailboxScreen)
    return screen


def is_there(stage: Stage) -> bool:
    return len(stage.screen_stack) > 1 and len(mailbox(stage).messages.spine) == 300


async def test_conversations_are_folded_unfolded_selected_and_remembered(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    table.views.threads = [(297, 298, 300)]
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: is_there(stage))
        messages = mailbox(stage).messages
        await pilot.press("V")
        await until(pilot, lambda: messages.length == 298)
        assert "300 messages in 298 conversations" in shown(stage)
        await until(pilot, lambda: "[3 •2]" in shown(stage))
        assert set(messages.chosen) == {297, 298, 300}
        await pilot.press("z")
        assert messages.length == 300
        assert messages.chosen == (297,)
        await pilot.press("ctrl+x")
        assert set(messages.chosen) == {297, 298, 300}
        assert table.views.kept == {"INBOX": Arrangement(threaded=True)}
        await pilot.press("V")
        await until(pilot, lambda: "300 messages, 3 selected" in shown(stage))


async def test_words_narrow_the_list_as_they_are_typed_and_escape_takes_them_away(
    stage: Stage, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: is_there(stage))
        messages = mailbox(stage).messages
        await pilot.press("l", *"29")
        await until(pilot, lambda: len(messages.spine) == 13)
        await pilot.press("enter")
        assert stage.focused is messages
        await pilot.press("asterisk")
        assert len(messages.chosen) == 13
        await pilot.press("escape")
        await until(pilot, lambda: len(messages.spine) == 300)
        assert "Only:" not in shown(stage)


async def test_another_order_is_chosen_and_the_same_once_more_turns_it_round(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: is_there(stage))
        screen = mailbox(stage)
        await pilot.press("S")
        await until(pilot, lambda: type(stage.screen).__name__ == "AskWhich" and stage.focused is not None)
        await pilot.press(*["down"] * list(Order).index(Order.UNREAD), "enter")
        await until(pilot, lambda: screen.arrangement == Arrangement(order=Order.UNREAD))
        assert list(screen.messages.spine[:2]) == [300, 297]


async def test_where_nothing_is_unread_another_mailbox_is_offered_and_gone_to_when_asked_again(
    stage: Stage, table: TableDesk, until: Until
) -> None:
    table.headers[:] = [
        replace(each, mailbox=1 if each.id > 100 else 2, flags=frozenset({Flag.SEEN} if each.id != 50 else ()))
        for each in table.headers
    ]
    inbox_and_sent = table.mailboxes

    async def with_unread(account: str | None = None) -> object:
        sent, inbox = await inbox_and_sent(account)
        return (replace(sent, unread=1), replace(inbox, unread=0))

    table.mailboxes = with_unread  # pyright: ignore[reportAttributeAccessIssue]  # the table's facts, changed
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(stage.screen_stack) > 1 and len(mailbox(stage).messages.spine) == 200)
        await pilot.press("n")
        await until(pilot, lambda: mailbox(stage).offered is not None)
        await pilot.press("n")
        await until(pilot, lambda: mailbox(stage).messages.current_id == 50)


async def test_a_range_is_selected_from_the_last_one_to_here(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: is_there(stage))
        await pilot.press("x", "j", "j", "X")
        assert set(mailbox(stage).messages.chosen) == {300, 299, 298, 297}


@pytest.mark.parametrize("size", [(160, 50), (120, 40)])
async def test_panes_are_resized_and_stay_so(
    stage: Stage, table: TableDesk, until: Until, size: tuple[int, int]
) -> None:
    async with stage.run_test(size=size) as pilot:
        await until(pilot, lambda: is_there(stage))
        screen = mailbox(stage)
        before = screen.messages.outer_size
        await pilot.press("greater_than_sign", "right_parenthesis")
        beside = size[0] >= 140
        await until(pilot, lambda: table.views.kept_panes.split > 0 and table.views.kept_panes.mailboxes == 25)
        await until(pilot, lambda: screen.mailboxes.outer_size.width == 25)
        after = screen.messages.outer_size
        assert after.width > before.width if beside else after.height > before.height


async def test_all_inboxes_are_one_list_that_names_the_account(
    config: Config, make_table: type[TableDesk], make_stage: type[Stage], until: Until, shown: Shown
) -> None:
    work = replace(config.accounts[0], name="work")
    table = make_table(replace(config, accounts=(config.accounts[0], work)))
    table.headers[:] = [replace(each, mailbox=3, account="work") if each.id % 2 else each for each in table.headers]
    of_home = table.mailboxes

    async def of_both(account: str | None = None) -> object:
        sent, inbox = await of_home(account)
        return (sent, inbox, replace(inbox, id=3, account="work", unread=7))

    table.mailboxes = of_both  # pyright: ignore[reportAttributeAccessIssue]  # the table's facts, changed
    stage = make_stage(table)
    async with stage.run_test(size=(120, 30)) as pilot:
        screen = await here(stage, pilot, until)
        await until(pilot, lambda: len(screen.messages.spine) == 150)
        assert "Inbox of home" in shown(stage)
        assert "All inboxes" in shown(stage)
        await pilot.press("g", *"all in", "enter")
        await until(pilot, lambda: is_there(stage))
        await until(pilot, lambda: "work       11:00" in shown(stage))
        assert screen.account == "home", "whose message is under the cursor"
        await pilot.press("j")
        assert screen.account == "work"
        before = len(screen.messages.spine)
        table.headers.insert(0, replace(table.headers[0], id=301, mailbox=3, account="work"))
        table.queue.put_nowait(MailboxChanged(mailbox=3, arrived=(301,)))
        await until(pilot, lambda: len(screen.messages.spine) == before + 1)


async def here(stage: Stage, pilot: Pilot[Leave], until: Until) -> MailboxScreen:
    await until(pilot, lambda: len(stage.screen_stack) > 1 and isinstance(stage.screen_stack[1], MailboxScreen))
    return mailbox(stage)
