"""Files named by a person: what stands in a directory, and the paths in a text that was pasted or dropped.

A terminal hands a dropped file over as its path: bare, quoted, with backslashes before blanks, or as a file: address.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

SEEN = 5_000  # entries of a directory that are looked at
MOST = 100  # paths in one pasted text


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a directory. `size` is None for a directory."""

    name: str
    size: int | None


def entries(typed: str) -> tuple[Entry, ...]:
    """What the directory that is typed holds, as far as it begins with what is typed behind the last slash.

    Blocking. Directories first; what cannot be looked at is not there.
    """
    directory, slash, start = typed.rpartition("/")
    found: list[Entry] = []
    try:
        for item, _ in zip(Path(f"{directory}{slash}" or ".").expanduser().iterdir(), range(SEEN), strict=False):
            if item.name.lower().startswith(start.lower()) and (start.startswith(".") or not item.name.startswith(".")):
                found.append(_entry(item))
    except (OSError, RuntimeError):
        return ()
    return tuple(sorted(found, key=lambda each: (each.size is not None, each.name.lower())))


def begun_anew(typed: str) -> str:
    """`~/` stands there already, and a person types a whole path behind it: that one is meant."""
    at = max(typed.rfind("//"), typed.rfind("/~"))
    return typed[at + 1 :]


def _entry(item: Path) -> Entry:
    try:
        return Entry(name=item.name, size=None if item.is_dir() else item.stat().st_size)
    except OSError:
        return Entry(name=item.name, size=0)  # a link that leads nowhere


def paths_in(text: str) -> tuple[Path, ...]:
    """The files that a text names and nothing else; none where any of it is no file. Blocking."""
    if not 0 < len(text) <= 4096 * MOST:
        return ()
    for named in (_by_line(text), _by_word(text)):
        found = [_path(each) for each in named[:MOST]]
        if found and all(each is not None for each in found):
            return tuple(each for each in found if each is not None)
    return ()


def _by_line(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _by_word(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return []


def _path(named: str) -> Path | None:
    """An absolute path, one of the home, or a file: address of this machine."""
    try:
        if named.startswith("file:"):
            parts = urlsplit(named)
            named = unquote(parts.path) if parts.netloc in ("", "localhost") else ""
        named = named.strip("'\"")
        if not named.startswith(("/", "~")):
            return None
        path = Path(named).expanduser()
        return path if path.is_file() else None
    except (OSError, RuntimeError, ValueError):
        return None
