"""Two small questions: yes or no, and one line of text."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.text import assemble, plain


class AskYes(ModalScreen[bool]):
    """A question that only `y` answers with yes."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.DIALOGUE)
    CSS_PATH = "ask.tcss"

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question, self._yes = question, yes

    def compose(self) -> ComposeResult:
        with Vertical(classes="ask"):
            yield Static(plain(self._question))
            yes, no = self.app.key("dialogue.yes"), self.app.key("dialogue.no")
            words = assemble((yes, "bold $accent"), f" {self._yes}    ", (no, "bold $accent"), " No")
            yield Static(words, classes="answers")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)


class AskLine(ModalScreen[str | None]):
    """One line of text; escape gives None."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.QUESTION)
    CSS_PATH = "ask.tcss"

    def __init__(
        self,
        question: str,
        *,
        text: str = "",
        placeholder: str = "",
        suggester: Suggester | None = None,
        hidden: bool = False,
    ) -> None:
        super().__init__()
        self._question = question
        self._line = Input(text, placeholder=placeholder, suggester=suggester, password=hidden, compact=True)

    def compose(self) -> ComposeResult:
        with Vertical(classes="ask"):
            yield Static(plain(self._question))
            yield self._line
            yield from self.below()
            leave = self.app.key("question.leave")
            hints = assemble(("enter", "bold $accent"), " Go    ", (leave, "bold $accent"), " Leave it")
            yield Static(hints, classes="answers")

    def below(self) -> ComposeResult:
        """What heirs tell of what is typed."""
        yield from ()

    def takes(self, typed: str) -> bool:  # noqa: ARG002 - for heirs
        """Is it an answer? Otherwise the question stays."""
        return True

    def on_input_submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        if not typed or self.takes(typed):
            self.dismiss(typed or None)

    def action_leave_it(self) -> None:
        self.dismiss(None)
