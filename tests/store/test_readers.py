"""Questions beside the thread that writes: answered at once, from what was written, and changing nothing."""

from __future__ import annotations

import asyncio
import threading

import pytest

from linksec_tui.model.errors import StoreError
from linksec_tui.store.connection import Connection
from linksec_tui.store.vault import Vault

from .test_vault import texts, write


async def test_questions_are_answered_while_something_is_written(desk: Vault) -> None:
    await desk.run(write, "a", "text")
    begun, go_on = threading.Event(), threading.Event()

    def slowly(connection: Connection) -> None:
        with connection.transaction():
            write(connection, "b", "more")
            begun.set()
            go_on.wait(240)

    writing = asyncio.create_task(desk.run(slowly))
    try:
        await asyncio.to_thread(begun.wait, 240)
        assert await desk.ask(texts) == ["text"]
    finally:
        go_on.set()
    await writing
    assert await desk.ask(texts) == ["text", "more"]


async def test_a_long_question_keeps_no_short_one_waiting(desk: Vault) -> None:
    go_on = threading.Event()
    long = asyncio.create_task(desk.ask(lambda _: go_on.wait(240)))
    try:
        assert await desk.ask(texts) == []
    finally:
        go_on.set()
    assert await long


async def test_a_question_changes_nothing(desk: Vault) -> None:
    with pytest.raises(StoreError):
        await desk.ask(write, "a", "text")
    assert await desk.ask(texts) == []
