"""Walks to the screens of writing, for the golden screens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events

from linksec_tui.model.letter import Attachment, Inside
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.gate import GateScreen
from linksec_tui.tui.screens.going import GoingScreen

if TYPE_CHECKING:
    from conftest import Pilot, Stage, Until

    from linksec_tui.tui.front import Leave

EVERYBODY = (
    "anna@bank.example, prof@uni.example, dave@shop.example, jo@club.example, carol@old.example, x@nowhere.example"
)


async def mailbox(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    # drawn, not only counted: a dialogue over a screen that was never painted has nothing behind it
    await until(pilot, lambda: stage.standing.unread > 0 and "Sender" in stage.export_screenshot())


async def compose(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("c")
    await until(pilot, lambda: isinstance(stage.screen, ComposeScreen) and stage.focused is not None)
    assert isinstance(stage.screen, ComposeScreen)
    assert stage.focused is not None
    stage.screen.form.subject.value = "Friday"
    stage.screen.body.text = "Dear all,\n\nsee you on Friday."
    stage.post_message(events.Paste(EVERYBODY + ","))
    await pilot.press("ctrl+r", "ctrl+r", "ctrl+r")
    known = stage.screen.assessing.known
    await until(pilot, lambda: len(known) == 6 and all(each.complete for each in known.values()))
    await pilot.press("up", "up", "up", "up", "up")


async def going(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await compose(stage, pilot, until)
    await pilot.press("f8")
    await until(pilot, lambda: isinstance(stage.screen, GoingScreen) and stage.focused is not None)
    stage.post_message(events.Paste("tomorrow 8"))
    await pilot.press("down")
    stage.post_message(events.Paste("4 h"))


async def set_to_go(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    """The letter afterwards."""
    await going(stage, pilot, until)
    await until(pilot, lambda: "Back&#160;after&#160;4" in stage.export_screenshot())
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(stage.screen, ComposeScreen))


async def files(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    """A part that came with the letter, and a file that lies on another machine."""
    await compose(stage, pilot, until)
    screen = stage.screen
    assert isinstance(screen, ComposeScreen)
    inside = Inside(letter="letter-1", part="1.2", size=2048)
    page = Attachment(name="page.html", path=Path("page.html"), media_type="text/html", inside=inside)
    screen.draft = replace(screen.draft, attachments=(page,), elsewhere=("plan.pdf",))
    screen.show_files()
    await until(pilot, lambda: screen.files.option_count == 2)
    screen.set_focus(screen.files)
    await until(pilot, lambda: "Look&#160;at&#160;it" in stage.export_screenshot())


async def gate(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await compose(stage, pilot, until)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(stage.screen, GateScreen) and stage.focused is not None)
    await pilot.press("n", "n", "W")


async def names(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("c")
    await until(pilot, lambda: isinstance(stage.screen, ComposeScreen) and stage.focused is not None)
    await pilot.press("c", "l")
    await until(pilot, lambda: "anna@club.example" in stage.export_screenshot())
