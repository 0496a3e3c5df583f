"""A part of a message to a program that needs the terminal: the screen goes away for it, and comes back."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from textual.app import SuspendNotSupported

from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.front import Front
from linksec_tui.tui.lending import STOPPED, lent


class PipeProblem(LinksecError):
    """The command could not be given the terminal, or failed."""


async def on_terminal(app: Front, command: str, content: bytes) -> None:
    """Returns when the command has ended. Raises PipeProblem; the screen is back either way."""
    try:
        status = await _run(app, command, content)
    except SuspendNotSupported:
        raise PipeProblem("A command cannot take over this terminal.", "Pipe it without the terminal.") from None
    if status in STOPPED:
        raise PipeProblem("The command was stopped.")
    if status:
        raise PipeProblem(f"The command ended with status {status}.")


async def _run(app: Front, command: str, content: bytes) -> int:
    status = 0
    with lent(app):
        try:
            running = await asyncio.create_subprocess_shell(command, stdin=asyncio.subprocess.PIPE)
            with suppress(OSError):  # it may have read enough
                await running.communicate(content)
            status = await running.wait()
            print("\nenter goes back to the mail ")  # noqa: T201 - to the person, while the screen is theirs
            await asyncio.to_thread(input)
        except (OSError, EOFError):
            status = status or 127
    return status
