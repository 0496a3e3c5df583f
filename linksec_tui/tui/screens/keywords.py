"""The keywords of messages, written in one line; nothing written takes all of them off."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.widgets import Input, Static

from linksec_tui.model.errors import BadInput
from linksec_tui.model.keywords import changed
from linksec_tui.tui.screens.ask import AskLine
from linksec_tui.tui.text import plain


class AskKeywords(AskLine):
    """Answers with the whole line, which may be empty; escape gives None."""

    def __init__(self, question: str, now: Mapping[str, frozenset[str]]) -> None:
        super().__init__(question, text=" ".join(now), placeholder="words, with blanks between them")
        self._now = now
        self._problem = Static(classes="problem")

    def below(self) -> ComposeResult:
        self._problem.display = False
        yield self._problem

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        event.prevent_default()  # with AskLine's own an empty line would be no answer
        try:
            changed(event.value, self._now)
        except BadInput as problem:
            self._problem.update(plain(str(problem)))
            self._problem.display = True
        else:
            self.dismiss(event.value)
