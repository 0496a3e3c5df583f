"""A time asked for, in words; while they are typed stands below how they are understood."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input, Static

from linksec_tui.model.errors import BadInput
from linksec_tui.tui.screens.ask import AskLine
from linksec_tui.tui.text import styled
from linksec_tui.tui.time_words import moment_words


class AskWhen(AskLine):
    """Answers with the words; escape gives None, and words that are no time no answer."""

    def __init__(self, question: str, *, text: str = "") -> None:
        super().__init__(question, text=text, placeholder="tomorrow 8:00, mon 9, in 2 h")
        self._understood = Static(markup=False, classes="below")

    def below(self) -> ComposeResult:
        yield self._understood

    def takes(self, typed: str) -> bool:
        return self._tell(typed)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._tell(event.value.strip())

    def _tell(self, typed: str) -> bool:
        """Below the line: when that is, or why it is no time."""
        desk = self.app.desk
        try:
            words = (
                styled(f"That is {moment_words(desk.posted.when(typed), desk.now())}.", "$muted")
                if typed.strip()
                else ""
            )
        except BadInput as problem:
            self._understood.update(styled(str(problem), "$warning"))
            return False
        self._understood.update(words)
        return True
