"""First start, and a start that failed: what is the matter in a sentence, and what can be done right now."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets.option_list import Option

from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.front import Leave
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.text import assemble
from linksec_tui.tui.widgets.options import Options


class StartScreen(Page):
    """Three things to do: an account, the demo, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.START)
    CSS_PATH = "start.tcss"
    heading = "linksec-tui"
    name_of_keys = "start"

    def __init__(self, problem: LinksecError | None = None) -> None:
        super().__init__()
        self._problem = problem
        self._options = Options(id="start-options")

    def content(self) -> list[Widget]:
        return [VerticalScroll(Static(self._words(), markup=False), self._options, id="start")]

    def _words(self) -> Content:
        if self._problem is not None:
            return assemble((self._problem.sentence, "bold"), f"\n{self._problem.next_step}")
        return assemble(
            ("Who could read this on its way?", "bold"),
            "\nA mail client that answers before you press send.\n\nThere is no account yet.",
        )

    def on_mount(self) -> None:
        for action, words in self._offers():
            self._options.add_option(Option(words, id=action))
        self._options.focus()

    def _offers(self) -> list[tuple[str, Content]]:
        again = [("again", self._offer("start.again", "Look again"))] if self._problem else []
        return [
            *again,
            ("account", self._offer("start.account", "Add an account")),
            ("demo", self._offer("start.demo", "Try the demo: a small mail world on this machine alone")),
            ("leave", self._offer("start.quit", "Quit")),
        ]  # fmt: skip

    def _offer(self, key: str, words: str) -> Content:
        return assemble((f"{self.app.key(key):<4}", "bold $accent"), words)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        return action != "again" or self._problem is not None

    async def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        action = event.option.id or ""
        await self.run_action("app.leave" if action == "leave" else action)

    def action_account(self) -> None:
        self.app.add_account()

    def action_demo(self) -> None:
        self.app.exit(Leave.DEMO)

    def action_again(self) -> None:
        self.app.open_again()
