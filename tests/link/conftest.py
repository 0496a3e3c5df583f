"""What the tests of gathering share."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.link.dns_table import DnsTable
from tests.link.scene import Scene, scene_over, signed


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncGenerator[Scene]:
    async with AsyncExitStack() as stack:
        yield await scene_over(signed(DnsTable()), tmp_path, stack)
