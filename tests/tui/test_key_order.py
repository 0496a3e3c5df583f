"""Keys that come faster than they are taken: a fast typist, or a terminal that sends what was pasted as keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from linksec_tui.model.address import Field
from linksec_tui.tui.screens.compose import ComposeScreen

if TYPE_CHECKING:
    from conftest import Stage, Until

NAMED = {" ": "space", "\t": "tab", ",": "comma", "@": "at", ".": "full_stop"}


def burst(stage: Stage, keys: str) -> None:
    """All of them before the first is taken."""
    for key in keys:
        stage.post_message(events.Key(NAMED.get(key, key), key))


async def test_a_letter_that_is_typed_in_one_burst_is_written_as_typed(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen) and stage.focused is not None)
        screen = stage.screen
        assert isinstance(screen, ComposeScreen)
        burst(stage, "jo@club.example,carol@old.example,bob@office.example\tThe key\t\tUnder the third stone.")
        await until(pilot, lambda: screen.body.text == "Under the third stone.")
        written_to = [str(each.address) for each in screen.form.fields[Field.TO].recipients]
        assert written_to == ["jo@club.example", "carol@old.example", "bob@office.example"]
        assert screen.form.fields[Field.TO].line.value == ""
        assert screen.form.subject.value == "The key"
