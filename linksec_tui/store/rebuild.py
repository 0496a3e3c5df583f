"""A damaged mail.db is begun anew: the servers have all of it. What cannot be fetched again lies in the other file.

Damage shows where a page is read, perhaps in the middle of a day. So it is noted beside the file, and whoever opens
the file next looks through all of it before anybody relies on it.
"""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from linksec_tui.model.errors import StoreDamaged, StoreError
from linksec_tui.store import copies
from linksec_tui.store.connection import Connection, Durability, damaged
from linksec_tui.store.durable import PRIVATE_FILE, in_our_words
from linksec_tui.store.lock import FileLock


def lock_of(path: Path) -> FileLock:
    return FileLock(path.with_name(f"{path.name}.lock"))


def note_damage(path: Path) -> None:
    """For the next opening. Where even that cannot be written, the next look through the file finds it again."""
    with suppress(OSError):
        _note(path).touch(mode=PRIVATE_FILE)


def is_doubted(path: Path) -> bool:
    return _note(path).exists()


def trust_again(path: Path) -> None:
    """All of it was read, and is whole."""
    with suppress(OSError):
        _note(path).unlink(missing_ok=True)


def begin_anew(path: Path) -> str:
    """Set a damaged mail.db aside, so that the next opening creates an empty one; the sentence that says so."""
    with lock_of(path) as lock:
        if not lock.try_alone():
            raise StoreError(
                f"{path.name} is damaged, and another linksec-tui has it open.", "Close the other one first."
            )
        with in_our_words(path):
            for earlier in path.parent.glob(
                f"{path.name}.damaged-*"
            ):  # as large as a mailbox, and of no use to anybody
                earlier.unlink(missing_ok=True)
            aside = copies.set_aside(path)
        trust_again(path)
    kept = f" The damaged file is kept as {aside.name}." if aside else ""
    return f"{path.name} was damaged: it begins anew, and your mail is fetched again from the server.{kept}"


def look_through(path: Path, key: bytes) -> None:
    """Read every page and check the structure, beside whoever works on it. Raises StoreDamaged."""
    try:
        with closing(Connection(path, key, Durability.READ_ONLY)) as connection:
            connection.verify_quickly()
    except StoreDamaged:
        note_damage(path)
        raise damaged(path) from None


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.doubted")
