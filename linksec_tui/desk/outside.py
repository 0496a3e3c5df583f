"""New mail said outside of the terminal: by the desktop, and by a command of the person's own.

What is said goes as an argument or in the environment, never through a shell's hands, and neither sees more of our
environment than a program needs to find the screen. Each has a time limit, and what it prints goes nowhere.
"""

from __future__ import annotations

import asyncio
import html
import logging
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from linksec_tui.config import Notify
from linksec_tui.desk.notice_words import TITLE
from linksec_tui.model.events import NewMail

log = logging.getLogger("linksec_tui.desk.outside")

PATIENCE = 10.0  # seconds
_SHELL = "/bin/sh"
_PASSED_ON = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TERM", "TMUX"),
    *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"),
)
# The texts are arguments of the script, so nothing in them can become a part of it.
_APPLE_SCRIPT = (
    *("-e", "on run argv", "-e", "display notification (item 2 of argv) with title (item 1 of argv)"),
    *("-e", "end run"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What the configuration asks for."""

    notify: Notify
    environment: Mapping[str, str]

    async def say(self, new: NewMail) -> None:
        if self.notify.desktop and (command := desktop_command(new.text, sys.platform)):
            await self._run(command, {})
        if self.notify.command:
            told = {"LINKSEC_ACCOUNT": new.account, "LINKSEC_COUNT": str(len(new.messages)), "LINKSEC_TEXT": new.text}
            await self._run((_SHELL, "-c", self.notify.command), told)

    async def _run(self, command: Sequence[str], told: Mapping[str, str]) -> None:
        environment = {name: self.environment[name] for name in _PASSED_ON if name in self.environment}
        try:
            running = await asyncio.create_subprocess_exec(
                *command,
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=DEVNULL,
                env={**environment, **told},
                start_new_session=True,  # a group of its own, which can be ended as one
            )
        except OSError as error:
            log.info("a notice could not be given: %s", type(error).__name__)
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await running.wait()
        except TimeoutError:
            log.info("a notice took longer than %.0f seconds, and was stopped", PATIENCE)
        finally:
            with suppress(ProcessLookupError, PermissionError):  # what it has left behind goes, too
                os.killpg(running.pid, signal.SIGKILL)
            await running.wait()


def desktop_command(text: str, platform: str) -> tuple[str, ...]:
    """What shows `text` on this desktop; nothing where there is no such program."""
    if platform == "darwin":
        return ("/usr/bin/osascript", *_APPLE_SCRIPT, TITLE, text)
    program = shutil.which("notify-send")
    # The Desktop Notifications Specification lets a body have markup: a name with <b> in it is a name.
    return (
        (program, f"--app-name={TITLE}", "--category=email.arrived", "--", TITLE, html.escape(text)) if program else ()
    )
