"""One SQLite connection with types, and with our words for its failures; the only file that knows apsw.

Tables are STRICT, so that a column's value has the type that the schema says.
"""

# pyright: reportUnknownMemberType=false
# (apsw's stubs name a buffer type that Python 3.11 does not have)

from __future__ import annotations

from array import array
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import apsw

from linksec_tui.model.errors import StoreDamaged, StoreError
from linksec_tui.store.cipher import key_text
from linksec_tui.store.durable import full

Value = None | int | float | str | bytes
Row = tuple[Any, ...]  # Any: each query's caller knows its columns, and STRICT tables hold it to them

BUSY_MILLISECONDS = 10_000  # another process commits in milliseconds; a copy of a large desk.db takes a second or two
WAL_LIMIT = 16 << 20  # what a write-ahead log shrinks back to after a large letter

BLOB_PIECE = 1 << 20


class Durability(StrEnum):
    """What a commit promises."""

    PROMISED = "full"  # on the disk before it returns
    REBUILDABLE = "normal"  # consistent always; the last moments may be lost with the power, the server has them
    READ_ONLY = "off"


class Connection:
    """A locked file, opened. Used by one thread at a time."""

    def __init__(self, path: Path, key: bytes, durability: Durability) -> None:
        self.path = path
        self.key = key
        reading = durability is Durability.READ_ONLY
        with _in_our_words(path):
            self._apsw = apsw.Connection(
                str(path), flags=apsw.SQLITE_OPEN_READONLY if reading else apsw.SQLITE_OPEN_READWRITE
            )
        try:
            with _in_our_words(path):
                self._prepare(durability)
        except BaseException:
            self._apsw.close()
            raise

    def _prepare(self, durability: Durability) -> None:
        self._apsw.set_busy_timeout(BUSY_MILLISECONDS)
        self._apsw.pragma("cipher", "aegis")
        self._apsw.pragma("key", key_text(self.key))
        for name, value in (("temp_store", "memory"), ("trusted_schema", 0), ("foreign_keys", 1)):
            self._apsw.pragma(name, value)
        self._apsw.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        if durability is not Durability.READ_ONLY:
            self._apsw.pragma("journal_mode", "wal")
            self._apsw.pragma("synchronous", durability.value)
            self._apsw.pragma("fullfsync", 1)  # macOS: fsync alone leaves the bytes in the drive's cache
            self._apsw.pragma("journal_size_limit", WAL_LIMIT)

    def close(self) -> None:
        with _in_our_words(self.path):
            self._apsw.close()

    def execute(self, sql: str, *bindings: Value) -> int:
        """Run one statement; how many rows it changed."""
        with _in_our_words(self.path):
            self._apsw.execute(sql, bindings)
            return self._apsw.changes()

    def execute_many(self, sql: str, bindings: Iterable[Sequence[Value]]) -> None:
        with _in_our_words(self.path):
            self._apsw.executemany(sql, bindings)

    def rows(self, sql: str, *bindings: Value) -> list[Row]:
        with _in_our_words(self.path):
            return list(self._apsw.execute(sql, bindings))

    def each(self, sql: str, *bindings: Value) -> Iterator[Row]:
        """As `rows`, one after another: for answers that are longer than anybody wants to hold."""
        with _in_our_words(self.path):
            yield from self._apsw.execute(sql, bindings)

    def one(self, sql: str, *bindings: Value) -> Row | None:
        """The first row, or None."""
        found = self.rows(sql, *bindings)
        return found[0] if found else None

    def number(self, sql: str, *bindings: Value) -> int:
        """The one integer that the query answers with; 0 where it answers with nothing."""
        row = self.one(sql, *bindings)
        return int(row[0] or 0) if row else 0

    def integers(self, sql: str, *bindings: Value) -> array[int]:
        """The query's only column, packed: 8 bytes a row."""
        with _in_our_words(self.path):
            return array("q", (row[0] for row in self._integer_rows(sql, bindings)))

    def _integer_rows(self, sql: str, bindings: Sequence[Value]) -> Iterator[Row]:
        return iter(self._apsw.execute(sql, bindings))

    def write_blob(self, place: tuple[str, str], rowid: int, content: bytes) -> None:
        """Into a table and column where `zeroblob` made room: piece by piece, where a statement would hold all of it
        twice."""
        with _in_our_words(self.path), self._apsw.blob_open("main", *place, rowid, True) as blob:
            view = memoryview(content)
            for at in range(0, len(view), BLOB_PIECE):
                blob.write(view[at : at + BLOB_PIECE])

    def read_blob(self, place: tuple[str, str], rowid: int) -> Iterator[bytes]:
        """Piece by piece, for the same reason."""
        with _in_our_words(self.path), self._apsw.blob_open("main", *place, rowid, False) as blob:
            while piece := blob.read(BLOB_PIECE):
                yield piece

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All or nothing, writing from the start, so that two writers wait instead of colliding. Inner ones join."""
        if self._apsw.in_transaction:
            yield
            return
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self._apsw.in_transaction:  # SQLite itself rolls back when the disk is full
                self.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Generator[None]:
        """Several questions about one moment, whatever others write meanwhile. Nothing can be written."""
        self.execute("BEGIN")
        try:
            yield
        finally:
            if self._apsw.in_transaction:
                self.execute("ROLLBACK")

    def change_mark(self) -> tuple[Value, ...]:
        """Differs from an earlier one when anything was changed since, by us or by another process."""
        return (self.commits_of_others(), self._apsw.total_changes())

    def commits_of_others(self) -> int:
        """Another number than before where another connection, of this process or of another one, has written."""
        return self.number("PRAGMA data_version")

    def verify(self) -> None:
        """Read every page in use and check the structure. Raises StoreDamaged."""
        report = self.rows("PRAGMA integrity_check(1)")
        if report != [("ok",)]:
            raise damaged(self.path)

    def verify_quickly(self) -> None:
        """Read every page in use, and check the structure of each table by itself. Raises StoreDamaged."""
        if self.rows("PRAGMA quick_check(1)") != [("ok",)]:
            raise damaged(self.path)


@contextmanager
def _in_our_words(path: Path) -> Generator[None]:
    try:
        yield
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise damaged(path) from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreError(
            f"Another linksec-tui has kept {path.name} busy for {BUSY_MILLISECONDS // 1000} seconds.",
            "Wait until it has finished, or close it, and try again.",
        ) from error
    except apsw.FullError as error:
        raise full(path) from error
    except (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError) as error:
        if getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE:  # the file beside it could not grow
            raise full(path) from error
        raise StoreError(
            f"{path.name} could not be read or written: {error}.", "Check the disk and the file's permissions."
        ) from error


def damaged(path: Path) -> StoreDamaged:
    return StoreDamaged(
        f"{path.name} is damaged: a part of it does not verify against its key.",
        "Start linksec-tui again; it will say what can be brought back.",
    )
