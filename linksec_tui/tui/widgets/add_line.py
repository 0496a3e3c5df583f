"""The line in which recipients are typed, or a whole list is pasted."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input

from linksec_tui.tui.front import Front
from linksec_tui.tui.suggest import AddressCompletion


class AddLine(Input):
    """One recipient is typed; a pasted list goes on the roll at once and is never a text in between."""

    @dataclass
    class Given(Message):
        """What somebody typed and ended with enter, or pasted."""

        text: str
        typed: bool

    def __init__(self, app: Front, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(
            placeholder="name@domain, or paste a list", suggester=AddressCompletion(app), compact=True, id=id
        )

    def _on_paste(self, event: events.Paste) -> None:
        if "\n" in event.text.strip() or "\r" in event.text.strip() or "," in event.text:
            self.post_message(self.Given(event.text, typed=False))
            event.stop()
            event.prevent_default()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.value.strip():
            self.post_message(self.Given(self.value, typed=True))
