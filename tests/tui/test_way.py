"""The way a message came, on the screen: the picture, the line above the text, the mark in the list, hostile text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.style import Style
from textual.widgets import Static

from linksec_tui.incoming.hops import Trust, way_of
from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.sender import Inspection, SenderCheck, SenderState, SenderWarning
from linksec_tui.tui.marks import marks
from linksec_tui.tui.screens.way import WayScreen
from linksec_tui.tui.sender_words import banner
from linksec_tui.tui.widgets.message_line import LineLook, LineState, message_line

if TYPE_CHECKING:
    from conftest import Shown, Stage, TableDesk, Until

    from linksec_tui.model.message import Header

TRUST = Trust(hosts=frozenset({"mx.home.example"}))
HANDED_OVER = "from out.a.example (out.a.example [192.0.2.7]) by mx.home.example with ESMTPS id 2; x"


async def test_i_opens_the_way_and_nothing_is_looked_up_until_v(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: stage.standing.unread > 0)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(stage.screen, WayScreen) and "mx.home.example" in shown(stage))
        assert "Nobody vouches that it is from club.example" in shown(stage)
        assert not [each for each in table.done if each[0] == "verify"]
        await pilot.press("v")
        await until(pilot, lambda: "club.example vouches for it." in shown(stage))
        assert [each for each in table.done if each[0] == "verify"] == [("verify", 300)]
        await pilot.press("i")
        await until(pilot, lambda: not isinstance(stage.screen, WayScreen))


async def test_without_a_sender_nobody_can_be_asked(stage: Stage, table: TableDesk, until: Until, shown: Shown) -> None:
    table.inspection = Inspection(way=way_of([], TRUST), sender=SenderCheck(headline="It does not say who sent it."))
    async with stage.run_test() as pilot:
        await until(pilot, lambda: stage.standing.unread > 0)
        await pilot.press("i")
        await until(pilot, lambda: "It does not say who sent it." in shown(stage))
        assert "Ask the sender" not in shown(stage)
        await pilot.press("v")
        await pilot.pause()
        assert not [each for each in table.done if each[0] == "verify"]


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (40, 12)])
@pytest.mark.parametrize("theme", ["linksec-dark", "linksec-light"])
async def test_a_hostile_way_can_neither_steer_the_terminal_nor_break_the_screen(
    stage: Stage, table: TableDesk, until: Until, shown: Shown, size: tuple[int, int], theme: str
) -> None:
    evil = "\x1b]0;owned\x07[bold red]✓[/] \u202egnp"
    fields = [
        HANDED_OVER, f"from {evil} ({evil} [192.0.2.1]) by {evil} with ESMTPS id {evil}; {evil}", "by", "", "(" * 9000,
        *["from x by y; z"] * 200,
    ]  # fmt: skip
    warning = SenderWarning(code="look-alike", text="x" * 3000)
    table.inspection = Inspection(
        way=way_of(fields, TRUST),
        sender=SenderCheck(name="[red]n[/]", address="a@b", domain="b", headline="h", warnings=(warning,)),
    )
    async with stage.run_test(size=size) as pilot:
        stage.theme = theme
        await until(pilot, lambda: stage.standing.unread > 0)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(stage.screen, WayScreen) and "[red]n[/]" in shown(stage))
        await pilot.press("end", "pageup", "home")
        assert not {character for character in shown(stage) if ord(character) < 32} - {"\n"}
        picture = str(stage.screen.query_one("#way > Static", Static).content)
        assert "\x1b" not in picture
        assert "\u202e" not in picture
        assert "105 more before these" in picture


def plainly(check: SenderCheck, glyphs: Glyphs = Glyphs.UNICODE) -> list[str]:
    return [line.plain for line in banner(check, marks(glyphs), 60)]


def test_the_banner_always_has_mark_and_word_and_never_green() -> None:
    for state, sign in zip(SenderState, "✓·≠", strict=True):
        (line,) = banner(SenderCheck(state=state, headline="Because."), marks(Glyphs.UNICODE), 60)
        assert line.plain == f"{sign} {state.word}: Because."
        assert not {"success", "green", "assurance"} & {
            word for span in line.spans for word in str(span.style).split("-")
        }


def test_the_banner_in_ascii_is_ascii() -> None:
    check = SenderCheck(
        state=SenderState.VERIFIED, headline="Because.", warnings=(SenderWarning(code="x", text="Look."),)
    )
    assert plainly(check, Glyphs.ASCII) == ["V Sender verified: Because.", "^ Look."]


def test_what_does_not_fit_hangs_below_its_own_words() -> None:
    first, second = plainly(SenderCheck(headline="word " * 12))
    assert first.startswith("· ")
    assert second.startswith("  word")


@pytest.mark.parametrize(
    ("changed", "mark"),
    [
        ({}, " "),
        ({"sender_state": SenderState.UNVERIFIED}, " "),
        ({"sender_state": SenderState.VERIFIED}, "✓"),
        ({"sender_state": SenderState.VERIFIED, "sender_warned": True}, "▲"),
        ({"sender_state": SenderState.UNVERIFIED, "sender_warned": True}, "▲"),
        ({"sender_state": SenderState.FAILED, "sender_warned": True}, "≠"),
    ],
)
def test_the_list_has_one_mark_in_a_cell_of_its_own(table: TableDesk, changed: dict[str, object], mark: str) -> None:
    header: Header = replace(table.headers[0], **changed)  # pyright: ignore[reportArgumentType]  # test data
    plain = Style()
    look = LineLook(
        marks=marks(Glyphs.UNICODE), base=plain, muted=plain, unread=plain, bounce=plain, star=plain, selected=plain
    )
    segments = message_line(header, look, LineState(), 80)
    assert segments[5].text == mark
    assert sum(len(segment.text) for segment in segments) <= 80
