"""A letter that is open here and written on at another machine: what is there is shown, and nobody's words are lost.

Servers tell of a change in another mailbox only where they have NOTIFY (RFC 5465). So as long as a letter is in front
its copy on the server is looked at every so often, and whenever the person comes back to it.
"""

from __future__ import annotations

from typing import Protocol

from textual.screen import Screen

from linksec_tui.model.events import DraftsChanged, Event
from linksec_tui.model.letter import Draft
from linksec_tui.tui.autosave import Autosave
from linksec_tui.tui.front import Front

LOOK_EVERY = 20.0  # seconds: a select and a search of a small mailbox

_CONTINUED = "This letter was continued on another machine: it is shown as it stands there now."
_BOTH = "Another machine wrote on this letter, too. Both are kept among the letters begun; here you see yours."
_GONE = "This letter was sent or thrown away on another machine. It is kept here only if you write on."


class OpenLetter(Protocol):
    """The screen that a letter is written on."""

    draft: Draft
    autosave: Autosave

    def written(self) -> Draft: ...

    def take_over(self, draft: Draft) -> None: ...

    def show_known(self) -> None: ...


class DraftWatch:
    """For one letter's screen, which stays what it is until the person could miss something."""

    def __init__(self, letter: OpenLetter, screen: Screen[None], app: Front) -> None:
        self._letter, self._screen, self._app = letter, screen, app
        self.sentences: list[str] = []  # what the person must know for as long as the letter is open
        app.desk_events.subscribe(screen, self._take)
        screen.set_interval(LOOK_EVERY, self.look)
        screen.watch(app, "app_focus", self.look, init=False)

    def look(self) -> None:
        """Ask the server, where the person has the letter before them."""
        if self._app.app_focus and self._app.screen is self._screen:
            self._app.desk.drafting.look(self._letter.draft.account)

    def _take(self, event: Event) -> None:
        if isinstance(event, DraftsChanged) and event.elsewhere and event.account == self._letter.draft.account:
            self._screen.run_worker(self._compare, group="elsewhere", exclusive=True, exit_on_error=False)

    async def _compare(self) -> None:
        shown = self._letter.draft
        kept = await self._app.desk.drafting.read(shown.id)
        if self._letter.draft.taken != shown.taken:
            return  # another look was quicker
        if kept is None:
            self._warn(_GONE if shown.taken else "")
        elif kept.taken != shown.taken:
            if self._is_touched():
                self._warn(_BOTH)  # its next save keeps the other one beside it
            else:
                self._letter.take_over(kept)
                self._warn("")
                self._app.say(_CONTINUED)

    def _warn(self, sentence: str) -> None:
        self.sentences = [sentence] if sentence else []
        self._letter.show_known()

    def _is_touched(self) -> bool:
        return self._letter.autosave.unsaved or self._letter.written() != self._letter.draft
