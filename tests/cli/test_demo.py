"""The demonstration without a terminal, and the world alone, as processes of their own."""

from __future__ import annotations

import asyncio
import io
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.cli.demo import tell_story
from linksec_tui.cli.output import Output, Style
from linksec_tui.cli.stage import Stage
from linksec_tui.config import Config
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.tale import Character, NotAsTold
from linksec_tui.world import World

PROGRAM = (sys.executable, "-m", "linksec_tui")
SHOWN = (
    Assurance.LINK_SECURE,
    Assurance.ENFORCED,
    Assurance.ENCRYPTED,
    Assurance.EXPOSED,
    Assurance.UNDELIVERABLE,
)


def test_the_story_tells_itself_and_ends_well() -> None:
    ended = subprocess.run(
        [*PROGRAM, "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert all(assurance.word in ended.stdout for assurance in SHOWN)
    assert re.findall(r"(?m)^(\d)\. ", ended.stdout) == list("1234567")
    first, second = ended.stdout.split("5. Somebody plays the servers")
    assert "mx.bank.example" in first
    assert "spare key" not in first
    assert "“The other key hangs behind the clock in the hall.”" in second
    assert "did not send the letter over that link" in second
    assert "\x1b" not in ended.stdout


def test_a_world_that_is_not_as_told_ends_the_story_with_a_sentence(world: World, config: Config) -> None:
    people = tuple(
        Character(address=each.address, what=each.what, truth=each.truth) for each in world.recipients if each.tour
    )
    stage = Stage(
        config=config,
        tap=world.tap,
        impostor=world.impostor,
        people=(replace(people[0], truth=Assurance.EXPOSED), *people[1:]),
        inbox=world.inbox,
        settled=world.settled,
    )
    with pytest.raises(NotAsTold, match=r"bank\.example is Exposed, and was taken for Link-secure") as ended:
        asyncio.run(tell_story(stage, Output(io.StringIO(), io.StringIO(), Style())))
    assert ended.value.exit_status == 1


@pytest.mark.parametrize("enough", [signal.SIGINT, signal.SIGTERM])
def test_the_world_alone_says_where_its_configuration_is_and_leaves_nothing_behind(enough: signal.Signals) -> None:
    running = subprocess.Popen(
        [*PROGRAM, "demo", "--world-only"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    path = Path(running.stdout.readline().strip())
    assert config_file.load(path).network.probe == "automatic"
    running.send_signal(enough)
    out, err = running.communicate(timeout=120)
    assert (running.returncode, out) == (0, "")
    assert "ctrl+c ends it" in err
    assert not path.parent.exists()


def test_a_story_that_is_ended_from_outside_leaves_nothing_behind(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [*PROGRAM, "demo", "--unattended"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert running.stdout is not None
    assert "A small mail world" in running.stdout.readline()
    running.terminate()
    _, err = running.communicate(timeout=120)
    assert running.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
