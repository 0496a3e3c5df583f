"""A long check on a real terminal: how far it is, stopped by a key, and taken up again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linksec_tui.world import World

if TYPE_CHECKING:
    from conftest import Launch

pytestmark = pytest.mark.terminal

CTRL_C = "\x03"
PEOPLE = 2000

# `check … >> results`, as a shell would do it.
APPENDING = """
import os, sys
results = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
os.dup2(results, 1)
from linksec_tui import start
sys.exit(start.main(sys.argv[2:]))
"""


@pytest.fixture
def words(world: World, tmp_path: Path) -> list[str]:
    """The command line of a check over a long list, whose results go to a file and are resumed from it."""
    config = tmp_path / "config.toml"
    config.write_text(re.sub(r'(?m)^state = ".*"$', f'state = "{tmp_path}/state"', world.config_path.read_text()))
    people = tmp_path / "list.txt"
    people.write_text("".join(f"someone@d{number}.club.example\n" for number in range(PEOPLE)))
    results = tmp_path / "results.jsonl"
    results.touch()
    check = ["check", "--jsonl", "--file", str(people), "--resume", str(results)]
    return ["-c", APPENDING, str(results), "--config", str(config), *check]


def test_a_long_check_is_watched_stopped_and_taken_up_again(launch: Launch, words: list[str]) -> None:
    results = Path(words[2])
    terminal = launch(*words)
    terminal.until("of 2,000")
    terminal.until("left")
    terminal.press(CTRL_C)
    assert terminal.ended() == 130
    terminal.until("Stopped: ")
    assert " left" not in terminal.text
    done = [json.loads(line)["address"] for line in results.read_text().splitlines()]
    assert 0 < len(done) < PEOPLE
    assert f"Stopped: {len(done):,} of 2,000 checked." in terminal.text

    with results.open("a") as stream:
        stream.write('{"address": "someone@d9')  # killed in the middle of a line
    terminal = launch(*words)
    assert terminal.ended() == 1
    everybody = [json.loads(line)["address"] for line in results.read_text().splitlines()]
    assert everybody[: len(done)] == done
    assert len(everybody) == len(set(everybody)) == PEOPLE
    assert " left" not in terminal.text
    assert "Traceback" not in terminal.text
