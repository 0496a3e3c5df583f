"""The requirement selector: what the letter demands of its way, and in one sentence who meets it."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events, getters
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from linksec_tui.model.letter import Requirement
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.meeting import requirement_word
from linksec_tui.tui.text import plain, styled


class RequirementSelector(Widget, can_focus=True):
    """One line with the five requirements; the chosen one stands out by a mark, not by colour alone."""

    app = getters.app(Front)
    BINDINGS = bindings(Place.REQUIREMENT)
    DEFAULT_CSS = """
    RequirementSelector { height: 1; width: 1fr; text-wrap: nowrap; }
    """

    value: reactive[Requirement] = reactive(Requirement.ANY, init=False)

    @dataclass
    class Changed(Message):
        """Another requirement was chosen."""

        requirement: Requirement

    def render(self) -> Content:
        return plain(" ").join(self._word(requirement) for requirement in Requirement)

    def _word(self, requirement: Requirement) -> Content:
        if requirement is not self.value:
            return styled(f" {requirement_word(requirement)} ", "$muted")
        style = "bold $block-cursor-foreground on $chip-cursor" if self.has_focus else "bold $foreground on $chip"
        return styled(f"{self.app.marks.chosen}{requirement_word(requirement)} ", style)

    def watch_value(self) -> None:
        self.post_message(self.Changed(self.value))

    def action_more(self, by: int) -> None:
        """One step further on the ladder; at either end it stays."""
        steps = list(Requirement)
        self.value = steps[min(max(steps.index(self.value) + by, 0), len(steps) - 1)]

    def require_next(self) -> None:
        """One step on, and from the last one back to the first."""
        steps = list(Requirement)
        self.value = steps[(steps.index(self.value) + 1) % len(steps)]

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        start = 0
        for requirement in Requirement:
            end = start + len(requirement_word(requirement)) + 2
            if start <= event.x < end:
                self.value = requirement
            start = end + 1
