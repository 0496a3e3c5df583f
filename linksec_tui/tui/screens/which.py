"""A question with a few answers, each on a line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.text import assemble, plain
from linksec_tui.tui.widgets.options import Options

MOST_SEEN = 12  # lines of answers at a time


class AskWhich(ModalScreen[str | None]):
    """Answers with the id of a line; escape gives None."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.QUESTION)
    CSS_PATH = "ask.tcss"

    def __init__(self, question: str, answers: Sequence[tuple[str, Content]]) -> None:
        super().__init__()
        self._question, self._answers = question, answers
        self._options = Options()

    def compose(self) -> ComposeResult:
        with Vertical(classes="ask"):
            yield Static(plain(self._question), classes="question")
            yield self._options
            leave = self.app.key("question.leave")
            yield Static(
                assemble(("enter", "bold $accent"), " This one    ", (leave, "bold $accent"), " Leave it"),
                classes="answers",
            )

    def on_mount(self) -> None:
        self._options.set_prompts(self._answers)
        self._options.styles.height = min(len(self._answers), MOST_SEEN)
        self._options.focus()

    def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_leave_it(self) -> None:
        self.dismiss(None)
