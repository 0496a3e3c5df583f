"""Which link: each with its number and where it leads; typing a number goes to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from linksec_tui.model.reading import PageLink
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.text import assemble, plain
from linksec_tui.tui.widgets.options import Options

MOST_SEEN = 12  # lines at a time


class LinksScreen(ModalScreen[int | None]):
    """Answers with the place of a link among all; escape gives None."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.QUESTION)
    CSS_PATH = "ask.tcss"

    def __init__(self, links: Sequence[PageLink]) -> None:
        super().__init__()
        self._links = links
        self._options = Options()
        self._typed = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="ask"):
            yield Static(plain("Open which link? Type its number, or go to it."), classes="question")
            yield self._options
            leave = self.app.key("question.leave")
            yield Static(
                assemble(("enter", "bold $accent"), " Open it    ", (leave, "bold $accent"), " Leave it"),
                classes="answers",
            )

    def on_mount(self) -> None:
        self._options.set_prompts([(str(at), self._line(at, link)) for at, link in enumerate(self._links)])
        self._options.styles.height = min(len(self._links), MOST_SEEN)
        self._options.focus()

    def _line(self, at: int, link: PageLink) -> Content:
        odd = (f" {self.app.marks.caution}", "$warning") if link.odd else ""
        shown = link.shown if len(link.shown) <= 200 else f"{link.shown[:200]}{self.app.marks.ellipsis}"
        return assemble((f"{at + 1:>3} ", "$accent"), shown, odd)

    def on_key(self, event: events.Key) -> None:
        """Digits add up to a number, until it is none that there is."""
        if event.character is None or event.character not in "0123456789":
            return
        event.stop()
        self._typed += event.character
        if not 0 < int(self._typed) <= len(self._links):
            self._typed = event.character
        number = int(self._typed)
        if 0 < number <= len(self._links):
            self._options.highlighted = number - 1

    def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        self.dismiss(int(event.option.id or 0))

    def action_leave_it(self) -> None:
        self.dismiss(None)
