"""A verified copy of a locked file: desk.db can be rebuilt from nowhere else.

Copies are made by SQLite itself, locked with the same key, read back from first page to last, and only then put in
the place of the one before. A number in the file counts them: a desk.db that stands behind its copy has lost
something (a write-ahead log that was cut or deleted looks like a healthy, older file), and is brought back too.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from linksec_tui.model.errors import StoreDamaged, StoreError
from linksec_tui.store.connection import Connection, Durability, Value
from linksec_tui.store.durable import create_private_file, in_our_words, rename_durably, sync_directory
from linksec_tui.store.lock import FileLock

_GENERATION = "SELECT generation FROM copied"
_BESIDE_A_DATABASE = ("-wal", "-shm", "-journal")


def copy_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.copy")


def keep_copy(connection: Connection, since: tuple[Value, ...] | None = None) -> tuple[Value, ...]:
    """Renew the file's copy unless nothing changed `since` the mark that the last call returned; a new mark."""
    if since is not None and connection.change_mark() == since:
        return since
    with FileLock(connection.path.with_name(f"{connection.path.name}.copy.lock")) as lock:
        lock.alone()  # else the slower of two processes could put the older copy over the newer
        connection.execute("UPDATE copied SET generation = generation + 1")
        mark = connection.change_mark()
        with in_our_words(copy_path(connection.path)):
            write_verified_copy(connection, copy_path(connection.path))
    return mark


def write_verified_copy(connection: Connection, target: Path) -> None:
    """Copy the whole file as it is now to `target`, or leave what stood there. Raises StoreError."""
    beside = target.with_name(f"{target.name}.new")
    for name in ("", *_BESIDE_A_DATABASE):
        beside.with_name(f"{beside.name}{name}").unlink(missing_ok=True)
    create_private_file(beside)
    connection.execute("VACUUM INTO ?", str(beside))
    with closing(Connection(beside, connection.key, Durability.READ_ONLY)) as copy:
        copy.verify()
        if copy.number("PRAGMA user_version") != connection.number("PRAGMA user_version"):
            raise StoreError(f"A copy of {connection.path.name} did not come out right.", "Check the disk.")
    rename_durably(beside, target)


def lost_something(connection: Connection) -> bool:
    """Does the file stand behind its own copy?"""
    copy = copy_path(connection.path)
    if not copy.exists():
        return False
    try:
        with closing(Connection(copy, connection.key, Durability.READ_ONLY)) as opened:
            here = connection.number(_GENERATION) if connection.number("PRAGMA user_version") else 0
            return opened.number(_GENERATION) > here
    except StoreError:
        return False  # a damaged copy proves nothing, and the next change of state replaces it


def copy_is_sound(path: Path, key: bytes) -> bool:
    """Is there a copy that this key opens, whole from first page to last?"""
    copy = copy_path(path)
    if not copy.exists():
        return False
    try:
        with closing(Connection(copy, key, Durability.READ_ONLY)) as opened:
            opened.verify()
    except StoreDamaged:
        return False
    return True


def bring_back(path: Path) -> None:
    """Put the copy in the file's place; what stood there is set aside. Nobody may have either open.

    A kill at any moment leaves the copy, and no file or the right one: the next start goes on from there.
    """
    set_aside(path)
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    create_private_file(beside)
    beside.write_bytes(copy_path(path).read_bytes())
    rename_durably(beside, path)


def set_aside(path: Path) -> Path | None:
    """Rename a damaged file and what SQLite keeps beside it; nothing is deleted. Its new name, if there was one.

    The write-ahead log goes too: SQLite would play it into whatever file stands there next.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    existed = path.exists()
    for name in ("", *_BESIDE_A_DATABASE):
        part = path.with_name(f"{path.name}{name}")
        if part.exists():
            part.replace(aside.with_name(f"{aside.name}{name}"))
    sync_directory(path.parent)
    return aside if existed else None
