"""A vault: one locked SQLite file, opened with a key that is handed in, the one thread that writes, and its readers.

Whoever is alone with the file when opening it checks it, brings it to today's schema and, where desk.db is damaged,
brings back its verified copy. Several processes may then have it open (WAL, short transactions).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Concatenate, Literal, ParamSpec, Self, TypeVar

from linksec_tui.model.errors import NoKey, StoreDamaged, StoreFull
from linksec_tui.store import copies
from linksec_tui.store.cipher import Beginning, key_text, look_at_beginning
from linksec_tui.store.connection import Connection, Value, damaged
from linksec_tui.store.durable import create_private_file, in_our_words, make_private_directory
from linksec_tui.store.lock import FileLock
from linksec_tui.store.migrations import Schema, Steps, migrate, require_current, steps_of
from linksec_tui.store.readers import Readers
from linksec_tui.store.rebuild import is_doubted, lock_of, note_damage, trust_again

P = ParamSpec("P")
T = TypeVar("T")

# Who has time waits here until it is worth trying again; who has none set is told at once that the disk is full.
until_room: ContextVar[Callable[[StoreFull], Awaitable[None]] | None] = ContextVar("until_room", default=None)


class Vault:
    """An open file. `notice` is a sentence that the person must see: what was damaged, and what came back."""

    def __init__(self, connection: Connection, lock: FileLock, notice: str) -> None:
        self.path = connection.path
        self.notice = notice
        self.damage = asyncio.Event()
        self._connection = connection
        self._lock = lock
        self._copied: tuple[Value, ...] | None = None
        self._readers = Readers(connection.path, connection.key)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"vault {connection.path.name}")

    async def run(self, work: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(connection, …)` on the vault's thread. Cancelled, it has been done either whole or not at all."""
        while True:
            try:
                return await self._answer(self._thread.submit(work, self._connection, *args, **kwargs))
            except StoreFull as problem:
                wait = until_room.get()
                if wait is None:
                    raise
                await wait(problem)

    async def ask(self, work: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run` for work that only reads, without waiting for what is being written; it sees all that was."""
        return await self._answer(self._readers.submit(work, *args, **kwargs))

    async def _answer(self, future: Future[T]) -> T:
        try:
            return await asyncio.wrap_future(future)
        except StoreDamaged:
            self.found_damaged()
            raise

    def do(self, work: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run`, for callers without a loop; blocks."""
        return self._thread.submit(work, self._connection, *args, **kwargs).result()

    def found_damaged(self) -> None:
        """Whoever opens the file next looks through all of it; whoever waits for `damage` is told now."""
        note_damage(self.path)
        self.damage.set()

    async def keep_copy(self) -> None:
        """Return when a verified copy that holds everything done before this call is on the disk.

        Where nothing changed since the last one, or a copy asked for meanwhile has it already, it costs nothing.
        """
        await self.run(self._keep_copy)

    def _keep_copy(self, connection: Connection) -> None:
        self._copied = copies.keep_copy(connection, self._copied)

    def close(self) -> None:
        """Idempotent. Waits for what is under way."""
        self._thread.shutdown()
        try:
            self._readers.close()
            self._connection.close()
        finally:  # a damaged file cannot be put away properly, and must be free to be replaced all the same
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What opening a file needs to know; `steps` are the packaged ones but in tests of the upgrade itself."""

    path: Path
    key: bytes = field(repr=False)
    schema: Schema
    steps: Steps


def open_vault(path: Path, key: bytes, *, schema: Literal["mail", "desk"]) -> Vault:
    """Open or create a file. Raises StoreError and its kinds; blocks, and reads every page of desk.db."""
    kind = Schema(schema)
    return open_with(Opening(path=path, key=key, schema=kind, steps=steps_of(kind)))


def open_with(opening: Opening) -> Vault:
    key_text(opening.key)  # a key that cannot be one is refused before anything is written
    make_private_directory(opening.path.parent)
    lock = lock_of(opening.path)
    try:
        with in_our_words(opening.path):
            notice = _prepare(opening) if lock.try_alone() else ""
            lock.share()
            connection = _open(opening)
        try:
            require_current(connection, opening.steps)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        lock.release()
        raise
    return Vault(connection, lock, notice)


def _prepare(opening: Opening) -> str:
    """Alone with the file: create, check, repair, upgrade. What the person must be told, or nothing."""
    path = opening.path
    may_come_back = opening.schema is Schema.DESK and copies.copy_path(path).exists()
    if not path.exists() or not path.stat().st_size:
        if may_come_back:
            return _bring_back(opening, "was missing")
        copies.set_aside(path)
        create_private_file(path)
    try:
        _check_and_migrate(opening)
    except (StoreDamaged, NoKey):
        if may_come_back and copies.copy_is_sound(path, opening.key):
            return _bring_back(opening, "was damaged")
        raise
    return ""


def _bring_back(opening: Opening, what: str) -> str:
    copy = copies.copy_path(opening.path)
    if not copies.copy_is_sound(opening.path, opening.key):
        raise _no_key(copy)
    made_at = datetime.fromtimestamp(copy.stat().st_mtime, UTC)
    copies.bring_back(opening.path)
    _check_and_migrate(opening)
    back = f"Drafts, outbox and memory came back from the copy of {made_at:%Y-%m-%d %H:%M} UTC."
    return f"{opening.path.name} {what}. {back} What was written after that is lost."


def _check_and_migrate(opening: Opening) -> None:
    path = opening.path
    beginning = look_at_beginning(path, opening.key)
    if beginning is Beginning.DAMAGED:
        raise damaged(path)
    with closing(_open(opening)) as connection:
        if beginning is Beginning.OTHER_KEY:  # and yet it opened: so the key is right, and these bytes were changed
            raise damaged(path)
        if opening.schema is Schema.DESK:
            connection.verify()
            if copies.lost_something(connection):
                raise damaged(path)
        elif is_doubted(path):
            connection.verify()
        trust_again(path)
        migrate(connection, opening.steps, keep_before=opening.schema is Schema.DESK)


def _open(opening: Opening) -> Connection:
    try:
        return Connection(opening.path, opening.key, opening.schema.durability)
    except StoreDamaged as error:
        if look_at_beginning(opening.path, opening.key) is Beginning.OTHER_KEY:
            raise _no_key(opening.path) from error
        raise


def _no_key(path: Path) -> NoKey:
    return NoKey(
        f"The store's key does not open {path.name}: another key locked it.",
        "Check [store] in the configuration, and which keyring or password it uses.",
    )
