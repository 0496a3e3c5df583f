"""A passphrase is asked for on the terminal device, never on standard input (experience.md §5)."""

from __future__ import annotations

import getpass
from pathlib import Path

from linksec_tui.model.errors import NoKey

_TERMINAL = Path("/dev/tty")


def ask_on_terminal(asked: str) -> str:
    """What the person types, unseen. Raises NoKey where there is no terminal."""
    try:
        with _TERMINAL.open("r+b", buffering=0):
            pass  # getpass would fall back to standard input, where a letter may be waiting
    except OSError as error:
        raise NoKey(
            "No key for the store: its passphrase is asked for on a terminal, and there is none here.",
            "Set [store] key to command or password for use without one.",
        ) from error
    return getpass.getpass(f"{asked}: ")
