"""A random store key in a file, wrapped under a passphrase or password: Argon2id (RFC 9106) and ChaCha20-Poly1305.

The key itself never changes, so a new passphrase rewrites this small file and not the store.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from linksec_tui.model.errors import NewerSchema, NoKey, StoreDamaged, StoreError
from linksec_tui.store.cipher import KEY_LENGTH
from linksec_tui.store.durable import in_our_words, make_private_directory, write_private_file

_VERSION = 1
_LARGEST_FILE = 4096  # octets; ours has about 300
_SALT_LENGTH = 16
_NONCE_LENGTH = 12
_WRAPPED_LENGTH = KEY_LENGTH + 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one guess costs. The default is RFC 9106 §4's second recommendation: 64 MiB, a fraction of a second."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4

    @property
    def bounded(self) -> bool:
        """Whoever can write the file must not make us take the machine's memory, or an hour."""
        return 1 <= self.passes <= 16 and 1 <= self.lanes <= 16 and 8 * self.lanes <= self.memory_kib <= 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wrapped:
    """The file's content."""

    cost: Cost
    salt: bytes
    nonce: bytes
    wrapped: bytes


def create_key(path: Path, passphrase: str, cost: Cost | None = None) -> bytes:
    """A new random key, wrapped into `path`. Never over an old one: the store would be lost with it."""
    if path.exists():
        raise StoreError(f"There is a key in {path.name} already.", "It was left as it is.")
    key = secrets.token_bytes(KEY_LENGTH)
    make_private_directory(path.parent)
    _write(path, key, passphrase, cost or Cost())
    return key


def read_key(path: Path, passphrase: str) -> bytes:
    """The key. Raises NoKey for a wrong passphrase, StoreDamaged for a file that is none of ours."""
    wrapped = _parse(path)
    wrapping = _derive(passphrase, wrapped.salt, wrapped.cost)
    try:
        return ChaCha20Poly1305(wrapping).decrypt(wrapped.nonce, wrapped.wrapped, _bound(wrapped.cost, wrapped.salt))
    except InvalidTag as error:
        raise NoKey(
            "The passphrase or password does not open the store's key.",
            "Try again; after a change of the account's password, the one before opens it.",
        ) from error


def change_passphrase(path: Path, old: str, new: str, cost: Cost | None = None) -> None:
    """Wrap the same key anew; the old file stays until the new one is on the disk."""
    _write(path, read_key(path, old), new, cost or Cost())


def _write(path: Path, key: bytes, passphrase: str, cost: Cost) -> None:
    if not passphrase:
        raise NoKey("An empty passphrase protects nothing.", "Choose another.")
    salt, nonce = secrets.token_bytes(_SALT_LENGTH), secrets.token_bytes(_NONCE_LENGTH)
    wrapped = ChaCha20Poly1305(_derive(passphrase, salt, cost)).encrypt(nonce, key, _bound(cost, salt))
    content = {
        "version": _VERSION,
        "argon2id": asdict(cost),
        "salt": b64encode(salt).decode(),
        "nonce": b64encode(nonce).decode(),
        "wrapped": b64encode(wrapped).decode(),
    }
    with in_our_words(path):
        write_private_file(path, json.dumps(content, indent=1).encode() + b"\n")


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    return hash_secret_raw(
        secret=unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogateescape"),
        salt=salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=KEY_LENGTH,
        type=Type.ID,
    )


def _bound(cost: Cost, salt: bytes) -> bytes:
    """What is authenticated along with the key: everything else that the file says."""
    return f"linksec-tui key {_VERSION} {cost.passes} {cost.memory_kib} {cost.lanes} {salt.hex()}".encode()


def _parse(path: Path) -> _Wrapped:
    with in_our_words(path):
        try:
            with path.open("rb") as file:
                text = file.read(_LARGEST_FILE + 1)
        except FileNotFoundError as error:
            raise NoKey(f"There is no key in {path.name}.", "It is made when the store is set up.") from error
    try:
        return _read(path, text)
    except (ValueError, KeyError, TypeError, RecursionError) as error:  # the last: a nest of brackets
        raise StoreDamaged(
            f"{path.name} is damaged: it is not a key file of linksec-tui.", "Bring it back from a backup."
        ) from error


def _read(path: Path, text: bytes) -> _Wrapped:
    content = json.loads(text)
    if content["version"] != _VERSION:
        raise NewerSchema(f"{path.name} was written by a newer linksec-tui.", "Update linksec-tui.")
    asked = content["argon2id"]
    cost = Cost(passes=int(asked["passes"]), memory_kib=int(asked["memory_kib"]), lanes=int(asked["lanes"]))
    wrapped = _Wrapped(
        cost=cost,
        salt=b64decode(content["salt"], validate=True),
        nonce=b64decode(content["nonce"], validate=True),
        wrapped=b64decode(content["wrapped"], validate=True),
    )
    lengths = (len(wrapped.salt), len(wrapped.nonce), len(wrapped.wrapped))
    if not cost.bounded or lengths != (_SALT_LENGTH, _NONCE_LENGTH, _WRAPPED_LENGTH):
        raise ValueError("out of bounds")
    return wrapped
