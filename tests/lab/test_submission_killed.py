"""kill -9 of a real Postfix, or of a part of it, while it takes a letter: it arrives once, or is marked as unsure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.events import OutboxChanged
from linksec_tui.model.letter import Attachment, OutboxItem, OutboxState
from tests.desk.letters import letter, send, until
from tests.desk.promise import ENCLOSED, over, tried
from tests.lab import killed, letters, topology

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]

BOB = f"bob@{topology.HOME}"
UNSURE, OUT = OutboxState.MAYBE_SENT, OutboxState.SETTLED


class Victim(Enum):
    """What is killed; `EVERYTHING` is started again, as after a power cut."""

    SMTPD = "smtpd"
    CLEANUP = "cleanup"
    EVERYTHING = ""


# Where all but the final dot has been sent. Whoever writes the queue file can be replaced: smtpd then puts us off.
BEFORE_THE_DOT = {Victim.SMTPD: (UNSURE, 0), Victim.CLEANUP: (OUT, 1), Victim.EVERYTHING: (UNSURE, 0)}


@pytest.mark.parametrize("victim", Victim)
async def test_what_is_killed_before_the_final_dot_has_no_letter(configuration: Path, victim: Victim) -> None:
    word = letters.unheard_of("killed")
    async with open_desk(at_once(configuration)) as desk:
        with _when_handing_over(victim):
            await send(desk, letter(desk, word, BOB))
            await until(desk, tried)
        item = await _brought_to_an_end(desk, victim)
    assert (item.state, await asyncio.to_thread(_arrived, word)) == BEFORE_THE_DOT[victim]


@pytest.mark.parametrize("victim", Victim)
async def test_what_is_killed_in_the_middle_of_a_large_letter_leaves_none_twice_and_none_unsaid(
    configuration: Path, tmp_path: Path, victim: Victim
) -> None:
    word, file = letters.unheard_of("killed"), tmp_path / "enclosed.bin"
    file.write_bytes(ENCLOSED)
    async with open_desk(at_once(configuration)) as desk:
        striking = asyncio.create_task(_in_the_middle(desk, victim))
        await asyncio.sleep(0)  # it listens from here on
        await send(desk, replace(letter(desk, word, BOB), attachments=(Attachment(name="e.bin", path=file),)))
        await striking
        await until(desk, tried)
        item = await _brought_to_an_end(desk, victim)
    arrived = await asyncio.to_thread(_arrived, word)
    assert (item.state, arrived) in ((OUT, 1), (UNSURE, 0), (UNSURE, 1))


def at_once(configuration: Path) -> Config:
    """Nothing waits for somebody to think better of it."""
    config = config_file.load(configuration)
    return replace(config, compose=replace(config.compose, undo_seconds=0))


async def _brought_to_an_end(desk: Desk, victim: Victim) -> OutboxItem:
    """What waits goes again, once there is somebody to take it."""
    if victim is Victim.EVERYTHING:
        await asyncio.to_thread(killed.start_again)
    [item] = await desk.outbox()
    while item.state is OutboxState.WAITING:
        await desk.retry(item.id)
        [item] = await until(desk, tried)
    [item] = await until(desk, over)
    return item


def _arrived(word: str) -> int:
    assert killed.queue_is_empty()
    return len(letters.lying(BOB, "SUBJECT", f'"{word}"'))


async def _in_the_middle(desk: Desk, victim: Victim) -> None:
    async for event in desk.events():
        if isinstance(event, OutboxChanged) and event.percent >= 30:
            killed.kill(victim.value)
            return


@contextmanager
def _when_handing_over(victim: Victim) -> Generator[None]:
    """Once: when all but the final dot has been sent, and that is on the disk."""
    strike, log = _Strike(victim), logging.getLogger("linksec_tui.desk.worker")
    before = log.level
    log.addHandler(strike)
    log.setLevel(logging.INFO)
    try:
        yield
        assert strike.struck, "it never came that far"
    finally:
        log.setLevel(before)
        log.removeHandler(strike)


class _Strike(logging.Handler):
    def __init__(self, victim: Victim) -> None:
        super().__init__()
        self._victim = victim
        self.struck = False

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("handing over") and not self.struck:
            self.struck = True
            killed.kill(self._victim.value)
