"""An empty internet for each test."""

from __future__ import annotations

import pytest

from tests.accounts.internet import Internet
from tests.wire.strangers import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One for all tests: making it is what takes time."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def internet(authority: Authority) -> Internet:
    return Internet(authority)
