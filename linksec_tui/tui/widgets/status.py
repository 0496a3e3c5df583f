"""The two bottom lines of every screen: where things stand, and which keys help here."""

from __future__ import annotations

from typing import cast

from textual import getters
from textual.app import App
from textual.binding import ActiveBinding
from textual.content import Content
from textual.screen import Screen
from textual.signal import Signal
from textual.style import Style
from textual.widgets import Static

from linksec_tui.tui.front import Front
from linksec_tui.tui.keys import PLACE_IN_TABLE, shown
from linksec_tui.tui.standing import Standing, status_words
from linksec_tui.tui.text import assemble, plain


class StatusLine(Static):
    """Connection, own hop, unread, outbox, impostor."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    StatusLine { height: 1; padding: 0 1; background: $panel; color: $foreground; text-wrap: nowrap;
        text-overflow: ellipsis; }
    """

    def on_mount(self) -> None:
        self.watch(self.app, "standing", self._show)

    def on_resize(self) -> None:
        self._show(self.app.standing)

    def _show(self, standing: Standing) -> None:
        room = self.size.width
        self.update(status_words(standing, self.app.marks, room or None), layout=False)


class KeyHints(Static):
    """The keys that matter most at this moment; a click on one presses it."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    KeyHints { height: 1; padding: 0 1; background: $background; color: $muted; text-wrap: nowrap;
        text-overflow: ellipsis; link-style: none; link-color: $accent; link-style-hover: none;
        link-background-hover: $panel; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._hints: list[Content] = []
        self._drawn = ""

    def on_mount(self) -> None:
        signal = cast("Signal[Screen[object]]", self.screen.bindings_updated_signal)
        signal.subscribe(self, self._show)
        self._show(self.screen)

    def _show(self, screen: Screen[object]) -> None:
        told: dict[str, Content] = {}
        for _node, binding, enabled, _tip in sorted(screen.active_bindings.values(), key=_order):
            if binding.show and enabled and binding.action not in told:
                told[binding.action] = _hint(binding.key, binding.description)
        helping = told.pop("help", None)  # first, so that it is never the one that has no room
        self._hints = [*([helping] if helping else []), *told.values()]
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        """As many as have room, none of them cut."""
        room = self.size.width - self.styles.gutter.width
        shown_hints, used = list[Content](), 0
        for hint in self._hints:
            used += hint.cell_length + 2
            if used - 2 > room:
                break
            shown_hints.append(hint)
        line = plain("  ").join(shown_hints)
        if line.plain != self._drawn:  # with every move of a cursor the keys are told anew, and hardly ever change
            self._drawn = line.plain
            self.update(line, layout=False)


def _order(active: ActiveBinding) -> tuple[bool, bool, int]:
    """What holds the focus first, then the screen, each as the table has it: a remapped key keeps its place."""
    node = active.node
    return isinstance(node, App), isinstance(node, Screen), PLACE_IN_TABLE.get(active.binding.id or "", 0)


def _hint(key: str, label: str) -> Content:
    press = Style.from_meta({"@click": f"app.simulate_key({key!r})"})
    short = shown(key)[0].replace("ctrl+", "^")
    return assemble((short, "bold $accent"), (f" {label}", "$muted")).stylize(press)
