"""The lab for a whole run: started unless it is up already, and ended by whoever started it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import lab

_REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def running_lab() -> Iterator[None]:
    """Real servers; skipped, and said so, where they cannot be had."""
    if reason := lab.missing():
        pytest.skip(reason)
    was_up = lab.is_up()
    # In a process of its own: the servers are to be nobody's children here.
    _command("up")
    yield
    if not was_up:
        _command("down")


@pytest.fixture
def configuration(running_lab: None, tmp_path: Path) -> Path:
    """alice's configuration file, its state in a directory of this test."""
    file = tmp_path / "linksec-tui.toml"
    file.write_text(lab.configuration(tmp_path / "state"))
    return file


def _command(word: str) -> None:
    subprocess.run((sys.executable, "-m", "tests.lab", word), cwd=_REPOSITORY, check=True)
