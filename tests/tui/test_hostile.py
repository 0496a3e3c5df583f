"""Hostile text through every screen: nothing crashes, nothing becomes a link, nothing steers the terminal.

The strings come past `visible`, as if the first barrier had been forgotten; the other two must hold alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import linksec_tui.tui
from linksec_tui.model import assessment as judgement
from linksec_tui.model.address import Address, Recipient
from linksec_tui.model.letter import CardAction, CardLine, Kind, OutboxItem, OutboxState
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Reading
from linksec_tui.model.reading import PageLink, Part, Unsubscribe, Wish
from linksec_tui.tui.guard import Guard
from tests.tui.painting import strips

if TYPE_CHECKING:
    from conftest import Front, Stage, TableDesk, Until

HOSTILE = [
    "[/]",
    "[b",
    "[@click=app.leave]x[/]",
    "$error [red]x[/red] [link=http://evil.example]y[/link]",
    "a\x1b]0;PWN\x07b\x1b[31mred\x9b31m\x00",
    "\u202eelpmaxe\u2066x",
]


ITEM = OutboxItem(
    id="i", letter="l", kind=Kind.LETTER, account="", state=OutboxState.HELD, recipients=(), subject="",
    created_at=datetime(2026, 3, 14, tzinfo=UTC),
)  # fmt: skip


def painted(app: Front) -> list[tuple[str, object]]:
    """Every segment as it would go to the terminal, with its click action."""
    background = app.screen.styles.background
    filtered = (segment for strip in strips(app) for segment in Guard().apply(list(strip), background))
    return [(each.text, each.style.meta.get("@click") if each.style else None) for each in filtered]


def check(app: Front) -> None:
    for text, action in painted(app):
        assert text.isprintable(), repr(text)
        assert not action or "leave" not in str(action) or "simulate_key" in str(action), action


def poisoned(table: TableDesk, text: str) -> None:
    """Everything that comes from outside says `text`."""
    table.headers = [
        replace(each, sender_name=text, subject=text, is_bounce=each.id == 300, sender_address=text)
        for each in table.headers[:30]
    ]
    table.text = text
    reasons = (judgement.Reason(code="dane-secure", text=text, host=text),)
    warning = judgement.Warning(code="downgrade", text=text)
    known = table.truth["old.example"]
    table.truth["old.example"] = replace(known, headline=text, reasons=reasons, warnings=(warning,))
    table.items = [replace(ITEM, account=text, recipients=(text,), subject=text, detail=text)]
    draft = replace(table.new_draft(), subject=text, sender_name=text, body=text)
    table.kept = {"d": replace(draft, id="d", recipients=(Recipient(address=Address("x", "old.example"), name=text),))}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_every_screen_survives(
    stage: Stage, table: TableDesk, until: Until, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned(table, text)

    async def mailboxes(account: str | None = None) -> tuple[Mailbox, ...]:
        return (Mailbox(id=1, account="home", name=text, wire_name="x"),)

    async def read(message: int, wish: Wish | None = None) -> Reading:
        part = Part(number="2", media_type=text, name=text, size=1)
        return Reading(
            header=table.headers[0], fields=((text, text),), text=text, parts=(part,), every_part=(part,), problem=text,
            notes=(text,), links=(PageLink(target=text, odd=text),), unsubscribe=Unsubscribe(letter=text, page=text),
        )  # fmt: skip

    async def card(message: int) -> object:
        from_table = await type(table).bounce_card(table, message)
        assert from_table is not None
        line = CardLine(recipient=text, happened=text, diagnostic=text, bounce_class=from_table.lines[0].bounce_class)
        return replace(
            from_table, subject=text, happened=text, arrived=(text,), lines=(line,), actions=tuple(CardAction)
        )

    async def source(message: int) -> str:
        return text

    for name, fake in (("mailboxes", mailboxes), ("read", read), ("bounce_card", card), ("source", source)):
        monkeypatch.setattr(table, name, fake)

    async with stage.run_test(size=(130, 40), notifications=True) as pilot:
        await until(pilot, lambda: stage.standing.opened)
        for keys in (["enter"], ["escape", "h"], ["escape", "o"], ["escape", "g"], ["escape", "b"], ["enter"]):
            await pilot.press(*keys)
            for _ in range(3):
                await pilot.pause()
            check(stage)
        await pilot.press("shift+tab", "ctrl+r", "ctrl+s")  # the path with its warnings, then the gate
        for _ in range(4):
            await pilot.pause()
        check(stage)
        await pilot.press("W")
        await pilot.pause()
        check(stage)
        stage.say(text)
        await pilot.pause()
        check(stage)
        assert stage.is_running
    assert stage.return_value is None


def test_no_screen_makes_content_but_through_the_second_barrier() -> None:
    package = Path(linksec_tui.tui.__file__).parent
    makers = re.compile(r"\bContent(\.assemble|\.styled|\.from_markup)?\(|from_markup|markup=True|\[/")
    found = [file.name for file in package.rglob("*.py") if file.name != "text.py" and makers.search(file.read_text())]
    assert not found
