"""The person at the terminal device: told on standard error, asked on the device and never on standard input."""

from __future__ import annotations

from pathlib import Path

from linksec_tui.cli.passphrase import ask_on_terminal
from linksec_tui.model.errors import NoKey

_TERMINAL = Path("/dev/tty")


def is_there() -> bool:
    """Is there a terminal to ask on?"""
    try:
        with _TERMINAL.open("r+b", buffering=0):
            return True
    except OSError:
        return False


def ask_line(asked: str) -> str:
    """A line that the person types; empty where they end the input instead. Blocks."""
    with _TERMINAL.open("r+b", buffering=0) as device:
        device.write(f"{asked}: ".encode())
        return device.readline(4096).decode("utf-8", "replace").strip()


def ask_hidden(asked: str) -> str:
    """The same, unseen. Blocks."""
    try:
        return ask_on_terminal(asked)
    except (NoKey, EOFError):
        return ""
