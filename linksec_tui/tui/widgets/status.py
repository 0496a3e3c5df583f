"""The two bottom lines of every screen: where things stand, and which keys help here."""

from __future__ import annotations

from typing import cast

from textual import getters
from textual.content import Content
from textual.screen import Screen
from textual.signal import Signal
from textual.style import Style
from textual.widgets import Static

from linksec_tui.tui.front import Front
from linksec_tui.tui.keys import shown
from linksec_tui.tui.standing import Standing, status_words


class StatusLine(Static):
    """Connection, own hop, unread, outbox, impostor."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    StatusLine { height: 1; padding: 0 1; background: $panel; color: $foreground; text-wrap: nowrap;
        text-overflow: ellipsis; }
    """

    def on_mount(self) -> None:
        self.watch(self.app, "standing", self._show)

    def _show(self, standing: Standing) -> None:
        self.update(status_words(standing, self.app.marks))


class KeyHints(Static):
    """The keys that matter most at this moment; a click on one presses it."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    KeyHints { height: 1; padding: 0 1; background: $background; color: $muted; text-wrap: nowrap;
        text-overflow: ellipsis; link-style: none; link-color: $accent; link-style-hover: none;
        link-background-hover: $panel; }
    """

    def on_mount(self) -> None:
        signal = cast("Signal[Screen[object]]", self.screen.bindings_updated_signal)
        signal.subscribe(self, self._show)
        self._show(self.screen)

    def _show(self, screen: Screen[object]) -> None:
        told: dict[str, Content] = {}
        for _node, binding, enabled, _tip in screen.active_bindings.values():
            if binding.show and enabled and binding.action not in told:
                told[binding.action] = _hint(binding.key, binding.description)
        self.update(Content("  ").join(told.values()))


def _hint(key: str, label: str) -> Content:
    press = Style.from_meta({"@click": f"app.simulate_key({key!r})"})
    return Content.assemble((shown(key)[0], "bold $accent"), (f" {label}", "$muted")).stylize(press)
