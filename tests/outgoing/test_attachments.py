"""Files that change while they are read: what is sent is what was there at one moment, or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import BinaryIO, NoReturn

import pytest

from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Attachment
from linksec_tui.outgoing.attachments import read_attachments

SIZE = 4_000_000


def overwritten(file: BinaryIO) -> None:
    file.seek(0)
    file.write(b"x")


def grown(file: BinaryIO) -> None:
    file.seek(0, os.SEEK_END)
    file.write(b"x")


def cut_and_filled(file: BinaryIO) -> None:
    file.truncate(SIZE // 2)
    file.truncate(SIZE)


@contextmanager
def somebody_else(path: Path, change: Callable[[BinaryIO], None]) -> Generator[None]:
    """Changes the file without a pause."""
    enough = Event()

    def work() -> None:
        with path.open("r+b", buffering=0) as file:
            while not enough.is_set():
                change(file)

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


@pytest.mark.parametrize("change", [overwritten, grown, cut_and_filled])
def test_a_file_that_somebody_changes_while_it_is_read_is_refused(
    tmp_path: Path, change: Callable[[BinaryIO], None]
) -> None:
    path = tmp_path / "minutes"
    path.write_bytes(bytes(SIZE))
    with somebody_else(path, change), pytest.raises(BadInput, match="minutes” changed while it was read"):
        read_for_ever(Attachment(name="minutes", path=path))


def read_for_ever(attachment: Attachment) -> NoReturn:
    """Until both work at the same moment."""
    while True:
        read_attachments([attachment])


def test_a_file_with_more_in_it_than_its_size_says_is_refused() -> None:
    """As those of the kernel are: their size is 0."""
    path = Path("/proc/self/stat")
    with pytest.raises(BadInput, match="changed while it was read"):
        read_attachments([Attachment(name="stat", path=path)])
