"""Octets → a new file: nothing is overwritten, nothing can be run, and it is on the disk when this returns."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from linksec_tui.formats.file_name import numbered
from linksec_tui.model.errors import BadInput

MOST_OF_A_NAME = 1000  # files of one name in one directory


def put_away(directory: Path, name: str, content: bytes) -> Path:
    """The file that it became: with a number where the name is taken. Raises BadInput in words for people."""
    try:
        file, descriptor = _made(directory, name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError:
            with suppress(OSError):
                file.unlink()  # half a file is worse than none
            raise
        _settle(directory)
    except OSError as failure:
        raise BadInput(
            f"It could not be saved in {directory}: {failure.strerror or 'the system refuses'}.",
            "Name another directory.",
        ) from failure
    return file


def _made(directory: Path, name: str) -> tuple[Path, int]:
    """O_EXCL: a file that is there, or a link that somebody laid there meanwhile, is never written to."""
    for count in range(1, MOST_OF_A_NAME + 1):
        file = directory / numbered(name, count)
        with suppress(FileExistsError):
            return file, os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    raise FileExistsError(17, "too many files of that name")


def _settle(directory: Path) -> None:
    """The name too is on the disk, where the file system can say so."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
