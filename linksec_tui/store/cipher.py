"""How a store file is locked: SQLite3 Multiple Ciphers, AEGIS-256, a raw 32-byte key (no passphrase enters here).

The 16-byte salt in front of each file is made from the key. The cipher does not need it with a raw key, but it lets
us tell "another key" from "damaged", and notice a changed byte in the few that the cipher leaves open.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from pathlib import Path

from linksec_tui.model.errors import NoKey

KEY_LENGTH = 32
_SALT = 16
# Bytes 16–23 of an SQLite file (fileformat2 §1.3) are not encrypted: page size 4096, write and read version
# (1: rollback journal, 2: WAL), 64 reserved bytes a page (nonce and tag), and three constants.
_OPEN_BYTES = {bytes((0x10, 0, mode, mode, 64, 64, 32, 32)) for mode in (1, 2)}


class Beginning(Enum):
    """What the first bytes of a file say, before the cipher is asked."""

    EMPTY = "empty"
    OURS = "ours"
    OTHER_KEY = "other key"
    DAMAGED = "damaged"


def salt_of(key: bytes) -> bytes:
    return hashlib.blake2b(key, digest_size=_SALT, person=b"linksec-store").digest()


def key_text(key: bytes) -> str:
    """The key as `PRAGMA key` wants it. Raises NoKey for anything but 32 bytes."""
    if len(key) != KEY_LENGTH:
        raise NoKey(
            f"The store's key must be {KEY_LENGTH} bytes, not {len(key)}.", "Check [store] in the configuration."
        )
    return f"raw:{key.hex()}{salt_of(key).hex()}"


def look_at_beginning(path: Path, key: bytes) -> Beginning:
    """Nobody else may be writing the file meanwhile."""
    with path.open("rb") as file:
        first = file.read(_SALT + 8)
    if not first:
        return Beginning.EMPTY
    salt_matches = first[:_SALT] == salt_of(key)
    if first[_SALT:] not in _OPEN_BYTES:
        return Beginning.DAMAGED
    return Beginning.OURS if salt_matches else Beginning.OTHER_KEY
