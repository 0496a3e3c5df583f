"""Letters that are open at once: one is put aside as it stands, cursor and undo included, and taken up by a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.screen import Screen

if TYPE_CHECKING:
    from textual.app import App

Letter = Screen[None]


class OpenLetters:
    """Those put aside, the longest ago first. What is installed lives on while it is not shown."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._made = 0
        self._living: list[Letter] = []
        self.aside: list[Letter] = []

    def put_aside(self, letter: Letter) -> None:
        """It must be the one in front."""
        self._keep(letter)
        self._app.pop_screen()

    def take_up_next(self, instead_of: Letter | None = None) -> None:
        """The one put aside longest ago; another in front goes behind the others."""
        if not self.aside:
            return
        found = self.aside.pop(0)
        if instead_of is not None:
            self._keep(instead_of)
            self._app.pop_screen()
        self._app.push_screen(found)

    def take_up(self, letter: Letter) -> None:
        self.aside.remove(letter)
        self._app.push_screen(letter)

    def forget(self, letter: Letter) -> None:
        """It ends: when it is closed nothing of it stays."""
        if letter in self.aside:
            self.aside.remove(letter)
        if letter in self._living:
            self._living.remove(letter)
            self._app.uninstall_screen(letter)  # pyright: ignore[reportUnknownMemberType]  # its screens are generic

    def _keep(self, letter: Letter) -> None:
        if letter not in self._living:
            self._made += 1
            self._living.append(letter)
            self._app.install_screen(letter, f"letter {self._made}")  # pyright: ignore[reportUnknownMemberType]  # as above
        self.aside.append(letter)
