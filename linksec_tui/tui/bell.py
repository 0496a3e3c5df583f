"""New mail said by the terminal itself: its bell, and a notice where it shows such (OSC 9, OSC 777).

A text for an escape sequence holds no control character of any kind, so it can neither end the sequence early nor
begin another. A terminal that is not known to understand these sequences is sent none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.app import App

from linksec_tui.config import Notify
from linksec_tui.model.events import NewMail
from linksec_tui.model.visible import visible

BELL = "\a"
_OSC_9 = ("iTerm.app", "WezTerm", "ghostty", "WarpTerminal")  # TERM_PROGRAM
_OSC_777 = ("rxvt-unicode", "foot", "contour")  # beginnings of TERM


def notice_sequence(new: NewMail, notify: Notify, environment: Mapping[str, str]) -> str:
    """What is written to the terminal for it; empty where nothing is wanted."""
    shown = _osc(visible(new.text), environment) if notify.terminal else ""
    return shown + (BELL if notify.bell else "")


def ring(app: App[Any], sequence: str) -> None:
    """Past the screen: it is drawn nowhere."""
    driver = app._driver  # pyright: ignore[reportPrivateUsage]  # Textual's own bell goes the same way
    if sequence and driver is not None and not app.is_headless:
        driver.write(sequence)


def _osc(text: str, environment: Mapping[str, str]) -> str:
    if environment.get("TMUX") or environment.get("STY"):
        return ""  # tmux and screen keep them from the terminal; their own bell comes through
    if environment.get("TERM_PROGRAM") in _OSC_9 or environment.get("ConEmuPID"):
        return f"\x1b]9;linksec-tui: {text}\x1b\\"  # a text of digits would mean something else
    if environment.get("TERM", "").startswith(_OSC_777) or "VTE_VERSION" in environment:
        return f"\x1b]777;notify;linksec-tui;{text.replace(';', ',')}\x1b\\"
    return ""
