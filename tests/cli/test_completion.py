"""What a shell is told while somebody types our command line; real shells do the same in the lab."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from linksec_tui.world import World

SEPARATOR = "\013"


def offered(line: str, tmp_path: Path, config: Path | None = None) -> list[str]:
    """What could stand at the end of this line, asked for as argcomplete's shell functions do."""
    answer = tmp_path / "answer"
    asked = {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)), "_ARGCOMPLETE_IFS": SEPARATOR}
    environment = {**os.environ, **asked, "_ARGCOMPLETE_STDOUT_FILENAME": str(answer)}
    if config is not None:
        environment["LINKSEC_TUI_CONFIG"] = str(config)
    subprocess.run([sys.executable, "-m", "linksec_tui"], env=environment, check=True, capture_output=True, timeout=240)
    return [word.strip() for word in answer.read_text().split(SEPARATOR)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("linksec-tui che", ["check"]),
        ("linksec-tui account di", ["discover"]),
        ("linksec-tui check --requ", ["--require"]),
        ("linksec-tui check --require e", ["encrypted", "enforced"]),
        ("linksec-tui send --fallback ", ["bounce", "notice"]),
        ("linksec-tui bounce --do check", ["check-again"]),
        ("linksec-tui completion f", ["fish"]),
    ],
)
def test_the_words_of_the_command_line_are_completed(line: str, expected: list[str], tmp_path: Path) -> None:
    assert offered(line, tmp_path) == expected


def test_accounts_are_offered_by_name(world: World, tmp_path: Path) -> None:
    assert offered("linksec-tui send --account ", tmp_path, world.config_path) == ["home"]


def test_a_configuration_that_cannot_be_read_is_no_business_of_the_shell(tmp_path: Path) -> None:
    broken = tmp_path / "config.toml"
    broken.write_text("[[[")
    assert offered("linksec-tui send --account ", tmp_path, broken) == [""]


def test_files_are_offered_where_a_file_is_meant(tmp_path: Path) -> None:
    (tmp_path / "letter.eml").touch()
    assert offered(f"linksec-tui bounce {tmp_path}/let", tmp_path) == [f"{tmp_path}/letter.eml"]
