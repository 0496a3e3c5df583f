"""Desk: the verbs that both front ends call. The only place where the rooms below are wired together.

Its two names are resolved on their first use: a verb that needs no open desk does not wait for everything to be loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linksec_tui.desk.desk import Desk
    from linksec_tui.desk.opening import open_desk

__all__ = ["Desk", "open_desk"]

_PLACES = {"Desk": "linksec_tui.desk.desk", "open_desk": "linksec_tui.desk.opening"}


def __getattr__(name: str) -> object:
    """A public name on its first use (PEP 562)."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # deferred: as what it loads

    return getattr(importlib.import_module(_PLACES[name]), name)
