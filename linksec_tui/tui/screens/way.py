"""The way a message came, and who sent it; on request the sender's domain is asked."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.widgets.hops import HopsPicture


class WayScreen(Page):
    """Opening it looks nothing up; the key does."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.WAY)
    heading = "The way it came"
    name_of_keys = "way"

    def __init__(self, message: int) -> None:
        super().__init__()
        self.picture = HopsPicture(id="way")
        self._message = message

    def content(self) -> list[Widget]:
        return [self.picture]

    def on_mount(self) -> None:
        self.picture.show_nothing(f"One moment{self.app.marks.ellipsis}")
        self.picture.focus()
        self._look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Asking is offered where it could tell more."""
        found = self.picture.inspection
        return action != "verify" or (found is not None and bool(found.sender.domain))

    @work(exclusive=True, group="way", exit_on_error=False)
    async def _look(self) -> None:
        try:
            self.picture.show(await self.app.desk.inspect(self._message))
        except LinksecError as problem:
            self.picture.show_nothing(str(problem))
        self.refresh_bindings()

    @work(exclusive=True, group="way", exit_on_error=False)
    async def action_verify(self) -> None:
        found = self.picture.inspection
        if found is None:
            return
        self.app.notices.say(f"Asking {found.sender.domain}{self.app.marks.ellipsis}", about="asking")
        try:
            self.picture.show(await self.app.desk.verify_sender(self._message))
        except LinksecError as problem:
            self.app.say(problem)
        finally:
            self.app.notices.unsay("asking")
