"""The terminal lent to another program: the screen goes away for it, and comes back however it ends."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from linksec_tui.tui.front import Front

STOPPED = (-signal.SIGINT, 128 + signal.SIGINT)  # by itself, or what was running in the shell


@contextmanager
def lent(app: Front) -> Generator[None]:
    """An exception inside it would leave the application suspended for good. Raises SuspendNotSupported before."""
    with app.suspend(), _deaf_to_ctrl_c():
        yield


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
