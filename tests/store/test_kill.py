"""kill -9 at any moment: whatever was promised is there, whatever may have gone out is told, and the file is whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from linksec_tui.model.letter import OutboxState
from linksec_tui.store import copies, drafts, outbox
from linksec_tui.store.connection import Connection
from linksec_tui.store.vault import Vault, open_vault
from tests.store.letters import NOW

# Each line tells a step that has begun or is done, and is written only then.
SENDING = """
import os, sys
from pathlib import Path
from linksec_tui.model.letter import OutboxState
from linksec_tui.store import copies, drafts, outbox, vault
sys.path.insert(0, os.getcwd())
from tests.store.letters import NOW, a_copy, a_draft, a_submission
from dataclasses import replace

def tell(*words):
    os.write(1, (" ".join(words) + "\\n").encode())

desk = vault.open_vault(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), schema="desk")
round = sys.argv[3]
for number in range(10_000):
    ident = f"{round}-{number}"
    draft = a_draft(ident)
    desk.do(drafts.save, draft, NOW)
    tell("draft", ident)
    submission = replace(a_submission(ident), letter=ident, message_id=f"<{ident}@home.example>")
    desk.do(outbox.add, outbox.Handover(submissions=(submission,), draft=draft, copies=(a_copy(ident),)), NOW)
    tell("added", ident)
    claim = outbox.Claim(submission=ident, worker=round)
    desk.do(outbox.claim, claim, NOW)
    tell("starts", ident)
    desk.do(outbox.start_data, claim, NOW)
    tell("started", ident)
    desk.do(outbox.finish, claim, outbox.Ending(state=OutboxState.SUBMITTED), NOW)
    tell("done", ident)
    if number % 5 == 0:
        desk.do(copies.keep_copy)
"""

FOUND_AFTER = {
    "draft": {None, OutboxState.WAITING},
    "added": {OutboxState.WAITING},
    "starts": {OutboxState.WAITING, OutboxState.MAYBE_SENT},
    "started": {OutboxState.MAYBE_SENT, OutboxState.SUBMITTED},
    "done": {OutboxState.SUBMITTED},
}


def send_until_killed(path: Path, key: bytes, number: int, lines: int) -> dict[str, str]:
    """The last step that the child told of each letter before it was killed, after so many lines."""
    child = subprocess.Popen([sys.executable, "-c", SENDING, str(path), key.hex(), str(number)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    told: dict[str, str] = {}
    for line in child.stdout:
        step, ident = line.decode().split()
        told[ident] = step
        lines -= 1
        if lines == 0:
            os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert child.returncode == -signal.SIGKILL, "it had not failed by itself"
    child.stdout.close()
    return told


def one_round(path: Path, key: bytes, number: int, chance: random.Random) -> None:
    _look(path, key, send_until_killed(path, key, number, chance.randrange(1, 120)))


def _look(path: Path, key: bytes, told: dict[str, str]) -> None:
    with open_vault(path, key, schema="desk") as desk:
        assert desk.notice == ""
        desk.do(outbox.recover, NOW)
        for ident, step in told.items():
            _check(desk, ident, step)
        desk.do(Connection.verify)
        desk.do(copies.keep_copy)
    assert copies.copy_is_sound(path, key)


def _check(desk: Vault, ident: str, step: str) -> None:
    item = desk.do(outbox.item, ident)
    draft = desk.do(drafts.read, ident)
    assert (item is None) == (draft is not None), f"{ident} stands in one place, and in one only"
    assert (item.state if item else None) in FOUND_AFTER[step], f"{ident} after “{step}”"


def test_two_processes_killed_at_once_lose_nothing(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "desk.db"
    with ThreadPoolExecutor() as pool:
        first = pool.submit(send_until_killed, path, key, 1, 70)
        second = pool.submit(send_until_killed, path, key, 2, 75)
    _look(path, key, first.result() | second.result())


def test_a_few_rounds_lose_nothing(tmp_path: Path, key: bytes) -> None:
    chance = random.Random(1)
    for number in range(4):
        one_round(tmp_path / "desk.db", key, number, chance)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_many_rounds_lose_nothing(tmp_path: Path, key: bytes) -> None:
    chance = random.Random(2)
    for number in range(100):
        one_round(tmp_path / "desk.db", key, number, chance)
