"""A full disk: nothing is half written, what is there can be read, and who has patience goes on when there is room."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from linksec_tui.model.errors import StoreFull
from linksec_tui.store.connection import Connection
from linksec_tui.store.durable import in_our_words
from linksec_tui.store.vault import Vault, until_room

LONG = "x" * 100_000


def write(connection: Connection, *texts: str) -> None:
    with connection.transaction():
        for text in texts:
            connection.execute(
                "INSERT INTO drafts (id, account, changed_at, draft) VALUES (?, 'home', 0, ?)", text[:4], text
            )


def texts(connection: Connection) -> list[str]:
    return [str(row[0]) for row in connection.rows("SELECT draft FROM drafts ORDER BY id")]


def no_room(connection: Connection) -> None:
    """SQLite says that the disk is full where its file may not grow."""
    connection.number(f"PRAGMA max_page_count = {connection.number('PRAGMA page_count')}")


def room(connection: Connection) -> None:
    connection.number("PRAGMA max_page_count = 1000000")


async def test_who_has_no_patience_is_told_and_nothing_was_written(desk: Vault) -> None:
    await desk.run(write, "kept")
    await desk.run(no_room)
    with pytest.raises(StoreFull, match="There is no room left on the disk"):
        await desk.run(write, "more", LONG)
    assert await desk.run(texts) == ["kept"]
    assert await desk.ask(texts) == ["kept"]
    await desk.run(room)
    await desk.run(write, "more", LONG)
    assert await desk.run(texts) == ["kept", "more", LONG]


async def test_who_has_patience_waits_and_everything_is_written_once(desk: Vault) -> None:
    waited: list[str] = []

    async def wait(problem: StoreFull) -> None:
        waited.append(problem.sentence)
        if len(waited) == 3:
            await desk.run(room)

    await desk.run(no_room)
    token = until_room.set(wait)
    try:
        await desk.run(write, "more", LONG)
    finally:
        until_room.reset(token)
    assert waited == ["There is no room left on the disk for desk.db."] * 3
    assert await desk.run(texts) == ["more", LONG]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_what_the_system_says_of_a_full_disk_is_said_in_the_same_words(number: int, tmp_path: Path) -> None:
    with (
        pytest.raises(StoreFull, match="There is no room left on the disk"),
        in_our_words(tmp_path / "state"),
    ):
        raise OSError(number, "No space left on device")
