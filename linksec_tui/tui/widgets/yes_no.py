"""A question with two answers, in one line: the chosen one stands out by a mark, not by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events, getters
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.text import plain, styled

_ANSWERS = ((False, "no"), (True, "yes"))


class YesNo(Widget, can_focus=True):
    """`open` is False where only “no” is possible."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.YES_NO)
    DEFAULT_CSS = """
    YesNo { height: 1; width: 1fr; text-wrap: nowrap; &:focus { background-tint: $foreground 4%; } }
    """

    value: reactive[bool] = reactive(default=False, init=False)

    @dataclass
    class Changed(Message):
        """The other answer."""

        value: bool

    def __init__(self, *, value: bool, is_open: bool, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.set_reactive(YesNo.value, value)
        self._open = is_open

    def render(self) -> Content:
        return plain(" ").join(self._word(answer, word) for answer, word in _ANSWERS)

    def _word(self, answer: bool, word: str) -> Content:
        if answer is not self.value:
            return styled(f" {word} ", "$muted")
        style = "bold $block-cursor-foreground on $chip-cursor" if self.has_focus else "bold $foreground on $chip"
        return styled(f"{self.app.marks.chosen}{word} ", style)

    def watch_value(self) -> None:
        self.post_message(self.Changed(self.value))

    def action_change(self) -> None:
        """To “yes” only where that is possible, back at any time."""
        self.value = not self.value and self._open

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        if event.x < sum(len(word) + 2 for _, word in _ANSWERS) + 1:
            self.action_change()
