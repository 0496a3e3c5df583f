"""kill -9 between "send" and the server's answer: the letter is never in none of the places, and never delivered twice.

`linksec-tui send` runs as a process of its own and tells each step through its log, a pipe; at a drawn step, or a few
milliseconds of work after it, it is killed. The next process finds what there is.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import subprocess
import sys
import tempfile
from email import message_from_bytes
from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.desk import open_desk
from linksec_tui.model.letter import OutboxState
from linksec_tui.world import World
from tests.desk.letters import until

CAROL = "carol@university.example"
STEPS = ("in the outbox", "claimed", "handing over", "is submitted", "is in Sent")


# What may be found after the restart: the letter's states, copies delivered, copies in Sent.
HONEST = (
    ([OutboxState.SETTLED], 1, 1),
    ([OutboxState.MAYBE_SENT], 0, 0),
    ([OutboxState.MAYBE_SENT], 1, 0),
)
UNDER_WAY = (OutboxState.WAITING, OutboxState.SUBMITTING, OutboxState.SUBMITTED)


async def test_a_letter_survives_kill_9_at_twenty_moments_of_its_sending(world: World, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    await _rounds(world, tmp_path, random.Random(seed), 20)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_a_letter_survives_kill_9_at_two_hundred_moments_of_its_sending(world: World, tmp_path: Path) -> None:
    seed = int(os.environ.get("LINKSEC_SEED", "0")) or random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    await _rounds(world, tmp_path, random.Random(seed), 200)


async def _rounds(world: World, tmp_path: Path, chance: random.Random, count: int) -> None:
    path = _own_state(world, tmp_path)
    for number in range(count):
        word = f"vibraphone{chance.randrange(1 << 40):010x}"
        step = STEPS[number % len(STEPS)]
        await asyncio.to_thread(_kill_while_sending, path, word, step)
        states = await _after_restart(path, word)
        assert await asyncio.to_thread(world.settled, 120)
        found = (states, _copies(world, CAROL, "INBOX", word), _copies(world, world.address, "Sent", word))
        assert found in HONEST, f"killed at “{step}”: {found}"


async def _after_restart(path: Path, word: str) -> list[OutboxState]:
    """The letter's states once the next process has done what it can."""
    async with open_desk(config_file.load(path)) as desk:
        items = await until(desk, lambda items: not any(item.state in UNDER_WAY for item in items))
    return [item.state for item in items if item.subject == word]


def _kill_while_sending(config: Path, word: str, step: str) -> None:
    """Kill the process when it tells the step; each comes after the letter was promised to be in the outbox."""
    heard, told = os.pipe()
    arguments = ["--config", str(config), "--log", f"/dev/fd/{told}", "send", "--require", "enforced", CAROL]
    with tempfile.TemporaryFile() as spoken:
        process = subprocess.Popen(
            [sys.executable, "-m", "linksec_tui", *arguments],
            stdin=subprocess.PIPE,
            stdout=spoken,
            stderr=spoken,
            pass_fds=(told,),
        )
        os.close(told)  # so that the end of the process is the end of what is heard
        assert process.stdin is not None
        process.stdin.write(f"Subject: {word}\n\nThe word is {word}.\n".encode())
        process.stdin.close()
        lines: list[str] = []
        with os.fdopen(heard, encoding="utf-8") as log:
            reached = any(step in _noted(lines, line) for line in log)
            process.kill()
        process.wait()
        spoken.seek(0)
        assert reached, f"it ended ({process.returncode}) before “{step}”: {spoken.read().decode()}{''.join(lines)}"


def _noted(lines: list[str], line: str) -> str:
    lines.append(line)
    return line


def _own_state(world: World, tmp_path: Path) -> Path:
    """The world's configuration with a state directory of this test."""
    text = world.config_path.read_text(encoding="utf-8")
    path = tmp_path / "config.toml"
    path.write_text(re.sub(r"(?m)^state = .*$", 'state = "state"', text), encoding="utf-8")
    return path


def _copies(world: World, address: str, box: str, word: str) -> int:
    return sum(message_from_bytes(raw)["Subject"] == word for raw in world.inbox(address, box))
