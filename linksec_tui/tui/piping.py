"""A part of a message to a program that needs the terminal: the screen goes away for it, and comes back."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress
from types import FrameType

from textual.app import SuspendNotSupported

from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.front import Front

_STOPPED = (-signal.SIGINT, 128 + signal.SIGINT)  # by itself, or what was running in the shell


class PipeProblem(LinksecError):
    """The command could not be given the terminal, or failed."""


async def on_terminal(app: Front, command: str, content: bytes) -> None:
    """Returns when the command has ended. Raises PipeProblem; the screen is back either way."""
    try:
        status = await _run(app, command, content)
    except SuspendNotSupported:
        raise PipeProblem("A command cannot take over this terminal.", "Pipe it without the terminal.") from None
    if status in _STOPPED:
        raise PipeProblem("The command was stopped.")
    if status:
        raise PipeProblem(f"The command ended with status {status}.")


@contextmanager
def _deaf_to_ctrl_c() -> Generator[None]:
    """On a terminal with lines it is for the program that is running there, and reaches us as well.

    A function of ours and not SIG_IGN, which the program would inherit.
    """
    before = signal.signal(signal.SIGINT, _nothing)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _nothing(number: int, frame: FrameType | None) -> None:
    pass


async def _run(app: Front, command: str, content: bytes) -> int:
    status = 0
    with app.suspend(), _deaf_to_ctrl_c():
        # An exception inside this block would leave the application suspended for good.
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
