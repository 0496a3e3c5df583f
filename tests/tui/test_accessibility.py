"""Nothing needs a mouse, and nothing is told by colour alone."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from rich.style import Style
from textual.widget import Widget

from linksec_tui import tui
from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.message import Flag, Header
from linksec_tui.model.sender_state import SenderState
from linksec_tui.tui.keys import KEY_IDS
from linksec_tui.tui.marks import marks
from linksec_tui.tui.widgets.check_table import TableHead
from linksec_tui.tui.widgets.chips import Chips
from linksec_tui.tui.widgets.letter_text import LetterText
from linksec_tui.tui.widgets.level_bar import LevelBar
from linksec_tui.tui.widgets.message_line import FORWARDED, LineLook, LineState, message_line

if TYPE_CHECKING:
    from conftest import Stage, Until

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
PLAIN = Header(
    id=1, account="home", mailbox=1, uid=1, sender_name="Anna", sender_address="anna@bank.example", recipients="",
    subject="Lunch", received_at=NOW, flags=frozenset({Flag.SEEN}),
)  # fmt: skip
# What a click does without the focus being there, and the key that does the same.
KEY_FOR_CLICK: Mapping[type[Widget], str] = {
    LevelBar: "check.filter",
    TableHead: "check.by-level",
    Chips: "chips.up",
    LetterText: "read.fold",
}


def widget_classes() -> Iterator[type[Widget]]:
    for found in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        module = importlib.import_module(found.name)
        yield from (
            each for each in vars(module).values()
            if isinstance(each, type) and issubclass(each, Widget) and each.__module__ == module.__name__
        )  # fmt: skip


def test_whatever_can_be_clicked_takes_the_focus_or_has_a_key() -> None:
    clicked = [each for each in widget_classes() if "on_click" in vars(each)]
    assert clicked
    mouse_only = [each for each in clicked if not each.can_focus and KEY_FOR_CLICK.get(each) not in KEY_IDS]
    assert not mouse_only


@pytest.mark.parametrize("key", ["", "c", "v", "p", "a"], ids=["mailbox", "letter", "check", "people", "accounts"])
async def test_tab_goes_round_all_that_takes_the_focus(key: str, stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: stage.standing.unread > 0)
        mailbox = stage.screen
        if key:
            await pilot.press(key)
            await until(pilot, lambda: stage.screen is not mailbox and stage.focused is not None)
        takes = set(stage.screen.focus_chain)
        assert takes
        reached: set[Widget] = set()
        for _ in range(len(takes) + 1):
            await pilot.press("tab")
            if stage.focused is not None:
                reached.add(stage.focused)
        assert reached == takes


def text_of(header: Header, glyphs: Glyphs, *, selected: bool = False) -> str:
    bare = Style.null()
    look = LineLook(
        marks=marks(glyphs), base=bare, muted=bare, unread=bare, bounce=bare, star=bare, selected=bare, today=NOW
    )
    return "".join(segment.text for segment in message_line(header, look, LineState(selected=selected), 100))


@pytest.mark.parametrize("glyphs", Glyphs)
def test_every_mark_of_the_list_is_a_sign_and_no_two_are_the_same(glyphs: Glyphs) -> None:
    headers = [
        PLAIN,
        replace(PLAIN, flags=frozenset()),
        replace(PLAIN, flags=frozenset({Flag.SEEN, Flag.FLAGGED})),
        replace(PLAIN, flags=frozenset({Flag.SEEN, Flag.ANSWERED})),
        replace(PLAIN, flags=frozenset({Flag.SEEN, FORWARDED})),
        replace(PLAIN, flags=frozenset({Flag.SEEN, Flag.ANSWERED, FORWARDED})),
        replace(PLAIN, has_attachment=True),
        replace(PLAIN, is_bounce=True),
        replace(PLAIN, sender_state=SenderState.VERIFIED),
        replace(PLAIN, sender_state=SenderState.FAILED),
        replace(PLAIN, sender_state=SenderState.VERIFIED, sender_warned=True),
    ]
    texts = [*(text_of(header, glyphs) for header in headers), text_of(PLAIN, glyphs, selected=True)]
    assert len(set(texts)) == len(texts)
