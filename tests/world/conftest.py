"""One world a module; after each test it is as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from linksec_tui.model.eavesdrop import ImpostorMode
from linksec_tui.world import Faults, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world with few letters, of which nothing may break while the module's tests run."""
    with World.start(tmp_path_factory.mktemp("world"), letters=12) as running:
        yield running
        assert running.mishaps == ()


@pytest.fixture(autouse=True)
def calm(world: World) -> Iterator[None]:
    """Nobody meddles any more, nothing misbehaves, nothing was overheard."""
    yield
    world.impostor.switch(ImpostorMode.OFF)
    world.misbehave(Faults())
    world.mend()
    assert world.settled(120)
    world.tap.clear()
