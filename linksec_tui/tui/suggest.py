"""The rest of what is being typed, behind the cursor: a file's path, or an address that is known."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.suggester import Suggester

from linksec_tui.model.contact import Contact
from linksec_tui.tui.front import Front

SEEN = 2_000  # entries of a directory that are looked at


class PathCompletion(Suggester):
    """The first entry that begins with what is typed; directories end in a slash."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(_first_match, value) if value else None


def _first_match(typed: str) -> str | None:
    directory, slash, start = typed.rpartition("/")
    try:
        entries = Path(f"{directory}{slash}" or ".").expanduser().iterdir()
        names = sorted(entry.name + "/" * entry.is_dir() for entry, _ in zip(entries, range(SEEN), strict=False))
    except (OSError, RuntimeError):
        return None
    hidden = start.startswith(".")
    found = (name for name in names if name.startswith(start) and (hidden or not name.startswith(".")))
    return next((f"{directory}{slash}{name}" for name in found), None)


class AddressCompletion(Suggester):
    """The rest of an address from the address book, where a line has no room for a list of names."""

    def __init__(self, app: Front) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._app = app

    async def get_suggestion(self, value: str) -> str | None:
        prefix = value.lstrip()
        if "," in prefix:
            return None
        for found in await self._app.desk.people.complete(prefix):
            if isinstance(found, Contact) and str(found.address).lower().startswith(prefix.lower()):
                return value + str(found.address)[len(prefix) :]
        return None
