"""A message that is read, with its verbs: another wording, its links, its parts, leaving a list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual import work

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.message import Reading
from linksec_tui.model.reading import PageLink, Wish
from linksec_tui.tui.screens.ask import AskYes
from linksec_tui.tui.widgets.message_view import MessageView

if TYPE_CHECKING:
    from linksec_tui.model.letter import BounceCard

Fetch = Callable[[Wish], Awaitable[Reading]]


class LetterPane(MessageView):
    """What is long is shown from its beginning at once, and whole as soon as it is read."""

    _fetch: Fetch | None = None

    async def read(self, message: int, fetch: Fetch | None = None) -> None:
        """Show the message, or what `fetch` gets of it. Raises LinksecError."""
        self._fetch = fetch or (lambda wish: self.app.desk.read(message, wish))
        await self._read(self._fetch, Wish())

    async def _read(self, fetch: Fetch, wish: Wish) -> None:
        reading = await fetch(wish.beginning)
        card = await self._card(reading)
        self.show(reading, card)
        if reading.goes_on:
            self.show(await fetch(wish), card)

    async def _card(self, reading: Reading) -> BounceCard | None:
        if not reading.header.is_bounce:
            return None
        return await self.app.desk.bounce_card(reading.header.id)

    @work(exclusive=True, group="wording", exit_on_error=False)
    async def action_other_wording(self) -> None:
        if self.reading is not None and self.reading.others and self._fetch is not None:
            await self._read(self._fetch, Wish(wording=self.reading.others[0]))

    def action_parts(self) -> None:
        from linksec_tui.tui.screens.parts import PartsScreen  # deferred: only with this key

        if self.reading is not None:
            self.app.push_screen(PartsScreen(self.reading))

    @work(exclusive=True, group="link", exit_on_error=False)
    async def action_open_link(self) -> None:
        """Which one is asked, and whether, where it is odd."""
        from linksec_tui.tui.screens.links import LinksScreen  # deferred: only with this key

        if self.reading is None or not self.reading.links:
            return
        links = self.reading.links
        chosen = await self.app.push_screen_wait(LinksScreen(links))
        if chosen is None:
            return
        link = links[chosen]
        question = f"{link.odd} Open it all the same?\n\n{link.shown}"
        if not link.odd or await self.app.push_screen_wait(AskYes(question, "Open it")):
            await self._follow(link)

    async def _follow(self, link: PageLink) -> None:
        if link.target.lower().startswith("mailto:"):
            self._write_to(link.target)
            return
        try:
            opened = await self.app.desk.enclosures.follow(link)
        except LinksecError as problem:
            self.app.say(problem)
            return
        if opened:
            self.app.say(f"Opened in your browser: {link.host}")
        else:
            self.app.copy_to_clipboard(link.target)
            self.app.say(f"There is no browser here. The address was copied: {link.target}")

    def action_unsubscribe(self) -> None:
        leave = self.reading.unsubscribe if self.reading is not None else None
        if leave is not None and leave.letter:
            self._write_to(leave.letter)

    def _write_to(self, address: str) -> None:
        assert self.reading is not None
        try:
            draft = self.app.desk.enclosures.letter_to(address, self.reading.header.account)
        except LinksecError as problem:
            self.app.say(problem)
            return
        from linksec_tui.tui.screens.compose import ComposeScreen  # deferred: 50 ms, only when writing

        self.app.push_screen(ComposeScreen(draft, fresh=True))
