"""Numbered steps from an empty file to today's schema; the number reached stands in the file (user_version).

A file is copied before it is changed, each step is one transaction, and a file from a newer program is left alone.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

from linksec_tui.model.errors import NewerSchema, StoreError
from linksec_tui.store.connection import Connection, Durability
from linksec_tui.store.copies import write_verified_copy


class Schema(StrEnum):
    """Which of the two files."""

    MAIL = "mail"  # can be rebuilt from the server
    DESK = "desk"  # cannot

    @property
    def durability(self) -> Durability:
        return Durability.PROMISED if self is Schema.DESK else Durability.REBUILDABLE


Steps = tuple[str, ...]


@cache
def steps_of(schema: Schema) -> Steps:
    """The packaged steps in order; step n brings a file from version n-1 to n."""
    found = sorted(
        (entry for entry in files("linksec_tui.store").joinpath("schema").iterdir() if entry.name.startswith(schema)),
        key=lambda entry: entry.name,
    )
    return tuple(entry.read_text(encoding="utf-8") for entry in found)


def version_of(connection: Connection) -> int:
    return connection.number("PRAGMA user_version")


def migrate(connection: Connection, steps: Steps, *, keep_before: bool = True) -> None:
    """Bring the file to the newest version. Nobody else may have it open.

    `keep_before`: a copy of it as it was is kept, for whoever wants to go back; mail.db is fetched anew instead.
    """
    version = version_of(connection)
    _refuse_newer(connection.path, version, len(steps))
    if keep_before and 0 < version < len(steps):
        write_verified_copy(connection, before_path(connection.path, version))
    for number, step in enumerate(steps[version:], start=version + 1):
        with connection.transaction():
            connection.execute(step)
            connection.execute(f"PRAGMA user_version = {number}")


def require_current(connection: Connection, steps: Steps) -> None:
    """For a file that others have open too: it must already have the version that we know."""
    version = version_of(connection)
    _refuse_newer(connection.path, version, len(steps))
    if version < len(steps):
        raise StoreError(
            f"An older linksec-tui has {connection.path.name} open.", "Close it, then start this one again."
        )


def before_path(path: Path, version: int) -> Path:
    """Where the file is copied to before it leaves `version`."""
    return path.with_name(f"{path.name}.before-{version + 1}")


def _refuse_newer(path: Path, version: int, known: int) -> None:
    if version > known:
        raise NewerSchema(
            f"{path.name} was written by a newer linksec-tui (layout {version}; this one knows {known}).",
            "Update linksec-tui; the file was not touched.",
        )
