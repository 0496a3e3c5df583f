"""The tour's two lines at the top of every screen: which step, what to press; not there while no tour goes on."""

from __future__ import annotations

from textual import getters
from textual.content import Content
from textual.widgets import Static

from linksec_tui.tui.front import Front
from linksec_tui.tui.keys import shown
from linksec_tui.tui.text import assemble, plain
from linksec_tui.tui.tour_words import Guided, Step, but_escape, with_keys


class TourBar(Static):
    """Two lines, or three where the terminal is narrow."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    TourBar { height: auto; padding: 0 1; background: $chip-cursor; color: $foreground; display: none; }
    TourBar.-guided { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def on_mount(self) -> None:
        self.watch(self.app, "guided", self._show)

    def _show(self, guided: Guided | None) -> None:
        self.set_class(guided is not None, "-guided")
        if guided is not None:
            self.update(self._words(guided))

    def _words(self, guided: Guided) -> Content:
        head = assemble((f"Tour {guided.number} of {len(Step)}", "bold $accent"), "  ", (guided.title, "bold"))
        keys = assemble(
            (self.app.key("tour.do"), "bold $accent"), " does it for you  ",
            (self.app.key("tour.end"), "bold $accent"), " ends it",
        )  # fmt: skip
        if guided.playing:
            keys = assemble((self.app.key("tour.end"), "bold $accent"), " ends it")
        sentence = with_keys(guided.sentence.replace("{people}", guided.people), self._key)
        return plain("\n").join([assemble(head, "   ", keys), sentence])

    def _key(self, key_id: str) -> str:
        return shown(but_escape(self.app.keys_of(key_id)))[0]
