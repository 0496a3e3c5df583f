"""Whom the letter is from: one line, there only where there is a choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import getters
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from linksec_tui.model.account import Sender
from linksec_tui.model.letter import Draft
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.text import assemble


class SenderLine(Widget, can_focus=True):
    """The chosen sender. Left and right go through them, enter or a click shows all."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.SENDER)
    DEFAULT_CSS = """
    SenderLine { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis;
        &:focus { background-tint: $foreground 4%; }
    }
    """

    @dataclass
    class Changed(Message):
        """The letter is from somebody else."""

        sender: Sender

    @dataclass
    class Opened(Message):
        """All of them should be shown."""

    def __init__(self, senders: Sequence[Sender], draft: Draft) -> None:
        super().__init__()
        self.senders = senders
        self._at = place_of(senders, draft)

    def render(self) -> Content:
        sender = self.senders[self._at]
        accounts = {each.account for each in self.senders}
        account = f"  {sender.account}" if len(accounts) > 1 else ""
        return assemble((str(sender), "bold" if self.has_focus else ""), (account, "$muted"))

    def show(self, draft: Draft) -> None:
        """Whom the draft is from."""
        self._at = place_of(self.senders, draft)
        self.refresh()

    def choose(self, at: int) -> None:
        """The one at that place; before the first comes the last."""
        at %= len(self.senders)
        if at != self._at:
            self._at = at
            self.refresh()
            self.post_message(self.Changed(self.senders[at]))

    def action_another(self, by: int) -> None:
        self.choose(self._at + by)

    def action_open(self) -> None:
        self.post_message(self.Opened())

    def on_click(self) -> None:
        self.action_open()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()


def place_of(senders: Sequence[Sender], draft: Draft) -> int:
    """Where the draft's sender stands; the account's first where that one is gone."""
    exact = [at for at, each in enumerate(senders) if (each.account, each.address) == (draft.account, draft.sender)]
    of_account = [at for at, each in enumerate(senders) if each.account == draft.account]
    return next(iter((*exact, *of_account)), 0)
