"""An empty internet for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.accounts.internet import Internet
from tests.wire.strangers import Authority


@pytest.fixture
def internet(tmp_path: Path) -> Internet:
    return Internet(Authority(tmp_path))
