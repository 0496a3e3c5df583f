"""The store's key under a passphrase: opened by it alone, and by nothing that a changed file could ask for."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from linksec_tui.model.errors import NewerSchema, NoKey, StoreDamaged, StoreError
from linksec_tui.store.wrapped_key import Cost, change_passphrase, create_key, read_key

CHEAP = Cost(passes=1, memory_kib=64, lanes=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "store.key"


def test_the_passphrase_opens_the_key_and_no_other_does(path: Path) -> None:
    key = create_key(path, "correct horse", CHEAP)
    assert len(key) == 32
    assert read_key(path, "correct horse") == key
    with pytest.raises(NoKey, match="does not open the store's key"):
        read_key(path, "battery staple")


def test_a_passphrase_is_the_same_however_it_was_typed(path: Path) -> None:
    assert create_key(path, "Schl\u00fcssel", CHEAP) == read_key(path, "Schlu\u0308ssel")


def test_a_new_passphrase_keeps_the_key(path: Path) -> None:
    key = create_key(path, "old", CHEAP)
    with pytest.raises(NoKey):
        change_passphrase(path, "wrong", "new", CHEAP)
    change_passphrase(path, "old", "new", CHEAP)
    assert read_key(path, "new") == key
    with pytest.raises(NoKey):
        read_key(path, "old")


def test_a_key_that_is_there_is_never_replaced(path: Path) -> None:
    create_key(path, "old", CHEAP)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="There is a key"):
        create_key(path, "new", CHEAP)
    assert path.read_bytes() == before


def test_the_file_is_its_owners_alone_and_shows_no_key(path: Path) -> None:
    key = create_key(path, "correct horse", CHEAP)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["store.key"]
    content = path.read_bytes()
    assert key not in content
    assert key.hex().encode() not in content


def test_an_empty_passphrase_is_refused_before_anything_is_written(path: Path) -> None:
    with pytest.raises(NoKey, match="An empty passphrase"):
        create_key(path, "", CHEAP)
    assert not path.exists()


def test_a_key_that_is_not_there_is_said(path: Path) -> None:
    with pytest.raises(NoKey, match=r"There is no key in store\.key"):
        read_key(path, "correct horse")


def changed(path: Path, change: dict[str, Any]) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | change))


@pytest.mark.parametrize(
    "change",
    [
        {"argon2id": {"passes": 1, "memory_kib": 1 << 30, "lanes": 1}},
        {"argon2id": {"passes": 1 << 30, "memory_kib": 64, "lanes": 1}},
        {"argon2id": {"passes": 1, "memory_kib": 64, "lanes": 1 << 20}},
        {"argon2id": {"passes": 0, "memory_kib": 64, "lanes": 1}},
        {"argon2id": {"passes": -1, "memory_kib": 0, "lanes": 0}},
        {"argon2id": {"passes": 1, "memory_kib": 64}},
        {"argon2id": {"passes": "many", "memory_kib": 64, "lanes": 1}},
        {"argon2id": []},
        {"salt": "AAAA"},
        {"nonce": "AAAA"},
        {"wrapped": "AAAA"},
        {"salt": "not base64"},
        {"salt": None},
    ],
)
def test_a_file_that_asks_for_too_much_or_too_little_is_damaged(path: Path, change: dict[str, Any]) -> None:
    create_key(path, "correct horse", CHEAP)
    changed(path, change)
    with pytest.raises(StoreDamaged, match=r"store\.key is damaged"):
        read_key(path, "correct horse")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 4000, b"{}", b" " * 5000])
def test_a_file_that_is_none_of_ours_is_damaged(path: Path, content: bytes) -> None:
    create_key(path, "correct horse", CHEAP)
    path.write_bytes(content)
    with pytest.raises(StoreDamaged):
        read_key(path, "correct horse")


def test_a_file_of_a_newer_program_is_said_to_be_one(path: Path) -> None:
    create_key(path, "correct horse", CHEAP)
    changed(path, {"version": 2})
    with pytest.raises(NewerSchema, match="newer linksec-tui"):
        read_key(path, "correct horse")


def test_every_part_of_the_file_is_authenticated(path: Path) -> None:
    create_key(path, "correct horse", CHEAP)
    changed(path, {"argon2id": {"passes": 2, "memory_kib": 64, "lanes": 1}})
    with pytest.raises(NoKey):
        read_key(path, "correct horse")
