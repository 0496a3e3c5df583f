"""A shell in the embedded mail world, its state in a directory of the test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linksec_tui.world import World
from tests.cli.shell import Shell


@pytest.fixture
def shell(world: World, tmp_path: Path) -> Shell:
    path = tmp_path / "config.toml"
    path.write_text(re.sub(r'(?m)^state = ".*"$', f'state = "{tmp_path}/state"', world.config_path.read_text()))
    return Shell(path)
