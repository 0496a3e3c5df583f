"""A disk of a few megabytes that can be filled to the last page: that it is full is the kernel's word, not ours."""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PIECE = 4096  # a page of memory, of which such a disk is made


@dataclass(frozen=True)
class SmallDisk:
    """`directory` is on it."""

    directory: Path

    @property
    def _ballast(self) -> Path:
        return self.directory / "ballast"

    def fill(self) -> None:
        """To the last page."""
        with suppress(OSError), self._ballast.open("ab", buffering=0) as ballast:
            while ballast.write(bytes(_PIECE)) == _PIECE:
                pass

    def make_room(self) -> None:
        self._ballast.unlink()


@contextmanager
def small_disk(directory: Path, megabytes: int) -> Generator[SmallDisk]:
    """There for the time of a test."""
    directory.mkdir()
    subprocess.run(("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "none", str(directory)), check=True)
    try:
        yield SmallDisk(directory)
    finally:
        # Lazily: whoever has a file open there is on the way out.
        subprocess.run(("umount", "--lazy", str(directory)), check=True)
