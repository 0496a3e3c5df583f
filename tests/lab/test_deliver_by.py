"""“Give up after” at a server that really offers it (Sendmail): it takes what we write, and queues what we mean."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import lab, sendmail, topology

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]

BOB = f"bob@{topology.HOME}"


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Path]:
    if reason := sendmail.missing():
        pytest.skip(reason)
    with sendmail.sendmail(tmp_path / "sendmail") as started:
        yield started


@pytest.fixture
def sending(queue: Path, tmp_path: Path) -> tuple[str, ...]:
    """The command line of somebody whose provider it is."""
    file = tmp_path / "linksec-tui.toml"
    way = f'[network]\nconnect_to = ["smtp.{topology.HOME}:587:{sendmail.ADDRESS}:{sendmail.PORT}"]\n'
    file.write_text(lab.configuration(tmp_path / "state", port=587).replace("[network]\n", way))
    return (sys.executable, "-m", "linksec_tui", "--config", str(file), "send")


@pytest.mark.parametrize(
    ("asked", "most"),
    [
        pytest.param("4 h", 4 * 3600, id="as asked"),
        pytest.param("10 min", sendmail.LEAST, id="the least that it takes"),
        pytest.param("30 days", 30 * 86400, id="long"),
    ],
)
def test_it_has_the_time_that_was_asked_for(queue: Path, sending: tuple[str, ...], asked: str, most: int) -> None:
    ran = _ran(*sending, "--give-up-after", asked, BOB)
    assert ran.returncode == 0, ran.stderr
    (letter,) = queue.glob("qf*")
    (told,) = [line for line in letter.read_text("latin-1").splitlines() if line.startswith(sendmail.QUEUED)]
    seconds = int(told.removeprefix(sendmail.QUEUED))
    assert most - 600 < seconds <= most
    assert seconds >= sendmail.LEAST


def test_without_a_time_it_has_its_own(queue: Path, sending: tuple[str, ...]) -> None:
    ran = _ran(*sending, BOB)
    assert ran.returncode == 0, ran.stderr
    (letter,) = queue.glob("qf*")
    assert not [line for line in letter.read_text("latin-1").splitlines() if line.startswith(sendmail.QUEUED)]


def test_a_provider_that_keeps_no_time_is_named_as_one(configuration: Path) -> None:
    """Postfix."""
    ran = _ran(
        sys.executable, "-m", "linksec_tui", "--config", str(configuration), "send", "--give-up-after", "4 h", BOB
    )
    assert ran.returncode == 0, ran.stderr
    assert "keeps no such time" in ran.stderr


def _ran(*command: str) -> subprocess.CompletedProcess[str]:
    letter = "Subject: in its time\n\nNothing but a test.\n"
    return subprocess.run(command, input=letter, capture_output=True, text=True, check=False)
