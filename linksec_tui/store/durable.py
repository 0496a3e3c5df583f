"""Files that are there after a power cut: private from their first moment, written beside, synced, then renamed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from linksec_tui.model.errors import StoreError, StoreFull

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700


@contextmanager
def in_our_words(path: Path) -> Generator[None]:
    """What the operating system refuses inside, as a sentence about `path`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise full(path) from error
        raise StoreError(
            f"{path} cannot be used ({error.strerror or error}).",
            "Check its permissions, and the room on the disk; [paths] state names the directory.",
        ) from error


def full(path: Path) -> StoreFull:
    return StoreFull(f"There is no room left on the disk for {path.name}.", "Make room; nothing was half written.")


def make_private_directory(path: Path) -> None:
    """Create `path` for its owner alone; an existing one of ours is narrowed to that. Raises StoreError."""
    with in_our_words(path):
        path.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        mode = path.stat().st_mode
        if mode & stat.S_ISVTX:  # root could narrow even /tmp, and nobody else could use it any more
            raise StoreError(f"{path} is shared with others.", "Name a directory of its own in [paths] state.")
        if mode & 0o077:
            path.chmod(PRIVATE_DIRECTORY)


def create_private_file(path: Path) -> None:
    """An empty file that only its owner can read, its name already on the disk. Fails where one exists."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
    sync_directory(path.parent)


def write_private_file(path: Path, content: bytes) -> None:
    """Replace `path` by `content` at once or not at all."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    create_private_file(beside)
    beside.write_bytes(content)
    rename_durably(beside, path)


def rename_durably(source: Path, target: Path) -> None:
    sync_file(source)
    source.replace(target)
    sync_directory(target.parent)


def sync_file(path: Path) -> None:
    _sync(path, os.O_RDWR)


def sync_directory(path: Path) -> None:
    with suppress(OSError):  # some file systems refuse to sync a directory; they need no asking
        _sync(path, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
