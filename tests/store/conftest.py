"""Keys, open files and letters for the tests of the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linksec_tui.store.vault import Vault, open_vault


@pytest.fixture
def key() -> bytes:
    return hashlib.sha256(b"a key for tests").digest()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, key: bytes) -> Iterator[Vault]:
    with open_vault(tmp_path / "desk.db", key, schema="desk") as vault:
        yield vault


@pytest.fixture
def mail(tmp_path: Path, key: bytes) -> Iterator[Vault]:
    with open_vault(tmp_path / "mail.db", key, schema="mail") as vault:
        yield vault
