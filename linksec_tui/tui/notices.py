"""Words in passing about one thing after another: the later takes the place of the earlier, and none piles up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linksec_tui.tui.front import Front

SHOWN = 4.0  # seconds


class Notices:
    """What stands on the screen, by what it is about."""

    def __init__(self, app: Front) -> None:
        self._app = app
        self._said: dict[str, str] = {}

    def say(self, sentence: str, *, about: str) -> None:
        self.unsay(about)
        self._said[about] = sentence
        self._app.notify(sentence, timeout=SHOWN, markup=False)

    def unsay(self, about: str) -> None:
        """It is not so any more."""
        sentence = self._said.pop(about, None)
        if sentence is not None:
            for each in list(self._app._notifications):  # pyright: ignore[reportPrivateUsage]  # Textual takes back all, or none
                if each.message == sentence:
                    self._app._unnotify(each)  # pyright: ignore[reportPrivateUsage]
