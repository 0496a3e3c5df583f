"""Questions are answered beside the thread that writes: SQLite's log (WAL) lets readers go on while somebody writes.

So a line of the list never waits until a hundred headers are written, nor behind the order of a whole mailbox or a
search: there are three connections, and of what takes long a person asks for one or two things at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from linksec_tui.store.connection import Connection, Durability

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 3


class Readers:
    """Connections that cannot write, opened when they are first needed; each sees all that was written before."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._idle: list[Connection] = []
        self._threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix=f"readers {path.name}")

    def submit(self, work: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return self._threads.submit(self._work, work, *args, **kwargs)

    def _work(self, work: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        connection = self._idle.pop() if self._idle else Connection(self._path, self._key, Durability.READ_ONLY)
        try:
            with connection.snapshot():
                return work(connection, *args, **kwargs)
        finally:
            self._idle.append(connection)

    def close(self) -> None:
        """Idempotent. Waits for what is under way."""
        self._threads.shutdown()
        while self._idle:
            self._idle.pop().close()
