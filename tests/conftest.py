"""What every test may use: the embedded mail world, and a configuration for it with a state directory of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from linksec_tui import config_file
from linksec_tui.config import Config
from linksec_tui.world import World

os.environ["TZ"] = "UTC"  # times of day are named, and days begin, where the person is
time.tzset()

# A slow machine is not a wrong answer; and the same tests have the same outcome each time, also where nobody says that
# this is continuous integration. `pytest --hypothesis-profile=farther` looks where nobody has looked yet.
BUSY = HealthCheck.too_slow
settings.register_profile("same", deadline=None, derandomize=True, database=None, suppress_health_check=[BUSY])
settings.register_profile("farther", deadline=None, max_examples=2000, suppress_health_check=[BUSY])
settings.load_profile("same")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One mail world a module, whoever ran before it; its tests tell their letters apart by subject."""
    with World.start(tmp_path_factory.mktemp("world"), letters=60) as started:
        yield started
        assert started.mishaps == ()


@pytest.fixture
def config(world: World, tmp_path: Path) -> Config:
    """The world's configuration, its state in a directory of this test."""
    return replace(config_file.load(world.config_path), state=tmp_path / "state")
