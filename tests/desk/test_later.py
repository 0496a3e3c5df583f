"""Undo and send later, as the desk does them: nothing goes out before its time, and nothing is sent unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import open_desk
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Decision, OutboxState, Requirement
from linksec_tui.store.codec import encode
from linksec_tui.store.connection import Connection
from linksec_tui.store.vault import Vault
from linksec_tui.world import World
from tests.desk.letters import all_over, letter, send, until

CAROL = "carol@university.example"


@pytest.fixture
def word() -> str:
    return f"balafon{uuid4().hex[:8]}"


def patient(config: Config) -> Config:
    return replace(config, compose=replace(config.compose, undo_seconds=3000))


async def test_a_letter_can_be_taken_back_while_it_is_under_grace_and_never_goes_out(
    world: World, config: Config, word: str
) -> None:
    async with open_desk(patient(config)) as desk:
        draft = letter(desk, word, CAROL)
        await send(desk, draft)
        under_grace = await desk.posted.under_grace()
        assert under_grace is not None
        taken = await desk.posted.undo(under_grace.letter)
        assert taken is not None
        assert (taken.id, taken.subject) == (draft.id, word)
        assert await desk.posted.under_grace() is None
        [item] = await desk.outbox()
        assert item.state is OutboxState.CANCELLED
        with pytest.raises(BadInput):
            await desk.posted.undo(under_grace.letter)
        await send(desk, taken)  # the same draft can be sent after all
        assert {each.state for each in await desk.outbox()} == {OutboxState.CANCELLED, OutboxState.WAITING}


async def test_flushing_sends_nothing_whose_time_has_not_come(config: Config, word: str) -> None:
    async with open_desk(config, worker=False) as desk:
        draft = replace(letter(desk, word, CAROL), send_at=desk.now() + timedelta(hours=2))
        [item] = await send(desk, draft)
        assert item.not_before == draft.send_at
        await desk.flush()
        [item] = await desk.outbox()
        assert item.next_attempt_at == draft.send_at
    async with open_desk(config, worker=False) as desk:
        [item] = await desk.outbox()
        assert item.not_before == draft.send_at
        assert await desk.posted.under_grace() is None


async def test_a_letter_for_later_is_held_where_less_is_known_by_then(config: Config, word: str) -> None:
    async with open_desk(config, worker=False) as desk:  # else it may go before it says what was known
        draft = letter(desk, word, CAROL, requirement=Requirement.ENFORCED)
        draft = replace(draft, send_at=desk.now() + timedelta(seconds=1))
        decision = await desk.decide(draft, {}, await desk.gate(draft))
        [item] = await desk.send(draft, decision)
        assert item.state is OutboxState.WAITING
        better = tuple(
            replace(one, assurance=max(Assurance), checked_at=one.checked_at - timedelta(hours=1))
            for one in decision.recipients
            if one.checked_at
        )
        await _decided(desk.rooms.desk, item.id, replace(decision, recipients=better))
    async with open_desk(config) as desk:
        [item] = await until(desk, all_over)
        assert item.state is OutboxState.HELD
        assert "less protected" in item.detail


async def _decided(vault: Vault, ident: str, decision: Decision) -> None:
    """As though more had been known when the letter was written."""

    def write(connection: Connection) -> None:
        connection.execute("UPDATE outbox SET decision = ? WHERE id = ?", encode(decision), ident)

    await vault.run(write)


async def test_a_time_is_said_in_words(config: Config, word: str) -> None:
    async with open_desk(config, worker=False) as desk:
        [item] = await send(desk, letter(desk, word, CAROL))
        later = await desk.posted.put_off(item.id, "in 2 h")
        assert later.not_before is not None
        assert timedelta(hours=1, minutes=59) < later.not_before - desk.now() <= timedelta(hours=2)
        with pytest.raises(BadInput, match="not a time"):
            await desk.posted.put_off(item.id, "whenever")
