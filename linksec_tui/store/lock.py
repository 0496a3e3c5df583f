"""Locks between processes, kept by the operating system (flock): they go when their process does, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from linksec_tui.model.errors import StoreError
from linksec_tui.store.durable import PRIVATE_FILE, in_our_words, make_private_directory

WORKER_FILE = "worker.lock"
PATIENCE = 120.0  # seconds; another process may be copying and upgrading a large mail.db
_PAUSE = 0.02


class FileLock:
    """A lock on a file of its own. Shared by all who use something, exclusive for who is about to replace it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with in_our_words(path):
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)

    def try_alone(self) -> bool:
        """Exclusive, if nobody else holds it at all."""
        return self._try(fcntl.LOCK_EX)

    def try_share(self) -> bool:
        """Shared, unless somebody is alone with it."""
        return self._try(fcntl.LOCK_SH)

    def alone(self) -> None:
        """Exclusive, waiting for the others. Raises StoreError when they take too long."""
        self._wait(fcntl.LOCK_EX)

    def share(self) -> None:
        """Shared, or from exclusive back to shared."""
        self._wait(fcntl.LOCK_SH)

    def release(self) -> None:
        """Idempotent; the file itself stays, for deleting it would give two processes two locks."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _wait(self, kind: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._try(kind):
            if time.monotonic() > deadline:
                raise StoreError(
                    f"Another linksec-tui has been holding {self._path.name} for {PATIENCE:.0f} seconds.",
                    "Wait until it has finished, or close it, and try again.",
                )
            time.sleep(_PAUSE)  # flock has no wait with a limit; this is the vault's own thread

    def _try(self, kind: int) -> bool:
        with suppress(BlockingIOError):
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
            return True
        return False


class WorkerLock:
    """Held by the one process of a state directory that synchronises and submits."""

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    @classmethod
    def try_take(cls, state: Path) -> WorkerLock | None:
        """The lock, or None where another process is the worker."""
        make_private_directory(state)
        lock = FileLock(state / WORKER_FILE)
        if lock.try_alone():
            return cls(lock)
        lock.release()
        return None

    def release(self) -> None:
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
