"""Go to: every mailbox and every other screen, by a letter or two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from linksec_tui.model.mailbox import Mailbox
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.text import plain
from linksec_tui.tui.widgets.mailboxes import mailbox_name
from linksec_tui.tui.widgets.options import Options

Chosen = Mailbox | str | None


class GotoScreen(ModalScreen[Chosen]):
    """Answers with a mailbox, or with the name of an action of the mailbox screen."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.QUESTION, Place.PICK)
    CSS_PATH = "goto.tcss"

    question = "Go to"
    elsewhere: ClassVar[list[tuple[str, str]]] = [
        ("Outbox", "outbox"),
        ("Letters begun", "drafts"),
        ("Check recipients", "check"),
        ("Accounts", "accounts"),
        ("Mailboxes", "manage_mailboxes"),
    ]

    def __init__(self, mailboxes: Sequence[Mailbox]) -> None:
        super().__init__()
        several = len({mailbox.account for mailbox in mailboxes if mailbox.account}) > 1
        self._places: list[tuple[str, Mailbox | str]] = [
            (f"{mailbox_name(each)} of {each.account}" if several and each.account else mailbox_name(each), each)
            for each in mailboxes
        ]
        self._places += self.elsewhere
        self._line = Input(placeholder="where to", compact=True)
        self._options = Options()
        self._nothing = Static(plain("Nothing here is called so."), classes="nothing")

    def compose(self) -> ComposeResult:
        with Vertical(id="goto"):
            yield Static(plain(self.question), classes="question")
            yield self._line
            yield self._options
            yield self._nothing

    def on_mount(self) -> None:
        if self.app.tap is not None and self.elsewhere:
            self._places.append(("The tap", "tap"))
        self._options.can_focus = False
        self._show("")
        self._line.focus()

    def _show(self, typed: str) -> None:
        wanted = typed.casefold()
        found = [(str(at), plain(name)) for at, (name, _) in enumerate(self._places) if wanted in name.casefold()]
        self._options.set_prompts(found)
        self._options.highlighted = 0 if found else None
        self._nothing.display = not found

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value.strip())

    def on_input_submitted(self) -> None:
        self._answer(self._options.current)

    def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        self._answer(event.option.id or "")

    def _answer(self, at: str) -> None:
        if at:
            self.dismiss(self._places[int(at)][1])

    def action_pick(self, by: int) -> None:
        if by > 0:
            self._options.action_cursor_down()
        else:
            self._options.action_cursor_up()

    def action_leave_it(self) -> None:
        self.dismiss(None)


class PickMailbox(GotoScreen):
    """Answers with a mailbox."""

    elsewhere: ClassVar[list[tuple[str, str]]] = []

    def __init__(self, question: str, mailboxes: Sequence[Mailbox]) -> None:
        self.question = question
        super().__init__(mailboxes)
