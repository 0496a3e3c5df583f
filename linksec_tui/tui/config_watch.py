"""The configuration's file, changed by somebody else while the client is open: another program that added an account,
or the person in an editor. It counts from then on; while something is being written or asked, as soon as that is done.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from linksec_tui import config_file
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.tui.key_order import is_typed_in

if TYPE_CHECKING:
    from linksec_tui.config import Config
    from linksec_tui.tui.life import Life

LOOK = 2.0  # seconds between two looks at the file's date, which costs microseconds
_UNDER_THE_FIRST = 2  # screens: Textual's own, and the one that the client begins with

Stamp = tuple[int, int, int] | None


class ConfigWatch:
    """`read` is what the file said last, whether or not that counts already."""

    def __init__(self, app: Life) -> None:
        self._app = app
        self._path = app.config.path or config_file.config_path()
        self._stamp: Stamp = _stamp(self._path)
        self._read = app.config
        self._waiting: Config | None = None

    def begin(self) -> None:
        self._app.set_interval(LOOK, self.look)

    async def look(self) -> None:
        """Has it changed? Is the moment here to take over what it says?"""
        stamp = await asyncio.to_thread(_stamp, self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            await self._changed()
        if self._waiting is not None and self._app.screen_stack and self._at_rest():
            config, self._waiting = self._waiting, None
            if config != self._app.config:
                words = _words(self._app.config, config)
                self._app.begin_anew(config)
                self._app.say(words)

    async def _changed(self) -> None:
        fresh = await asyncio.to_thread(self._load)
        if fresh is None or fresh == self._read:
            return
        self._read = fresh
        if fresh == self._app.config or self._app.changing:  # our own change
            return
        self._waiting = fresh
        if not self._at_rest():
            self._app.say("The configuration was changed. It counts as soon as you are back in the mailbox.")

    def _load(self) -> Config | None:
        """None where the file says nothing that can be read; then what counted before still counts."""
        try:
            return replace(config_file.load(self._path), state=self._app.config.state)
        except ConfigurationError as problem:
            if self._path.exists():
                self._app.call_from_thread(self._app.say, _unreadable(problem))
            return None

    def _at_rest(self) -> bool:
        """Nothing is being written, asked or read through that a change would take away."""
        from linksec_tui.tui.screens.start import StartScreen  # deferred: mostly nothing has changed

        app = self._app
        if app.changing or app.unsaved or is_typed_in(app.focused):
            return False
        return len(app.screen_stack) <= _UNDER_THE_FIRST or isinstance(app.screen, StartScreen)


def _words(before: Config, after: Config) -> str:
    names = {account.name for account in before.accounts}, {account.name for account in after.accounts}
    added, gone = sorted(names[1] - names[0]), sorted(names[0] - names[1])
    told = [f"{', '.join(which)} {what}." for which, what in ((added, "was added"), (gone, "was taken out")) if which]
    return " ".join(["The configuration was changed, and counts from now on.", *told])


def _unreadable(problem: ConfigurationError) -> ConfigurationError:
    first = problem.sentence.partition("\n")
    return ConfigurationError(
        f"The configuration was changed, and cannot be read: {first[2].strip().partition(chr(10))[0] or first[0]}",
        "What counted before still counts. “linksec-tui config check” tells everything that is wrong.",
    )


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
