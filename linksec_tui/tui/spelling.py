"""Spell marks while a letter is written: words in sight are looked up beside the keys, each once."""

from __future__ import annotations

from textual.screen import Screen
from textual.timer import Timer

from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.front import Front
from linksec_tui.tui.widgets.letter_body import LetterBody

DELAY = 0.5  # seconds after the last key: a word that is still being typed is not wrong yet


class Spelling:
    """Nothing at all where no dictionary is configured."""

    def __init__(self, screen: Screen[None], app: Front, body: LetterBody) -> None:
        self._screen, self._app, self._body = screen, app, body
        self._timer: Timer | None = None
        self._right: set[str] = set()
        self._wrong: set[str] = set()
        self._on = bool(app.config.compose.spelling)
        self.soon()

    def soon(self) -> None:
        """Something was typed."""
        if not self._on:
            return
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(DELAY, self._due)

    def _due(self) -> None:
        self._screen.run_worker(self._look, group="spelling", exclusive=True, exit_on_error=False)

    async def _look(self) -> None:
        unknown = self._body.words_in_sight() - self._right - self._wrong
        if unknown:
            try:
                wrong = await self._app.desk.spelling.misspelt(unknown)
            except LinksecError as problem:
                self._on = False  # said once
                self._app.say(problem)
                return
            self._wrong |= wrong
            self._right |= unknown - wrong
        if len(self._body.misspelt) != len(self._wrong):  # they only come, never go
            self._body.show_misspelt(self._wrong)
