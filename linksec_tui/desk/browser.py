"""A page of the provider's in a browser, where one can show a window; inside this terminal it would take that over."""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser


def has_screen() -> bool:
    """Can a browser show a window here?"""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


async def open_page(address: str) -> None:
    """Open it, where it can be."""
    if has_screen():
        await asyncio.to_thread(webbrowser.open, address)
