"""Keys that wait for one before them are let in, whatever becomes of that one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual import events
from textual.app import App

from linksec_tui.tui import key_gate, key_order
from linksec_tui.tui.key_gate import KeyGate


class Failing(App[None]):
    """Cannot tell when it has done what it was asked for, or never does it."""

    fails = False
    forgets = False

    def call_later(self, callback: Callable[..., object], *given: object, **named: object) -> bool:
        if self.fails:
            raise RuntimeError
        if self.forgets:
            return True
        return super().call_later(callback, *given, **named)


def waiting_for(app: Failing) -> tuple[KeyGate, asyncio.Task[None]]:
    """A gate that was shut by a key, and what is to open it."""
    gate, key = KeyGate(app), events.Key("escape", None)
    assert gate.lets_in(key)
    gate.was_taken(key, None)
    assert gate._settling is not None  # pyright: ignore[reportPrivateUsage]  # nothing else tells how it ends
    return gate, gate._settling  # pyright: ignore[reportPrivateUsage]  # as above


async def test_a_key_that_fails_does_not_keep_the_next_ones_out() -> None:
    app = Failing()
    async with app.run_test():
        app.fails = True
        gate, settling = waiting_for(app)
        assert not gate.lets_in(events.Key("down", None))
        with pytest.raises(RuntimeError):
            await settling
        app.fails = False
        waiting = gate._let_in  # pyright: ignore[reportPrivateUsage]  # as above
        assert waiting is not None
        assert gate.lets_in(waiting)
        gate.was_taken(waiting, None)
        assert gate._settling is not None  # pyright: ignore[reportPrivateUsage]  # as above
        await gate._settling  # pyright: ignore[reportPrivateUsage]  # as above
        assert gate.lets_in(events.Key("down", None))


async def test_a_key_that_is_never_done_does_not_keep_the_next_ones_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_order, "PASSING", 0.01)
    monkeypatch.setattr(key_gate, "LONGEST", 1e6)
    app = Failing()
    async with app.run_test():
        app.forgets = True
        gate, settling = waiting_for(app)
        await settling
        app.forgets = False
        assert gate.lets_in(events.Key("down", None))
